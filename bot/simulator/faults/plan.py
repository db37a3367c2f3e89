"""Which calls of the Bot API go wrong, and how: by a script, or at random from a seed."""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ALWAYS = -1


class FaultKind(StrEnum):
    """What happens to a call."""

    TOO_MANY_REQUESTS = "429"
    """Refused with ``retry_after`` = ``seconds``."""
    INTERNAL_ERROR = "500"
    """An error page in HTML, as from a server that restarts."""
    BAD_GATEWAY = "502"
    SERVICE_UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    UNAUTHORIZED = "401"
    """The token was revoked."""
    CONFLICT = "409"
    """Another process polls."""
    REFUSED = "400"
    """Refused with ``description`` as reason."""
    FORBIDDEN = "403"
    """Refused with ``description`` as reason."""
    JUNK = "junk"
    """Status 200 and no JSON."""
    TRUNCATED = "truncated"
    """Status 200 and the first half of the JSON."""
    CUT = "cut"
    """The connection breaks in the middle of the body."""
    RESET = "reset"
    """The connection breaks without an answer."""
    SILENCE = "silence"
    """No answer for ``seconds``, or until the bot hangs up; then a reset."""
    SLOW = "slow"
    """The answer comes after ``seconds``."""
    SLOW_BODY = "slow body"
    """The head comes at once, the body in pieces over ``seconds``."""
    CLOSED = "closed"
    """A good answer, after which the connection is closed."""


HTTP_ERRORS = frozenset(
    {
        FaultKind.INTERNAL_ERROR,
        FaultKind.BAD_GATEWAY,
        FaultKind.SERVICE_UNAVAILABLE,
        FaultKind.GATEWAY_TIMEOUT,
    }
)
# These are answers themselves: the call was never carried out.
REFUSALS = frozenset(
    {
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.UNAUTHORIZED,
        FaultKind.CONFLICT,
        FaultKind.REFUSED,
        FaultKind.FORBIDDEN,
    }
)
# After these the bot cannot know whether the call was carried out.
UNKNOWABLE = HTTP_ERRORS | {
    FaultKind.JUNK,
    FaultKind.TRUNCATED,
    FaultKind.CUT,
    FaultKind.RESET,
    FaultKind.SILENCE,
}
# These need the true answer, so the call is always carried out.
AFTER_ALL = frozenset(
    {
        FaultKind.TRUNCATED,
        FaultKind.CUT,
        FaultKind.SLOW,
        FaultKind.SLOW_BODY,
        FaultKind.CLOSED,
    }
)
RANDOM_KINDS = (
    FaultKind.BAD_GATEWAY,
    FaultKind.INTERNAL_ERROR,
    FaultKind.RESET,
    FaultKind.TRUNCATED,
    FaultKind.JUNK,
    FaultKind.SLOW,
    FaultKind.TOO_MANY_REQUESTS,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Args:
        kind: What happens.
        methods: Names of the methods it strikes, all if empty; ``file`` stands for downloads.
        chat_id: Only calls with this ``chat_id``.
        skip: Matching calls that go well first.
        times: How many calls are struck then; `ALWAYS` for all.
        after: Whether the call is carried out before it goes wrong.
        seconds: ``retry_after``, or how long silence and slowness last.
        description: The reason that a refusal gives.
    """

    kind: FaultKind
    methods: frozenset[str] = frozenset()
    chat_id: int | None = None
    skip: int = 0
    times: int = 1
    after: bool = False
    seconds: float = 1.0
    description: str = ""

    @property
    def is_carried_out(self) -> bool:
        """Whether the call has its effect all the same."""
        return self.kind in AFTER_ALL or (self.after and self.kind not in REFUSALS)


@dataclass(slots=True)
class _Planned:
    fault: Fault
    seen: int = 0
    struck: int = 0

    def strikes(self) -> bool:
        self.seen += 1
        if self.seen <= self.fault.skip:
            return False
        if self.fault.times != ALWAYS and self.struck >= self.fault.times:
            return False
        self.struck += 1
        return True


@dataclass(slots=True)
class Chance:
    """Faults at random; the same seed and the same calls give the same faults.

    Args:
        seed: Where the random numbers come from.
        rate: Share of calls that are struck, 0 to 1.
        kinds: What may happen.
        methods: Names of the methods, all if empty.
    """

    seed: int
    rate: float
    kinds: Sequence[FaultKind] = RANDOM_KINDS
    methods: frozenset[str] = frozenset()
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - must be repeatable

    def draw(self, method: str) -> Fault | None:
        """Return what happens to a call, mostly nothing."""
        if self.methods and method.lower() not in self.methods:
            return None
        if self._random.random() >= self.rate:
            return None
        kind = self._random.choice(self.kinds)
        return Fault(kind, seconds=self._random.choice((1, 2)), after=self._random.random() < 0.5)


class FaultPlan:
    """All that is planned to go wrong; the first that matches a call strikes it."""

    def __init__(self) -> None:
        self._planned: dict[int, _Planned] = {}
        self._numbers = itertools.count(1)
        self.chance: Chance | None = None
        self.struck = 0

    def add(self, fault: Fault) -> int:
        """Plan a fault and return its number."""
        number = next(self._numbers)
        self._planned[number] = _Planned(fault)
        return number

    def remove(self, number: int) -> None:
        """Forget a fault."""
        self._planned.pop(number, None)

    def clear(self) -> None:
        """Forget all faults."""
        self._planned.clear()
        self.chance = None

    def planned(self) -> Mapping[int, tuple[Fault, int]]:
        """Return the faults by number, and how often each has struck."""
        return {number: (each.fault, each.struck) for number, each in self._planned.items()}

    def next(self, method: str, parameters: Mapping[str, Any]) -> Fault | None:
        """Return what happens to a call, or None if it goes well."""
        for each in self._planned.values():
            if _matches(each.fault, method, parameters) and each.strikes():
                self.struck += 1
                return each.fault
        fault = self.chance.draw(method) if self.chance is not None else None
        self.struck += fault is not None
        return fault


def _matches(fault: Fault, method: str, parameters: Mapping[str, Any]) -> bool:
    if fault.methods and method.lower() not in {name.lower() for name in fault.methods}:
        return False
    return fault.chat_id is None or str(parameters.get("chat_id")) == str(fault.chat_id)
