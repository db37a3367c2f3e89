"""Two runs of the same questions -> what was won, what was lost, and whether that is chance.

Each figure is tested by a paired randomisation test (Smucker, Allan and Carterette, A Comparison
of Statistical Significance Tests for Information Retrieval Evaluation, CIKM 2007), one-sided: how
often would a loss this large come out if for each question it were tossed which run was which?
Holm's method keeps the chance of a false alarm over all figures together at the level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product

import numpy as np

from retrieval.evaluation import bootstrap
from retrieval.evaluation.figures import clusters
from retrieval.evaluation.outcomes import VERDICTS, Outcome
from retrieval.evaluation.trec import Values

LEVEL = 0.05
_TOSSES = 20_000
_EXACT = 12
"""Up to so many questions that differ, all tosses are gone through instead of drawn."""
_SEED = 1
_TINY = 1e-12


class Change(Enum):
    """What became of a question."""

    LOST = "lost"
    WON = "won"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Pair:
    """A question in both runs."""

    before: Outcome
    after: Outcome

    @property
    def change(self) -> Change:
        """Whether it goes better: by the verdict, then by the place of the right passage."""
        before, after = _worth(self.before), _worth(self.after)
        if before == after:
            return Change.UNCHANGED
        return Change.WON if after > before else Change.LOST


@dataclass(frozen=True, slots=True)
class LossTest:
    """A figure in both runs, and how likely such a loss is by chance."""

    name: str
    questions: int
    before: float
    after: float
    low: float
    """95 % interval of the difference, bootstrapped over documents."""
    high: float
    p_loss: float
    """By the randomisation test; 1 where nothing differs."""
    is_loss: bool
    """Whether that is a significant loss, all figures considered."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side."""

    pairs: tuple[Pair, ...]
    left_out: int
    """Questions that only one run has, or that were labelled anew."""
    tests: tuple[LossTest, ...]

    @property
    def is_loss(self) -> bool:
        """Whether any figure has fallen beyond chance."""
        return any(test.is_loss for test in self.tests)

    def changed(self, change: Change) -> list[Pair]:
        """The questions that changed in one way."""
        return [pair for pair in self.pairs if pair.change is change]


@dataclass(frozen=True, slots=True)
class Score:
    """What one question counts for in each tested figure; ``NaN`` where nothing."""

    right: float
    """1 if what was said is right, silence where it is due included."""
    reciprocal_rank: float
    """1 / place of the first right passage, 0 for none; answerable questions."""
    marked: float
    """1 if the marked part of a right first excerpt is right."""


def score(outcome: Outcome) -> Score:
    """Score one question."""
    answerable = outcome.question.answerable
    first = outcome.excerpts[0] if outcome.excerpts else None
    return Score(
        right=float(outcome.is_right),
        reciprocal_rank=(1 / outcome.rank if outcome.rank else 0.0) if answerable else np.nan,
        marked=float(first.is_marked_right) if first and first.is_right else np.nan,
    )


NAMES = {"right": "right", "reciprocal_rank": "reciprocal rank", "marked": "marked"}


def compare(before: Sequence[Outcome], after: Sequence[Outcome]) -> Comparison:
    """Pair the questions of two runs and test each figure."""
    old = {outcome.question.question: outcome for outcome in before}
    both = [
        Pair(old[new.question.question], new)
        for new in after
        if new.question.question in old
        and old[new.question.question].question.labels == new.question.labels
    ]
    pairs = tuple(sorted(both, key=lambda pair: list(Change).index(pair.change)))
    left_out = len(old) + len(after) - 2 * len(both)
    tests = weigh_losses(
        [score(pair.before) for pair in pairs],
        [score(pair.after) for pair in pairs],
        clusters([pair.after for pair in pairs]),
    )
    return Comparison(pairs, left_out, tests)


def weigh_losses(
    before: Sequence[Score], after: Sequence[Score], documents: Sequence[str]
) -> tuple[LossTest, ...]:
    """Test every figure of paired scores.

    Args:
        before: Scores of the questions in the first run.
        after: Scores of the same questions in the second.
        documents: The document of each question.
    """
    weights = bootstrap.resample(documents)
    drafts = []
    for field, name in NAMES.items():
        old = np.array([getattr(one, field) for one in before], dtype=float)
        new = np.array([getattr(one, field) for one in after], dtype=float)
        difference = new - old
        known = ~np.isnan(difference)
        if known.any():
            drawn = bootstrap.mean(weights, difference)[1:]
            low, high = np.nanpercentile(drawn, [2.5, 97.5]) if known.sum() > 1 else (-1.0, 1.0)
            p = loss_probability(difference[known])
            means = float(old[known].mean()), float(new[known].mean())
            drafts.append((name, int(known.sum()), *means, float(low), float(high), p))
    losses = _holm([draft[-1] for draft in drafts])
    return tuple(LossTest(*draft, loss) for draft, loss in zip(drafts, losses, strict=True))


def loss_probability(differences: Values) -> float:
    """How likely the sum is as low as it is, were every difference's sign a toss.

    Exact up to a dozen differences, else from 20,000 draws, counting the observed one.

    Args:
        differences: After minus before, one a question.

    Returns:
        A probability above 0; 1 where nothing differs.
    """
    sizes = np.abs(differences[np.abs(differences) > _TINY])
    if not len(sizes):
        return 1.0
    observed = differences.sum() + _TINY
    if len(sizes) <= _EXACT:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(sizes))))
        return float((signs @ sizes <= observed).mean())
    random = np.random.default_rng(_SEED)
    drawn = random.integers(0, 2, size=(_TOSSES, len(sizes)), dtype=np.int8)
    sums = 2.0 * (drawn @ sizes) - sizes.sum()
    return float((1 + (sums <= observed).sum()) / (1 + _TOSSES))


def _holm(probabilities: Sequence[float]) -> list[bool]:
    """Which are significant together (Holm, 1979): the smallest against level / count, and on."""
    significant = [False] * len(probabilities)
    for left, at in enumerate(sorted(range(len(probabilities)), key=probabilities.__getitem__)):
        if probabilities[at] > LEVEL / (len(probabilities) - left):
            break
        significant[at] = True
    return significant


def _worth(outcome: Outcome) -> tuple[int, float]:
    """Silence is worth more than a wrong answer; then the place of the right passage counts."""
    rank = outcome.rank
    return VERDICTS.index(outcome.verdict), 1 / rank if rank else 0.0
