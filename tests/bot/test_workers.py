"""Questions are answered in order, fairly, and never all at once."""

import asyncio
import logging

import pytest

from bot.workers import Workers


async def test_a_chat_is_answered_in_order_one_at_a_time() -> None:
    workers = Workers(queue=10, timeout=5)
    done: list[int] = []
    running = 0

    async def job(number: int) -> None:
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0.001)
        done.append(number)
        running -= 1

    for number in range(5):
        workers.submit(1, lambda number=number: job(number))
    await asyncio.sleep(0.1)
    assert await workers.stop() == 0
    assert done == [0, 1, 2, 3, 4]


async def test_a_full_queue_has_no_room() -> None:
    workers = Workers(queue=2, timeout=5)
    workers.submit(1, lambda: asyncio.sleep(0))
    assert workers.has_room(1, queued=0, queued_in_all=0)
    assert not workers.has_room(1, queued=1, queued_in_all=1)
    workers.submit(1, lambda: asyncio.sleep(0))
    assert not workers.has_room(1, queued=0, queued_in_all=0)
    assert workers.has_room(2, queued=0, queued_in_all=0)
    assert workers.unfinished == 2
    await workers.stop()


async def test_when_many_ask_everyone_comes_before_anyones_second() -> None:
    workers = Workers(queue=5, timeout=5, most=4)
    workers.submit(1, lambda: asyncio.sleep(0))
    assert workers.has_room(1, queued=0, queued_in_all=0)
    workers.submit(2, lambda: asyncio.sleep(0))
    assert not workers.has_room(1, queued=0, queued_in_all=0)
    assert workers.has_room(3, queued=0, queued_in_all=1)
    assert not workers.has_room(3, queued=1, queued_in_all=1)
    assert not workers.has_room(4, queued=0, queued_in_all=2)
    await workers.stop()


async def test_what_is_done_makes_room_whatever_became_of_it() -> None:
    workers = Workers(queue=5, timeout=0.01, most=2)

    async def fail() -> None:
        raise RuntimeError("no")

    workers.submit(1, fail)
    workers.submit(2, lambda: asyncio.sleep(60))
    assert not workers.has_room(3, queued=0, queued_in_all=0)
    await asyncio.sleep(0.1)
    assert workers.unfinished == 0
    assert workers.has_room(3, queued=0, queued_in_all=0)
    await workers.stop()


async def test_a_flooding_chat_waits_for_itself() -> None:
    workers = Workers(queue=100, timeout=5)
    done: list[int] = []
    thread = asyncio.Semaphore(1)

    async def job(chat: int) -> None:
        async with thread:
            await asyncio.sleep(0.001)
            done.append(chat)

    for _ in range(20):
        workers.submit(1, lambda: job(1))
    workers.submit(2, lambda: job(2))
    await asyncio.sleep(0.1)
    await workers.stop()
    assert done.index(2) <= 1


async def test_a_job_that_hangs_or_fails_does_not_stop_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    workers = Workers(queue=5, timeout=0.05)
    done: list[str] = []

    async def fail() -> None:
        raise ValueError

    async def succeed() -> None:
        done.append("yes")

    with caplog.at_level(logging.CRITICAL):
        workers.submit(1, lambda: asyncio.sleep(60))
        workers.submit(1, fail)
        workers.submit(1, succeed)
        await asyncio.sleep(0.1)
        await workers.stop()
    assert done == ["yes"]


async def test_stopping_leaves_what_waits_and_ends_what_hangs() -> None:
    workers = Workers(queue=5, timeout=60)
    done: list[str] = []

    async def succeed() -> None:
        done.append("yes")

    workers.submit(1, lambda: asyncio.sleep(60))
    workers.submit(1, succeed)
    await asyncio.sleep(0)
    assert await workers.stop(grace=0.05) == 2
    assert done == []
