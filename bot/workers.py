"""Questions in per-chat queues -> answered by a few workers, fairly and in order.

One chat that floods waits for itself: each chat has one question in work and a bounded queue, and
chats take turns.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


class Workers:
    """Runs jobs; at most one a chat at a time, in the order they came."""

    def __init__(self, count: int, queue: int, timeout: float) -> None:
        """Prepare; nothing runs before `start`.

        Args:
            count: Jobs that run at the same time.
            queue: Jobs that may wait in one chat.
            timeout: Seconds until a job is given up.
        """
        self._count = count
        self._queue = queue
        self._timeout = timeout
        self._waiting: dict[int, deque[Job]] = {}
        self._turns: asyncio.Queue[int] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._idle = asyncio.Event()
        self._idle.set()

    def submit(self, chat_id: int, job: Job) -> bool:
        """Queue a job; ``False`` if the chat's queue is full."""
        waiting = self._waiting.get(chat_id)
        if waiting is None:
            self._idle.clear()
            self._waiting[chat_id] = deque([job])
            self._turns.put_nowait(chat_id)
            return True
        if len(waiting) >= self._queue:
            return False
        waiting.append(job)
        return True

    def start(self) -> None:
        """Start the workers in the running event loop."""
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._count)]

    async def stop(self, grace: float = 10) -> None:
        """Give running and queued jobs some seconds to end, then cancel them."""
        try:
            async with asyncio.timeout(grace):
                await self._idle.wait()
        except TimeoutError:
            logger.warning("stopping with unanswered questions in %d chats", len(self._waiting))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            chat_id = await self._turns.get()
            job = self._waiting[chat_id].popleft()
            try:
                # The job limits its own work; sending may take longer, but not for ever.
                async with asyncio.timeout(self._timeout):
                    await job()
            except Exception:
                logger.exception("a question in chat %d was not answered", chat_id)
            finally:
                self._next_turn(chat_id)

    def _next_turn(self, chat_id: int) -> None:
        if self._waiting[chat_id]:
            self._turns.put_nowait(chat_id)
            return
        del self._waiting[chat_id]
        if not self._waiting:
            self._idle.set()
