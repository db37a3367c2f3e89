"""The one clock of a simulated world."""

import time


class Clock:
    """Real time plus an offset that tests can move forward."""

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        """Return seconds since 1970."""
        return time.time() + self._offset

    def seconds(self) -> int:
        """Return whole seconds since 1970, as Telegram writes dates."""
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        Raises:
            ValueError: If ``seconds`` is negative; dates of messages never run backwards.
        """
        if seconds < 0:
            raise ValueError(f"a clock cannot go back: {seconds}")
        self._offset += seconds
