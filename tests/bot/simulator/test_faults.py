"""What goes wrong on bad days, as python-telegram-bot experiences it."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.simulator.client import Chat, SimulatorClient
from bot.simulator.faults.plan import Chance, Fault, FaultKind, FaultPlan
from bot.simulator.process import RunningSimulator, start_simulator
from bot.simulator.stage import ALWAYS


@pytest.fixture(autouse=True)
async def _calm(people: SimulatorClient) -> None:
    await people.stage.clear_faults()


@pytest.mark.filterwarnings("ignore:.*retry_after.*")
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("429", RetryAfter),
        ("400", BadRequest),
        ("401", InvalidToken),
        ("403", Forbidden),
        ("409", Conflict),
        ("500", NetworkError),
        ("502", NetworkError),
        ("503", NetworkError),
        ("504", NetworkError),
        ("junk", TelegramError),
        ("truncated", TelegramError),
        ("cut", NetworkError),
        ("reset", NetworkError),
        ("silence", NetworkError),
    ],
)
async def test_a_planned_fault_strikes_once_and_is_no_finding(
    bot: Bot, people: SimulatorClient, private: Chat, kind: str, error: type[Exception]
) -> None:
    before = len((await people.report()).findings)
    await people.stage.add_fault(kind, "sendMessage", seconds=0.05)
    with pytest.raises(error):
        await bot.send_message(private.id, "x")
    assert await bot.send_message(private.id, "x")
    assert len((await people.report()).findings) == before


@pytest.mark.parametrize("kind", ["slow", "slow body", "closed"])
async def test_a_refusal_that_comes_slowly_is_still_one(
    bot: Bot, people: SimulatorClient, private: Chat, kind: str
) -> None:
    await people.stage.add_fault(kind, "sendMessage", seconds=0.05)
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(private.id + 12345, "x")


@pytest.mark.parametrize("kind", ["502", "reset", "silence", "junk"])
@pytest.mark.parametrize("after", [False, True])
async def test_a_call_that_fails_may_have_been_carried_out(
    bot: Bot, people: SimulatorClient, private: Chat, kind: str, after: bool
) -> None:
    last = await people.send(private.id, private.people[0].id, "?")
    await people.stage.add_fault(kind, "sendMessage", after=after, seconds=0.05)
    with pytest.raises(TelegramError):
        await bot.send_message(private.id, "delivered?")
    assert len(await people.messages(private.id, last)) == after


@pytest.mark.parametrize("kind", ["slow", "slow body", "closed"])
async def test_slow_and_closed_answers_are_good_ones(
    bot: Bot, people: SimulatorClient, private: Chat, kind: str
) -> None:
    await people.stage.add_fault(kind, "sendMessage", seconds=0.3)
    started = time.monotonic()
    assert (await bot.send_message(private.id, "x")).text == "x"
    assert (time.monotonic() - started > 0.29) is (kind != "closed")


async def test_a_bot_that_is_impatient_times_out(
    simulator: RunningSimulator, people: SimulatorClient, private: Chat
) -> None:
    await people.stage.add_fault("silence", "sendMessage", seconds=30)
    request = HTTPXRequest(read_timeout=0.2)
    async with Bot(simulator.token, simulator.base_url, request=request) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(private.id, "x")


async def test_faults_are_aimed_by_method_chat_and_number(
    bot: Bot, people: SimulatorClient, private: Chat, group: Chat
) -> None:
    await people.stage.add_fault("403", chat_id=group.id, times=ALWAYS)
    await people.stage.add_fault("400", "sendMessage", skip=1, description="TOPIC_CLOSED")
    assert await bot.send_message(private.id, "first")
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(private.id, "second")
    assert await bot.send_message(private.id, "third")
    for _ in range(2):
        with pytest.raises(Forbidden):
            await bot.send_message(group.id, "x")


async def test_downloads_fail_too(bot: Bot, people: SimulatorClient, private: Chat) -> None:
    sent = await bot.send_document(private.id, b"content", filename="a.txt")
    assert sent.document is not None
    file = await bot.get_file(sent.document)
    await people.stage.add_fault("502", "file")
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    assert await file.download_as_bytearray() == b"content"


def test_chance_depends_on_nothing_but_its_seed() -> None:
    calls = ["sendMessage", "getUpdates", "editMessageText"] * 200
    drawn = [[Chance(seed, 0.2).draw(name) for name in calls[:1]] for seed in range(3)]
    runs = []
    for seed in (1, 1, 2):
        chance = Chance(seed, 0.2)
        runs.append([chance.draw(name) for name in calls])
    assert runs[0] == runs[1] != runs[2]
    assert 80 < sum(fault is not None for fault in runs[0]) < 160
    assert len(drawn) == 3


def test_a_plan_forgets_what_is_removed() -> None:
    plan = FaultPlan()
    number = plan.add(Fault(FaultKind.RESET, times=ALWAYS))
    assert plan.next("getMe", {}) is not None
    plan.remove(number)
    assert plan.next("getMe", {}) is None
    assert plan.struck == 1


async def _refused(call: Callable[[], Awaitable[Any]]) -> bool:
    try:
        await call()
    except aiohttp.ClientConnectorError:
        return True
    return False


async def test_down_at_the_start_and_down_for_a_while() -> None:
    async def ask() -> None:
        async with aiohttp.ClientSession() as session, session.get(running.page) as response:
            assert response.status == 200

    with start_simulator(down_for=0.5) as running:
        assert await _refused(ask)
        await _until(lambda: _refused(ask), False)
        async with SimulatorClient(running.api) as people:
            await people.stage.go_down(0.5)
        await _until(lambda: _refused(ask), True)
        await _until(lambda: _refused(ask), False)


async def _until(question: Callable[[], Awaitable[bool]], answer: bool) -> None:
    for _ in range(500):
        if await question() is answer:
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(f"never {answer}")


async def test_updates_come_twice_out_of_order_with_gaps_and_from_a_new_beginning(
    bot: Bot, people: SimulatorClient, private: Chat
) -> None:
    person = private.people[0].id
    await people.stage.drop_updates()
    for number in range(3):
        await people.send(private.id, person, f"{number}")
        await people.stage.skip_update_ids(10)
    first = await bot.get_updates()
    ids = [update.update_id for update in first]
    assert [after - before for before, after in itertools.pairwise(ids)] == [11, 11]
    await bot.get_updates(offset=ids[-1] + 1, timeout=0)
    assert await people.stage.repeat_updates(2) == 2
    assert [u.update_id for u in await bot.get_updates()] == ids[1:]
    await people.stage.drop_updates()
    for number in range(6):
        await people.send(private.id, person, f"{number}")
    await people.stage.shuffle_updates(seed=1)
    texts = [u.message.text for u in await bot.get_updates() if u.message]
    assert texts != sorted(texts)
    assert sorted(texts) == [str(number) for number in range(6)]
    await people.stage.drop_updates()
    await people.stage.restart_update_ids(17)
    await people.send(private.id, person, "after a quiet week")
    (restarted,) = await bot.get_updates(offset=ids[-1] + 1000)
    assert restarted.update_id == 17
    await people.stage.restart_update_ids(600_000_000)


async def test_an_update_that_cannot_be_parsed_blocks_those_behind_it(
    bot: Bot, people: SimulatorClient, private: Chat
) -> None:
    await people.stage.drop_updates()
    await people.stage.poison()
    await people.send(private.id, private.people[0].id, "behind it")
    with pytest.raises((TelegramError, KeyError, TypeError)):
        await bot.get_updates()
    await people.stage.drop_updates()


async def test_twenty_thousand_updates_wait_and_are_fetched(
    bot: Bot, people: SimulatorClient, private: Chat
) -> None:
    await people.stage.drop_updates()
    for _ in range(4):
        await people.burst(private.id, private.people[0].id, "question {n}", 5000)
    assert (await people.report()).waiting_updates == 20_000
    offset, fetched = 0, 0
    while updates := await bot.get_updates(offset=offset, timeout=0):
        fetched += len(updates)
        offset = updates[-1].update_id + 1
        if fetched >= 1000:
            break
    assert fetched == 1000
    assert (await people.report()).waiting_updates == 19_100
    await people.stage.drop_updates()


async def test_whoever_polls_the_same_again_at_once_has_to_wait() -> None:
    with start_simulator() as running:
        async with Bot(running.token, running.base_url) as bot:
            started = time.monotonic()
            for _ in range(2):
                assert await bot.get_updates(timeout=0) == ()
            assert time.monotonic() - started > 2.5
        async with (
            SimulatorClient(running.api) as people,
            Bot(running.token, running.base_url) as bot,
        ):
            person = (await people.chats())[0].people[0].id
            await people.burst(person, person, "x", 3)
            counts = [len(await bot.get_updates(offset=1)) for _ in range(2)]
            assert counts == [3, 1]
