"""``config/baseline.json``: the figures that the golden questions must not fall below.

It holds the figures with their intervals, and what each question scored, so that a fall is tested
question by question. ``chuchu evaluate --keep config/baseline.json`` writes it anew.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.errors import LabelError
from retrieval.evaluation.comparing.comparison import LossTest, Score, score, weigh_losses
from retrieval.evaluation.figures import EXCERPT_LENGTH, LATENCIES, Figure, Slice, clusters
from retrieval.evaluation.outcomes import Outcome
from retrieval.types import Json

FILE = Path("config/baseline.json")
_LOWER_IS_BETTER = frozenset({"false replies", "calibration error"})
_NEITHER = frozenset({EXCERPT_LENGTH, "marked: first sentence", "marked: random sentence"})


@dataclass(frozen=True, slots=True)
class ScoredQuestion:
    """A question and what it scored."""

    question: str
    score: Score


@dataclass(frozen=True, slots=True)
class Reference:
    """What was kept."""

    figures: tuple[Figure, ...]
    """Those of all questions, without latencies: they belong to a machine."""
    questions: tuple[ScoredQuestion, ...]


@dataclass(frozen=True, slots=True)
class Fall:
    """How a run fell behind what was kept."""

    figures: tuple[str, ...]
    """Names of figures that left their interval for the worse."""
    tests: tuple[LossTest, ...]
    """Paired tests on the questions that both know."""

    @property
    def is_beyond_noise(self) -> bool:
        """Whether anything fell."""
        return bool(self.figures) or any(test.is_loss for test in self.tests)


def reference_of(overall: Slice, outcomes: Sequence[Outcome]) -> Reference:
    """Keep of a run what later ones are held against."""
    figures = tuple(figure for figure in overall.figures if figure.name not in LATENCIES)
    questions = (ScoredQuestion(o.question.question, score(o)) for o in outcomes)
    return Reference(figures, tuple(questions))


def fall(reference: Reference, overall: Slice, outcomes: Sequence[Outcome]) -> Fall:
    """Hold a run against what was kept."""
    kept = {one.question: one.score for one in reference.questions}
    known = [o for o in outcomes if o.question.question in kept]
    tests = weigh_losses(
        [kept[o.question.question] for o in known], [score(o) for o in known], clusters(known)
    )
    worse = (f.name for f in reference.figures if _is_worse(f, overall.get(f.name)))
    return Fall(tuple(worse), tests)


def write_reference(file: Path, reference: Reference) -> None:
    """Write what is kept, one question a line.

    Raises:
        LabelError: The file cannot be written.
    """
    figures = [
        f" {json.dumps(f.name)}: {json.dumps([_short(f.value), _short(f.low), _short(f.high)])}"
        f"{',' if at < len(reference.figures) else ''}"
        for at, f in enumerate(reference.figures, start=1)
    ]
    questions = [
        f" {json.dumps(one.question, ensure_ascii=False)}: {json.dumps(_numbers(one.score))}"
        f"{',' if at < len(reference.questions) else ''}"
        for at, one in enumerate(reference.questions, start=1)
    ]
    lines = ["{", '"figures": {', *figures, "},", '"questions": {', *questions, "}", "}", ""]
    try:
        file.write_text("\n".join(lines), "utf-8")
    except OSError as error:
        raise LabelError(f"{file}: cannot be written ({error.strerror})") from None


def read_reference(file: Path) -> Reference:
    """Read what was kept.

    Raises:
        LabelError: The file cannot be read, or is something else.
    """
    try:
        raw: Json = json.loads(file.read_text("utf-8"))
        figures = tuple(
            Figure(str(name), float(value), float(low), float(high), len(raw["questions"]))
            for name, (value, low, high) in raw["figures"].items()
        )
        questions = tuple(
            ScoredQuestion(str(question), Score(*map(_number, scores)))
            for question, scores in raw["questions"].items()
        )
        return Reference(figures, questions)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabelError(
            f"{file}: holds no kept figures ({error}); write them: chuchu evaluate --keep {file}"
        ) from None


def _is_worse(kept: Figure, now: Figure | None) -> bool:
    if kept.name in _NEITHER:
        return False
    if now is None:
        return True
    if kept.name in _LOWER_IS_BETTER:
        return now.value > kept.high
    return now.value < kept.low


def _numbers(found: Score) -> list[float | None]:
    values = (found.right, found.reciprocal_rank, found.marked)
    return [None if np.isnan(value) else _short(value) for value in values]


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _short(value: float) -> float:
    return round(value, 4)
