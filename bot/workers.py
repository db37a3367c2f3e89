"""Jobs in per-chat queues, each chat's in order and one at a time, chats beside each other.

What jobs share (threads to search in, Telegram's limits) is waited for in the order of asking, and
a chat asks once at a time: one that floods waits for itself.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


class Workers:
    """Runs jobs; at most one a chat at a time, in the order they came."""

    def __init__(self, queue: int, timeout: float) -> None:
        """Prepare.

        Args:
            queue: Jobs that may wait in one chat.
            timeout: Seconds until a job is given up.
        """
        self._queue = queue
        self._timeout = timeout
        self._waiting: dict[int, deque[Job]] = {}
        self._lanes: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    @property
    def chats(self) -> int:
        """Chats with jobs in work or waiting."""
        return len(self._waiting)

    def room(self, chat_id: int) -> int:
        """How many more jobs a chat's queue takes."""
        return self._queue - len(self._waiting.get(chat_id, ()))

    def submit(self, chat_id: int, job: Job) -> None:
        """Queue a job, whether there is room or not: what was promised is kept."""
        waiting = self._waiting.get(chat_id)
        if waiting is not None:
            waiting.append(job)
            return
        self._waiting[chat_id] = deque([job])
        lane = asyncio.create_task(self._work(chat_id), name=f"chat {chat_id}")
        self._lanes.add(lane)
        lane.add_done_callback(self._lanes.discard)

    async def stop(self, grace: float = 10) -> int:
        """Begin nothing new, and give what is in work some seconds to end.

        Returns:
            Jobs that were not done.
        """
        self._is_stopping = True
        left = sum(map(len, self._waiting.values()))
        if self._lanes:
            _, unfinished = await asyncio.wait(self._lanes, timeout=grace)
            for lane in unfinished:
                lane.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
            left += len(unfinished)
        return left

    async def _work(self, chat_id: int) -> None:
        waiting = self._waiting[chat_id]
        while waiting and not self._is_stopping:
            job = waiting.popleft()
            try:
                async with asyncio.timeout(self._timeout):
                    await job()
            except Exception:
                logger.exception("chat %d: a job failed", chat_id)
        del self._waiting[chat_id]
