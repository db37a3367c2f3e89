"""Telegram's documented flood limits: who sends too fast gets 429 and a time to wait."""

import math
from dataclasses import dataclass

from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError
from bot.simulator.world.types import Chat, ChatKind

_PENALTY = 1.0


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` messages at once, then ``burst`` per ``seconds``."""

    burst: int
    seconds: float


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """The limits of Telegram's bot FAQ; a limit of None is not enforced."""

    private: Rate | None = Rate(3, 3.0)
    group: Rate | None = Rate(20, 60.0)
    overall: Rate | None = Rate(30, 1.0)


NO_LIMITS = FloodLimits(private=None, group=None, overall=None)


class _Bucket:
    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._tokens = float(rate.burst)
        self._updated = now

    def wait(self, now: float) -> float:
        """Return how long it takes until the next message is allowed."""
        per_second = self._rate.burst / self._rate.seconds
        passed = max(0.0, now - self._updated)
        self._tokens = min(float(self._rate.burst), self._tokens + passed * per_second)
        self._updated = now
        return max(0.0, (1.0 - self._tokens) / per_second)

    def take(self) -> None:
        self._tokens -= 1.0


class FloodControl:
    """Counts what is sent to each chat and overall."""

    def __init__(self, clock: Clock, limits: FloodLimits) -> None:
        self._clock = clock
        self._limits = limits
        self._buckets: dict[int | None, _Bucket] = {}
        self._blocked: dict[int, float] = {}

    def set_limits(self, limits: FloodLimits) -> None:
        """Replace the limits and forget what was counted."""
        self._limits = limits
        self._buckets.clear()
        self._blocked.clear()

    def count(self, chat: Chat) -> None:
        """Count one message or edit to a chat.

        Raises:
            ApiError: 429, if the bot sends too fast; coming back early makes the wait longer.
        """
        now = self._clock.now()
        blocked = self._blocked.get(chat.id, 0.0)
        if now < blocked:
            self._refuse(chat, blocked - now + _PENALTY)
        limit = self._limits.private if chat.kind is ChatKind.PRIVATE else self._limits.group
        buckets = [
            self._buckets.setdefault(key, _Bucket(rate, now))
            for key, rate in ((chat.id, limit), (None, self._limits.overall))
            if rate is not None
        ]
        wait = max((bucket.wait(now) for bucket in buckets), default=0.0)
        if wait > 1e-9:
            self._refuse(chat, wait)
        for bucket in buckets:
            bucket.take()

    def _refuse(self, chat: Chat, wait: float) -> None:
        seconds = max(1, math.ceil(wait))
        self._blocked[chat.id] = self._clock.now() + wait
        raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
