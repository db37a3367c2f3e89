"""Many people at once: what is counted, with a small bot that behaves in a known way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from telegram import Bot, Message, ReplyParameters
from telegram.error import BadRequest, NetworkError

from bot.simulator.client import Load, SimulatorClient, SimulatorError

ANSWER = "<blockquote>source</blockquote>"


@asynccontextmanager
async def serving(bot: Bot, answers: Callable[[Message], list[str]]) -> AsyncIterator[None]:
    """A bot that answers each message as told."""

    async def serve() -> None:
        offset = 0
        while True:
            for update in await bot.get_updates(offset, timeout=10):
                offset = update.update_id + 1
                message = update.message
                for text in answers(message) if message is not None and message.text else []:
                    place = ReplyParameters(message.message_id)
                    await bot.send_message(
                        message.chat_id, text, parse_mode="HTML", reply_parameters=place
                    )

    task = asyncio.create_task(serve())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def finished(people: SimulatorClient) -> Load:
    for _ in range(200):
        load = await people.load()
        if load is not None and load.is_over:
            return load
        await asyncio.sleep(0.1)
    raise TimeoutError("the crowd never ends")


async def test_every_question_is_counted_once(bot: Bot, people: SimulatorClient) -> None:
    async with serving(bot, lambda _: [ANSWER]):
        await people.start_load(["a?", "b?"], users=8, groups=2, rate=100, seconds=0.2)
        load = await finished(people)
    assert (load.asked, load.answered, load.refused, load.turned_away) == (20, 20, 0, 0)
    assert (load.lost, load.doubled, load.unfetched) == (0, 0, 0)
    assert load.calls_per_answer == 1.0
    assert load.p50 is not None
    assert load.p99 is not None
    assert 0 < load.p50 <= load.p99


async def test_refusals_losses_and_double_answers_are_told_apart(
    bot: Bot, people: SimulatorClient
) -> None:
    seen: dict[int, int] = {}

    def answers(message: Message) -> list[str]:
        number = seen[message.chat_id] = seen.get(message.chat_id, 0) + 1
        if message.chat.type != "private":
            return []
        return [ANSWER, ANSWER] if number == 1 else ["busy"] if number == 2 else []

    async with serving(bot, answers):
        await people.start_load(["x?"], users=4, groups=1, count=15)
        load = await finished(people)
    assert load.asked == 15
    assert (load.answered, load.doubled, load.refused) == (4, 4, 4)
    assert (load.turned_away, load.lost) == (4, 3)


async def test_a_crowd_needs_people_and_questions(people: SimulatorClient) -> None:
    with pytest.raises(SimulatorError, match="needs people and questions"):
        await people.start_load([], users=1, groups=0, count=1)


async def test_an_answer_that_was_delivered_then_failed_may_come_once_more(
    bot: Bot, people: SimulatorClient
) -> None:
    person = await people.stage.add_person("Ming")
    for times, is_doubled in ((2, False), (3, True)):
        asked = await people.send(person.id, person.id, f"{times}?")
        await bot.get_updates(timeout=0)
        await people.stage.add_fault("502", "sendMessage", after=True)
        for number in range(times):
            with suppress(NetworkError):
                await bot.send_message(
                    person.id, f"{number}", reply_parameters=ReplyParameters(asked)
                )
        report = await people.report()
        assert (f"{times}?" in report.repeated) is not is_doubled
        assert (f"{times}?" in report.doubled) is is_doubled


async def test_what_is_repeated_in_doubt_is_no_finding(bot: Bot, people: SimulatorClient) -> None:
    person = await people.stage.add_person("Lan")
    await people.send(person.id, person.id, "/start")
    sent = await bot.send_message(person.id, "one")
    before = len((await people.report()).findings)
    await people.stage.add_fault("502", "editMessageText", after=True)
    with pytest.raises(NetworkError):
        await sent.edit_text("two")
    with pytest.raises(BadRequest, match="not modified"):
        await sent.edit_text("two")
    assert len((await people.report()).findings) == before
    await sent.edit_text("three")
    with pytest.raises(BadRequest, match="not modified"):
        await sent.edit_text("three")
    assert len((await people.report()).findings) == before + 1


async def test_a_community_is_lived_in_and_counted(bot: Bot, people: SimulatorClient) -> None:
    async with serving(bot, lambda _: [ANSWER]):
        await people.start_community(["a?"], users=20, groups=20, rate=60, seconds=2, seed=5)
        async with asyncio.timeout(60):
            while (load := await people.community()) is None or not load.is_over:  # noqa: ASYNC110
                await asyncio.sleep(0.5)
    assert load.asked > 20
    assert sum(load.done.values()) > 60
    assert load.unanswered_queries == load.done["inline query"]
