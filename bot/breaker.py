"""Lets nobody wait for what is away: one call tries again, and all others fail at once."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from retrieval.errors import EngineError

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
_PAUSE = 0.5
"""Seconds until what failed is tried again."""


class Breaker:
    """A circuit breaker before the server that holds the index."""

    def __init__(self, threads: Executor) -> None:
        """Prepare.

        Args:
            threads: Where calls run; one of them may be waiting for the server's timeout.
        """
        self._threads = threads
        self._error: EngineError | None = None
        self._since = 0.0
        self._trying: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        """Whether the server did not answer when it was asked last."""
        return self._error is not None

    def check(self) -> None:
        """Fail while the server is away.

        Raises:
            EngineError: It is.
        """
        if self._error is not None:
            raise EngineError(str(self._error))

    async def call(self, work: Callable[[], _T]) -> _T:
        """Do something with the server, in a thread.

        Raises:
            EngineError: The server is away. The same work is tried again until it is back.
        """
        try:
            return await self._run(lambda: self._checked(work))
        except EngineError:
            if self._trying is None:
                self._trying = asyncio.create_task(self._try_again(work))
            raise

    def trip(self, error: EngineError) -> None:
        """Take note that the server is away; from any thread."""
        if self._error is None:
            self._since = time.monotonic()
            logger.warning("no questions can be answered for now, and they wait: %s", error)
        self._error = error

    def reset(self) -> None:
        """Take note that the server is there."""
        if self._error is not None:
            logger.info("questions are answered again, after %.1f s", self._seconds())
        self._error = None

    def close(self) -> None:
        """Stop trying."""
        if self._trying is not None:
            self._trying.cancel()

    def _checked(self, work: Callable[[], _T]) -> _T:
        """Another call may have failed while this one was waiting for its thread."""
        self.check()
        try:
            return work()
        except EngineError as error:
            self.trip(error)  # here, before this thread takes up the next call
            raise

    async def _try_again(self, work: Callable[[], object]) -> None:
        while self._error is not None:
            await asyncio.sleep(_PAUSE)
            try:
                await self._run(work)
            except EngineError as error:
                self._error = error
            except Exception:
                logger.exception("the server answers, but something else is wrong")
                self.reset()
            else:
                self.reset()
        self._trying = None

    async def _run(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _seconds(self) -> float:
        return time.monotonic() - self._since
