"""What happens in the world, told to whoever watches: the page, a test, a log."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_MOST_WAITING = 1000


class EventKind(StrEnum):
    """Kinds of events."""

    MESSAGE = "message"
    EDITED = "edited"
    DELETED = "deleted"
    TYPING = "typing"
    TOAST = "toast"
    PROFILE = "profile"
    CALL = "call"
    INLINE = "inline"
    FAULTS = "faults"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; the content is ready to be written as JSON."""

    kind: EventKind
    content: Mapping[str, Any]


class EventHub:
    """Hands each event to every watcher."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[Event | None]] = set()

    def tell(self, kind: EventKind, content: Mapping[str, Any]) -> None:
        """Announce an event; a watcher that does not read loses the newest ones."""
        for watcher in self._watchers:
            if watcher.qsize() < _MOST_WAITING:
                watcher.put_nowait(Event(kind, content))

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[Event | None]]:
        """Open a queue of events; None in it means that the simulator stops."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    def close(self) -> None:
        """Tell all watchers that no more will come."""
        for watcher in self._watchers:
            watcher.put_nowait(None)
