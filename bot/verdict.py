"""What must hold at the end of a run in front of a Telegram on this machine."""

import asyncio
import logging
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.simulator.client import Report

_LONGEST_STOP = 15.0
_GROWTH, _GROWTH_WHEN_WARM = 1.4, 1.1
_LONG = 12
"""Looks at the memory, after which a run is long enough to have warmed up."""
WARM_UP = 5.0
"""Seconds after which everything is loaded; its memory is looked at as often."""
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must hold at the end of a run."""

    name: str
    holds: bool
    detail: str


class Witness(logging.Handler):
    """Sees every line of the bot's log as it is written, and how its memory and its end go.

    Args:
        token: What no line may hold.
        written_by: The handler that writes the log.
        pace: Seconds of the event loop that pass in a true one.
    """

    def __init__(self, token: str, written_by: logging.Handler, pace: float = 1.0) -> None:
        super().__init__(logging.DEBUG)
        self._pace = pace
        self._token = token
        self.setFormatter(written_by.formatter)
        for each in written_by.filters:
            self.addFilter(each)
        self.leaks = 0
        self.tracebacks = 0
        self._series: list[float] = []
        self._stopping = 0.0
        self.stop_seconds = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a line."""
        line = self.format(record)
        self.leaks += self._token in line
        self.tracebacks += "Traceback (most recent call last)" in line

    async def watch(self) -> None:
        """Note what memory the bot has from when its model is loaded, until cancelled."""
        while True:
            await asyncio.sleep(WARM_UP * self._pace)
            self._series.append(megabytes())

    async def wait_for_stop(self, stop: asyncio.Event) -> None:
        """Note when the bot is told to end."""
        await stop.wait()
        self._stopping = time.monotonic()

    def stopped(self) -> None:
        """Note that it has ended."""
        if self._stopping:
            self.stop_seconds = time.monotonic() - self._stopping

    def rules(self) -> list[Rule]:
        """What must hold of the process."""
        last = megabytes()
        series = self._series or [last]
        # What is loaded when first used is no leak: the first quarter of a run may grow.
        quarters = [series[len(series) * quarter // 4] for quarter in range(4)]
        warm = quarters[0] if len(series) < _LONG else quarters[1]
        told = ", ".join(f"{each:.0f}" for each in quarters)
        return [
            Rule("no token in the logs", not self.leaks, f"{self.leaks} lines"),
            Rule("no traceback in the logs", not self.tracebacks, f"{self.tracebacks}"),
            Rule(
                "memory is flat",
                last <= warm * (_GROWTH if len(series) < _LONG else _GROWTH_WHEN_WARM),
                f"{told}, in the end {last:.0f} MB"
                if self._series
                else f"{last:.0f} MB; the run was too short to tell",
            ),
            Rule(
                "a clean stop",
                self.stop_seconds <= _LONGEST_STOP,
                f"{self.stop_seconds:.1f} s",
            ),
        ]


def rules_of(report: Report) -> list[Rule]:
    """What must hold of the bot's dealings with Telegram; the first is of unanswered questions."""
    floods = [finding for finding in report.findings if finding.rule == "flood"]
    others = [f"{f.method}: {f.rule}: {f.detail}" for f in report.findings if f.rule != "flood"]
    more_often = len(report.doubled) + len(report.repeated)
    once = report.questions - len(report.unanswered) - more_often
    return [
        Rule(
            "every question has an answer",
            not report.unanswered,
            f"{once} of {report.questions} once{_listed(report.unanswered)}",
        ),
        Rule(
            "no question has two",
            not report.doubled,
            f"{len(report.doubled)}; delivered, then failed, and sent once more: "
            f"{len(report.repeated)}",
        ),
        Rule(
            "every button press is answered",
            not report.unanswered_presses,
            f"{report.unanswered_presses} not",
        ),
        Rule("never too fast for Telegram", not floods, f"{len(floods)} times 429"),
        Rule("nothing that Telegram refuses or spoils", not others, _listed(others, "none")),
    ]


def write_rules(rules: Sequence[Rule], say: Callable[[str], None]) -> None:
    """Write a report, a line for each rule."""
    say("")
    for rule in rules:
        say(f"{'✓' if rule.holds else '✗'} {rule.name}: {rule.detail}")


def _listed(items: Sequence[str], nothing: str = "") -> str:
    if not items:
        return nothing
    shown = "; ".join(" ".join(item.split())[:80] for item in items[:_MOST_SHOWN])
    more = f" and {len(items) - _MOST_SHOWN} more" if len(items) > _MOST_SHOWN else ""
    return f"; not: {shown}{more}" if not nothing else f"{shown}{more}"


def megabytes() -> float:
    """Memory in use now; where the system does not tell, the most that ever was."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
