"""The one clock of a simulated world."""

import time


class Clock:
    """Real time plus an offset that tests can move forward.

    Args:
        pace: Seconds that pass in a true one.
    """

    def __init__(self, pace: float = 1.0) -> None:
        self._offset = 0.0
        self._start = time.time()
        self._pace = pace

    def now(self) -> float:
        """Return seconds since 1970."""
        passed = time.time() - self._start
        return self._start + passed * self._pace + self._offset

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
