"""Many people in front of the bot: sets them going, and says what became of their questions."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.metrics import Metrics, counts
from bot.simulator.client import Load, SimulatorClient

Say = Callable[[str], None]
_PAUSE = 0.5
_INDENT = " " * 22


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people ask, where, how fast and how long.

    A burst asks all at once. A mixed crowd also talks, edits, presses buttons, types after the
    bot's name, sends documents, comes and goes.
    """

    users: int
    groups: int
    rate: float
    seconds: float
    burst: int = 0
    is_mixed: bool = False
    seed: int = 0

    @property
    def plan(self) -> dict[str, float]:
        """As the simulator takes it."""
        place: dict[str, float] = {"users": self.users, "groups": self.groups}
        if self.burst:
            return place | {"count": self.burst}
        return place | {"rate": self.rate, "seconds": self.seconds, "seed": self.seed}


async def drive(
    client: SimulatorClient, crowd: Crowd, question: str, metrics: Metrics, say: Say
) -> bool:
    """Let a crowd ask, wait until nothing more is answered, and report.

    Args:
        client: Speaks for the simulator's people.
        crowd: Who asks.
        question: What is asked.
        metrics: What the bot counts itself.
        say: Takes each line.

    Returns:
        Whether every question is accounted for, and none is lost or answered twice.
    """
    if crowd.is_mixed:
        await client.start_community([question], **crowd.plan)
    else:
        await client.start_load([question], **crowd.plan)
    load: Load | None = None
    while load is None or not load.is_over:
        await asyncio.sleep(_PAUSE)
        load = await (client.community() if crowd.is_mixed else client.load())
    for line in _lines(load, metrics):
        say(line)
    counted = sum(counts(metrics.finished).values()) + sum(counts(metrics.refused).values())
    # Both sides must count the same; edits make the bot count what people do not ask anew.
    is_counted = crowd.is_mixed or counted == load.asked
    is_amiss = load.lost or load.doubled or load.unfetched or load.unanswered_queries
    return is_counted and not is_amiss


def _lines(load: Load, metrics: Metrics) -> Iterator[str]:
    yield ""
    for name, count in sorted(load.done.items(), key=lambda item: -item[1]):
        yield f"{count:7} {name}"
    times = [
        f"{value:.0f}" if value is not None else "-" for value in (load.p50, load.p95, load.p99)
    ]
    yield f"asked                 {load.asked}"
    yield f"answered              {load.answered}   ({load.answers_per_second:.1f} a second)"
    yield f"p50 / p95 / p99       {' / '.join(times)} ms from update to sendMessage"
    yield f"told without a source {load.refused}"
    for words, count in load.words.items():
        yield f"{_INDENT}{count} times: {words}"
    yield f"not told again        {load.turned_away}   (their chat was told a moment before)"
    yield f"failed at Telegram    {load.failed}   (both times that the answer was sent)"
    yield f"lost                  {load.lost}"
    for text in load.lost_texts:
        yield f"{_INDENT}{text}"
    yield f"answered twice        {load.doubled}"
    yield f"sent once more        {load.repeated}   (delivered, then failed)"
    if load.done:
        yield f"inline queries missed {load.unanswered_queries}"
    yield f"calls per answer      {load.calls_per_answer:.2f}"
    yield f"the bot's own count   accepted and ended: {_told(counts(metrics.finished))}"
    yield f"{_INDENT}turned away: {_told(counts(metrics.refused))}"


def _told(counted: Mapping[str, int]) -> str:
    each = ", ".join(f"{kind} {count}" for kind, count in sorted(counted.items()))
    return f"{sum(counted.values())} ({each})" if each else "0"
