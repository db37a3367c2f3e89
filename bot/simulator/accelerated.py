"""An event loop whose seconds are shorter: an hour of waiting passes in minutes.

Everything that waits by the loop's clock (sleeps, timeouts, whoever asks ``loop.time()``) keeps its
proportions. What computes takes as long as ever, and so seems to take longer.
"""

import asyncio
import selectors
import time
from collections.abc import Callable


class _Selector(selectors.DefaultSelector):
    """Waits shorter than it is asked to."""

    def __init__(self, pace: float) -> None:
        super().__init__()
        self._pace = pace

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for events; ``timeout`` is in seconds of the loop."""
        return super().select(timeout / self._pace if timeout and timeout > 0 else timeout)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, pace: float) -> None:
        super().__init__(_Selector(pace))
        self._pace = pace

    def time(self) -> float:
        """Seconds of a steady clock, of which ``pace`` pass in a true one."""
        return time.monotonic() * self._pace


def accelerated(pace: float) -> Callable[[], asyncio.AbstractEventLoop]:
    """A ``loop_factory`` for `asyncio.Runner`.

    Args:
        pace: Seconds of the loop that pass in a true second; 1 is an ordinary loop.
    """
    return (lambda: _Loop(pace)) if pace != 1 else asyncio.new_event_loop
