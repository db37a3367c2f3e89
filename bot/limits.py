"""How often something may happen: token buckets for questions, time windows for sending.

Every clock here is monotonic and handed in, in seconds, so that a jump of the wall clock, or a
test, changes nothing else.
"""

from collections import deque
from dataclasses import dataclass

_FORGET_ABOVE = 10_000
"""Entries kept before those that mean nothing any more are dropped."""


class Buckets:
    """A token bucket for each key: ``burst`` at once, ``per_minute`` in the long run."""

    def __init__(self, per_minute: float, burst: int) -> None:
        self._per_second = per_minute / 60
        self._burst = burst
        self._filled: dict[int, tuple[float, float]] = {}

    def take(self, key: int, now: float) -> bool:
        """Take one token of a key; ``False`` where there is none."""
        tokens, then = self._filled.get(key, (float(self._burst), now))
        tokens = min(float(self._burst), tokens + (now - then) * self._per_second)
        allowed = tokens >= 1
        self._filled[key] = (tokens - allowed, now)
        if len(self._filled) > _FORGET_ABOVE:
            self._forget(now)
        return allowed

    def _forget(self, now: float) -> None:
        """Drop those that are full again: they mean the same as none."""
        refill = self._burst / self._per_second
        self._filled = {key: each for key, each in self._filled.items() if now - each[1] < refill}


class Notes:
    """One note a minute for each chat, whatever it is about."""

    def __init__(self, seconds: float = 60) -> None:
        self._seconds = seconds
        self._last: dict[int, float] = {}

    def allow(self, chat_id: int, now: float) -> bool:
        """Whether a chat may be told something now."""
        if now - self._last.get(chat_id, -self._seconds) < self._seconds:
            return False
        if len(self._last) > _FORGET_ABOVE:
            self._last = {c: t for c, t in self._last.items() if now - t < self._seconds}
        self._last[chat_id] = now
        return True


@dataclass(frozen=True, slots=True)
class Rate:
    """``count`` messages in any ``seconds``."""

    count: int
    seconds: float


PRIVATE = (Rate(3, 3.3),)
GROUP = (Rate(18, 61), Rate(5, 5))
"""What Telegram documents for a chat, or just under it: 1/s, bursts of 3; 20 a minute in groups."""


@dataclass(frozen=True, slots=True)
class Stream:
    """``burst`` messages at once, ``per_second`` in the long run."""

    per_second: float
    burst: int


OVERALL = Stream(30, 12)
"""What Telegram documents for all chats, 30/s.

Whoever counts 30/s at the other end allows 30 at once. What is kept back of that is for messages
that were sent evenly and arrive together: those of 0.6 s, (30 - 12) / 30, may.
"""


class SendingLimits:
    """When the next message may go out: first its chat's turn, then its turn among all.

    A message takes its place among all only when its chat lets it go, so that a chat that must
    wait holds up no other.
    """

    def __init__(self) -> None:
        self._sent: dict[int, deque[float]] = {}
        self._paused: dict[int, float] = {}
        self._all_paused = 0.0
        self._all_due = 0.0
        self._last_refusal: tuple[int, float] = (0, -10.0)

    def reserve(
        self, chat_id: int, now: float, patience: float, *, must_go: bool = False
    ) -> float | None:
        """Take the next free moment of a chat.

        Args:
            chat_id: Which chat.
            now: The moment, in seconds.
            patience: Seconds that may pass until then.
            must_go: Whether our own limits are waited for however long, and only what Telegram
                asks for is not.

        Returns:
            Seconds to wait; ``None``, and nothing is taken, where that is more than ``patience``.
        """
        pause = self._pause(chat_id)
        if pause - now > patience:
            return None
        rates = PRIVATE if chat_id > 0 else GROUP
        sent = self._sent.setdefault(chat_id, deque(maxlen=max(rate.count for rate in rates)))
        moment = max(now, pause, *(_free(sent, rate) for rate in rates))
        if moment - now > patience and not must_go:
            return None
        sent.append(moment)
        if len(self._sent) > _FORGET_ABOVE:
            self._forget(now)
        return moment - now

    def reserve_among_all(self, chat_id: int, now: float) -> float:
        """Take the next free moment of all chats, for a chat whose own moment has come.

        Returns:
            Seconds to wait.
        """
        interval = 1 / OVERALL.per_second
        due = max(self._all_due, now)
        self._all_due = due + interval
        wait = max(0.0, due - (OVERALL.burst - 1) * interval - now)
        sent = self._sent.get(chat_id)
        if sent:
            # The chat's next message counts from when this one goes.
            sent[-1] = max(sent[-1], now + wait)
        return wait

    def is_paused(self, chat_id: int, now: float) -> bool:
        """Whether a chat is to be left alone."""
        return self._pause(chat_id) > now

    def pause(self, chat_id: int, now: float, seconds: float) -> None:
        """Leave a chat alone for a while; every chat, where two ask for it within a second."""
        other, then = self._last_refusal
        if other != chat_id and now - then < 1:
            self._all_paused = max(self._all_paused, now + seconds)
        self._last_refusal = (chat_id, now)
        self.rest(chat_id, now, seconds)

    def rest(self, chat_id: int, now: float, seconds: float) -> None:
        """Leave a chat alone for a while, whatever others do."""
        self._paused[chat_id] = max(self._paused.get(chat_id, 0.0), now + seconds)

    def _pause(self, chat_id: int) -> float:
        return max(self._all_paused, self._paused.get(chat_id, 0.0))

    def _forget(self, now: float) -> None:
        self._sent = {chat: sent for chat, sent in self._sent.items() if now - sent[-1] < 120}
        self._paused = {chat: until for chat, until in self._paused.items() if until > now}


def _free(sent: deque[float], rate: Rate) -> float:
    """When a rate lets the next one pass."""
    return sent[-rate.count] + rate.seconds if len(sent) >= rate.count else 0.0
