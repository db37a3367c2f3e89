"""The bot's two clocks: one that never jumps, and Telegram's, which its replies tell."""

import asyncio
import time
from email.utils import parsedate_to_datetime

import httpx


def steady() -> float:
    """Seconds of a clock that never jumps: the running event loop's, by which all waiting goes."""
    return asyncio.get_running_loop().time()


class TelegramClock:
    """Seconds since 1970, as Telegram counts them; this machine's clock may be wrong."""

    def __init__(self) -> None:
        self.skew = 0.0
        """Seconds that Telegram is ahead of this machine, to the second."""

    def now(self) -> float:
        """The time by Telegram's clock."""
        return time.time() + self.skew

    async def hear(self, response: httpx.Response) -> None:
        """Set the clock by a reply's ``Date`` header; for httpx's event hooks."""
        try:
            told = parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, ValueError):
            return
        ahead = told - time.time()
        # The header counts whole seconds, and the way here takes some.
        self.skew = 0.0 if abs(ahead) < 2 else ahead
