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

    def __init__(self, queue: int, timeout: float, most: int = 1_000_000) -> None:
        """Prepare.

        Args:
            queue: Jobs that may wait in one chat.
            timeout: Seconds until a job is given up.
            most: Jobs that may wait in all; when half of them do, one a chat.
        """
        self._queue = queue
        self._timeout = timeout
        self._most = most
        self._unfinished = 0
        self._waiting: dict[int, deque[Job]] = {}
        self._lanes: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    @property
    def chats(self) -> int:
        """Chats with jobs in work or waiting."""
        return len(self._waiting)

    @property
    def unfinished(self) -> int:
        """Jobs in work or waiting."""
        return self._unfinished

    def has_room(self, chat_id: int, queued: int, queued_in_all: int) -> bool:
        """Whether one more job may be queued.

        Args:
            chat_id: For which chat.
            queued: Its jobs that are about to be submitted.
            queued_in_all: Jobs of all chats that are.
        """
        in_all = self._unfinished + queued_in_all
        if in_all >= self._most:
            return False
        waiting = self._waiting.get(chat_id)
        is_free = waiting is None and not queued
        # What is left of the room when many ask is shared out: everyone before anyone's second.
        queue = self._queue if in_all < self._most // 2 else 0
        return is_free or len(waiting or ()) + queued < queue

    def submit(self, chat_id: int, job: Job) -> None:
        """Queue a job, whether there is room or not: what was promised is kept."""
        self._unfinished += 1
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
            finally:
                self._unfinished -= 1
        del self._waiting[chat_id]
