"""Download links of files: valid for an hour after getFile."""

from bot.simulator.clock import Clock

_LIFETIME = 3600.0


class Links:
    """Which paths can be downloaded, and until when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._expiries: dict[str, float] = {}

    def open(self, path: str) -> None:
        """Make a path valid from now on."""
        self._expiries[path] = self._clock.now() + _LIFETIME

    def is_valid(self, path: str) -> bool:
        """Tell whether a path can be downloaded."""
        return self._clock.now() < self._expiries.get(path, 0.0)
