"""Nobody waits for a server that is known to be away."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from bot.breaker import Breaker
from retrieval.errors import EngineError


@dataclass
class Server:
    """Counts who asks it, and fails while it is away."""

    is_away: bool = True
    asked: int = 0

    def ask(self) -> str:
        """What a call does."""
        self.asked += 1
        if self.is_away:
            raise EngineError("http://server: away")
        return "here"


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


async def test_what_fails_is_tried_again_until_the_server_is_back(
    threads: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    breaker, server = Breaker(threads), Server()
    calls = [breaker.call(server.ask) for _ in range(5)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [str(each) for each in outcomes] == ["http://server: away"] * 5
    assert server.asked == 1
    assert breaker.is_away
    server.is_away = False
    async with asyncio.timeout(10):
        while breaker.is_away:  # noqa: ASYNC110 - what is tested
            await asyncio.sleep(0.01)
    assert await breaker.call(server.ask) == "here"
    assert len([each for each in caplog.messages if "http://server: away" in each]) == 1


async def test_a_server_that_answers_wrongly_is_not_away(threads: ThreadPoolExecutor) -> None:
    breaker = Breaker(threads)

    def fail() -> None:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        await breaker.call(fail)
    assert not breaker.is_away
