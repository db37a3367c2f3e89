"""A log of answers, asked again -> what changed since."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from retrieval.answerlog import LoggedAnswer, LoggedExcerpt
from retrieval.evaluation.outcomes import Progress
from retrieval.types import Answer


class Drift(Enum):
    """How today's answer differs from the logged one."""

    SAME = "same"
    FIRST = "another first excerpt"
    OTHERS = "other excerpts after the first"
    SPOKE = "answered now, was silent"
    FELL_SILENT = "silent now, was answered"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A logged answer beside today's."""

    logged: LoggedAnswer
    answer: Answer

    @property
    def drift(self) -> Drift:
        """What changed: excerpts are the same where they stand at the same place of a file."""
        now = LoggedAnswer.of(self.answer)
        if self.logged.answered != now.answered:
            return Drift.SPOKE if now.answered else Drift.FELL_SILENT
        if self.logged.excerpts == now.excerpts:
            return Drift.SAME
        return Drift.OTHERS if _first(self.logged) == _first(now) else Drift.FIRST


def replay(
    logged: Sequence[LoggedAnswer],
    ask: Callable[[str], Answer],
    progress: Progress = lambda done, total: None,
) -> list[Replayed]:
    """Ask logged questions again, each once: the last answer that was logged counts."""
    latest = {one.question: one for one in logged}
    found = []
    for number, one in enumerate(latest.values(), start=1):
        found.append(Replayed(one, ask(one.question)))
        progress(number, len(latest))
    return found


def _first(answer: LoggedAnswer) -> LoggedExcerpt | None:
    return answer.excerpts[0] if answer.excerpts else None
