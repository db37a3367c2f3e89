"""Many people at once: what is counted, with a small bot that behaves in a known way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from telegram import Bot, Message, ReplyParameters

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
