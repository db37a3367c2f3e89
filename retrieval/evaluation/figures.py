"""Outcomes -> figures, each with its 95 % interval: overall, by tag, language and length."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluation import bootstrap
from retrieval.evaluation.bootstrap import Weights
from retrieval.evaluation.marks import mark_values
from retrieval.evaluation.outcomes import Outcome
from retrieval.evaluation.trec import Level, Ranking, Values, standard_values

DOCUMENT = "document "
"""Stands before the figures that count documents, not passages."""
EXCERPT_LENGTH = "excerpt length"
LATENCIES = {"latency p50": 0.5, "latency p95": 0.95, "latency p99": 0.99}
_LENGTHS = ((10, "1–10 characters"), (20, "11–20 characters"))
_LONGER = "21– characters"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval; shares 0 to 1, lengths in characters, latency in ms."""

    name: str
    value: float
    low: float
    high: float
    questions: int
    """How many questions it says something of."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The figures of some questions. A figure that says nothing of any of them is left out."""

    kind: str
    """``all``, ``tag``, ``language`` or ``length``."""
    name: str
    questions: int
    answerable: int
    figures: tuple[Figure, ...]

    def get(self, name: str) -> Figure | None:
        """A figure by its name."""
        return next((figure for figure in self.figures if figure.name == name), None)


@dataclass(frozen=True, slots=True)
class System:
    """A way of answering, and its figures: of all questions, by tag, language and length."""

    name: str
    slices: tuple[Slice, ...]
    """That of all questions first."""

    @property
    def overall(self) -> Slice:
        """The figures of all questions."""
        return self.slices[0]

    def slice(self, kind: str, name: str) -> Slice | None:
        """The figures of some questions."""
        return next((s for s in self.slices if (s.kind, s.name) == (kind, name)), None)


@dataclass(frozen=True, slots=True)
class Run:
    """What one system found for each question, in the order of the outcomes."""

    name: str
    rankings: tuple[Ranking, ...]
    confidence: Values
    """Shape ``(questions,)``; any scale on which more is surer."""
    took_ms: Values


@dataclass(frozen=True, slots=True)
class _Table:
    """Values by question; a subset of questions is a table too."""

    means: dict[str, Values]
    """What a figure is the mean of, by its name; ``NaN`` where it says nothing."""
    answerable: NDArray[np.bool_]
    confidence: Values
    took_ms: Values
    right: NDArray[np.bool_] | None = None
    """Whether the first excerpt is right, for systems whose confidence is a probability."""

    def take(self, rows: NDArray[np.int64]) -> "_Table":
        means = {name: values[rows] for name, values in self.means.items()}
        right = None if self.right is None else self.right[rows]
        return _Table(
            means, self.answerable[rows], self.confidence[rows], self.took_ms[rows], right
        )


def clusters(outcomes: Sequence[Outcome]) -> list[str]:
    """The document of each question; a question without one stands for itself."""
    return [o.relevant[0].document if o.relevant else o.id for o in outcomes]


def measure(outcomes: Sequence[Outcome]) -> System:
    """Figures of Chuchu."""
    return _measure("chuchu", outcomes, _own_table(outcomes))


def measure_run(outcomes: Sequence[Outcome], run: Run) -> System:
    """Figures of another system on the same questions: what they say of a ranking alone."""
    table = _Table(
        _standard(outcomes, run.rankings), _answerable(outcomes), run.confidence, run.took_ms
    )
    return _measure(run.name, outcomes, table)


def _measure(name: str, outcomes: Sequence[Outcome], table: _Table) -> System:
    weights = bootstrap.resample(clusters(outcomes))
    slices = [_slice("all", "all", table, weights)]
    for (kind, group), rows in sorted(_groups(outcomes).items()):
        index = np.array(rows)
        slices.append(_slice(kind, group, table.take(index), weights[:, index]))
    return System(name, tuple(slices))


def own_run(outcomes: Sequence[Outcome]) -> Run:
    """What Chuchu itself found, as a run."""
    return Run(
        "chuchu",
        tuple(outcome.ranking for outcome in outcomes),
        np.array([outcome.confidence for outcome in outcomes]),
        np.array([outcome.took_ms for outcome in outcomes]),
    )


def _answerable(outcomes: Sequence[Outcome]) -> NDArray[np.bool_]:
    return np.array([o.question.answerable for o in outcomes], dtype=bool)


def _own_table(outcomes: Sequence[Outcome]) -> _Table:
    answerable = _answerable(outcomes)
    answered = np.array([float(o.answered) for o in outcomes])
    right = np.array([bool(o.excerpts) and o.excerpts[0].is_right for o in outcomes], dtype=bool)
    shown = [len(o.excerpts[0].text) if o.answered else np.nan for o in outcomes]
    run = own_run(outcomes)
    own = {"right": np.array([float(o.is_right) for o in outcomes])}
    own |= mark_values(outcomes)
    own |= {
        "answered": np.where(answerable, answered, np.nan),
        "said right": np.where(answerable, answered * right, np.nan),
        "false replies": np.where(answerable, np.nan, answered),
        EXCERPT_LENGTH: np.array(shown, dtype=float),
    }
    means = _standard(outcomes, run.rankings) | own
    return _Table(means, answerable, run.confidence, run.took_ms, right)


def _standard(outcomes: Sequence[Outcome], rankings: Sequence[Ranking]) -> dict[str, Values]:
    passages = standard_values(outcomes, rankings, Level.PASSAGE)
    documents = standard_values(outcomes, rankings, Level.DOCUMENT)
    return passages | {DOCUMENT + name: values for name, values in documents.items()}


def _slice(kind: str, name: str, table: _Table, weights: Weights) -> Slice:
    found = [_mean(figure, weights, values) for figure, values in table.means.items()]
    count = len(table.answerable)
    auroc = bootstrap.auroc(weights, table.confidence, table.answerable)
    found.append(_figure("AUROC", auroc, count))
    if table.right is not None:
        error = bootstrap.calibration_error(weights, table.confidence, table.right)
        found.append(_figure("calibration error", error, count))
    latency = partial(bootstrap.quantile, weights, table.took_ms)
    found += [_figure(figure, latency(share), count) for figure, share in LATENCIES.items()]
    answerable = int(table.answerable.sum())
    return Slice(kind, name, count, answerable, tuple(figure for figure in found if figure))


def _mean(name: str, weights: Weights, values: Values) -> Figure | None:
    known = values[~np.isnan(values)]
    figure = _figure(name, bootstrap.mean(weights, values), len(known))
    if figure and name != EXCERPT_LENGTH and np.ptp(known) == 0:
        # Where all agree, every resample does: drawing questions tells nothing.
        low, high = bootstrap.wilson(figure.value, figure.questions)
        return replace(figure, low=low, high=high)
    return figure


def _figure(name: str, resampled: Values, questions: int) -> Figure | None:
    """The first value is that of the questions as they are, the others those of resamples."""
    drawn = resampled[1:][~np.isnan(resampled[1:])]
    if not questions or np.isnan(resampled[0]) or not len(drawn):
        return None
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Figure(name, float(resampled[0]), float(low), float(high), questions)


def _groups(outcomes: Sequence[Outcome]) -> dict[tuple[str, str], list[int]]:
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row, outcome in enumerate(outcomes):
        for tag in dict.fromkeys(outcome.question.tags):
            groups["tag", tag].append(row)
        groups["language", outcome.question.spoken].append(row)
        groups["length", _length(outcome.question.question)].append(row)
    return dict(groups)


def _length(question: str) -> str:
    return next((name for most, name in _LENGTHS if len(question) <= most), _LONGER)
