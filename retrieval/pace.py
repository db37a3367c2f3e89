"""How fast work goes, and how long what is left of it will take."""

import time
from collections import deque
from dataclasses import dataclass, field

_WINDOW = 60.0
"""Seconds back that tell the pace: work grows harder and easier as it goes."""


@dataclass(slots=True)
class Pace:
    """Told of work done, tells its pace. Work that was done before it was first told is no pace."""

    window: float = _WINDOW
    _told: deque[tuple[float, float]] = field(default_factory=deque)

    def tell(self, done: float, now: float | None = None) -> None:
        """Note how much is done.

        Args:
            done: In any unit, since whenever.
            now: Seconds of a clock that never goes back; the machine's where it is not given.
        """
        now = time.monotonic() if now is None else now
        self._told.append((now, done))
        while len(self._told) > 2 and now - self._told[1][0] >= self.window:
            self._told.popleft()

    @property
    def per_second(self) -> float:
        """Of the unit told; 0 while nothing can be said."""
        if len(self._told) < 2:
            return 0.0
        (begun, before), (now, done) = self._told[0], self._told[-1]
        return (done - before) / (now - begun) if now > begun else 0.0

    def left(self, total: float) -> float | None:
        """Seconds until so much is done; ``None`` while nothing can be said."""
        if not self._told or not self.per_second:
            return None
        return max(total - self._told[-1][1], 0.0) / self.per_second


def shown(seconds: float | None) -> str:
    """Seconds as hours, minutes and seconds."""
    if seconds is None:
        return "-:--:--"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
