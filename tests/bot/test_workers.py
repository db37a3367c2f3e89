"""Questions are answered in order, fairly, and never all at once."""

import asyncio
import logging

import pytest

from bot.workers import Workers


async def test_a_chat_is_answered_in_order_one_at_a_time() -> None:
    workers = Workers(count=4, queue=10, timeout=5)
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
        assert workers.submit(1, lambda number=number: job(number))
    workers.start()
    await workers.stop()
    assert done == [0, 1, 2, 3, 4]


async def test_a_full_queue_refuses() -> None:
    workers = Workers(count=1, queue=2, timeout=5)
    accepted = [workers.submit(1, lambda: asyncio.sleep(0)) for _ in range(4)]
    assert accepted == [True, True, False, False]
    assert workers.submit(2, lambda: asyncio.sleep(0))


async def test_a_flooding_chat_waits_for_itself() -> None:
    workers = Workers(count=1, queue=100, timeout=5)
    done: list[int] = []

    async def job(chat: int) -> None:
        done.append(chat)

    for _ in range(50):
        workers.submit(1, lambda: job(1))
    workers.submit(2, lambda: job(2))
    workers.start()
    await workers.stop()
    assert done.index(2) <= 1


async def test_a_job_that_hangs_or_fails_does_not_stop_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    workers = Workers(count=1, queue=5, timeout=0.05)
    done: list[str] = []

    async def fail() -> None:
        raise ValueError

    async def succeed() -> None:
        done.append("yes")

    with caplog.at_level(logging.CRITICAL):
        workers.submit(1, lambda: asyncio.sleep(60))
        workers.submit(1, fail)
        workers.submit(1, succeed)
        workers.start()
        await workers.stop()
    assert done == ["yes"]


async def test_stopping_does_not_wait_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    workers = Workers(count=1, queue=5, timeout=60)
    workers.submit(1, lambda: asyncio.sleep(60))
    workers.start()
    await asyncio.sleep(0)
    await workers.stop(grace=0.05)
    assert "unanswered questions in 1 chats" in caplog.text
