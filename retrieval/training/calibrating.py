"""Log-odds of answerable and unanswerable questions -> a calibration, and what it costs.

Platt's scaling (1999) makes probabilities of log-odds; lines are quantiles of what unanswerable
questions reach. All is weighed, so that a few corpora with many questions do not decide alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.calibration import Calibration, Line
from retrieval.training.regression import Matrix, fit_signed

RATES = (0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3)
"""False replies that a line is kept for."""
_RESAMPLES = 1000
_SEED = 1


@dataclass(frozen=True, slots=True)
class Scored:
    """A question with what the ranking says of its first hit."""

    corpus: str
    """Questions of one document or corpus are drawn together when intervals are made."""
    answerable: bool
    right: bool
    """Whether the first hit answers."""
    log_odds: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one line gives: shares with their 95 % intervals, bootstrapped over corpora."""

    false_replies: float
    confidence: float
    answered: tuple[float, float, float]
    """Share of answerable questions answered: value, low, high."""
    falsely: tuple[float, float, float]
    """Share of unanswerable questions answered: value, low, high."""


def calibrate(scored: Sequence[Scored]) -> Calibration:
    """Fit the scaling on whether the first hit answers, and the lines on false replies.

    Raises:
        ValueError: No question is unanswerable, or none is answered.
    """
    odds, weights = _columns(scored)
    right = np.array([one.right for one in scored])
    unanswerable = np.array([not one.answerable for one in scored])
    if not unanswerable.any() or not right.any():
        raise ValueError("needs both answered and unanswerable questions")
    fit = fit_signed(odds[:, None], right, weights, np.array([1.0]), strength=100.0)
    scaling = Calibration(float(fit.weights[0]), fit.intercept, ())
    reached = np.array([scaling.probability(value) for value in odds])
    lines = tuple(
        Line(rate, _quantile(reached[unanswerable], weights[unanswerable], 1 - rate))
        for rate in RATES
    )
    return Calibration(scaling.slope, scaling.intercept, lines)


def coverage_of(calibration: Calibration, scored: Sequence[Scored]) -> Iterator[Coverage]:
    """What each line gives on some questions."""
    odds, weights = _columns(scored)
    reached = np.array([calibration.probability(value) for value in odds])
    answerable = np.array([one.answerable for one in scored])
    corpora = np.unique([one.corpus for one in scored], return_inverse=True)[1]
    for line in calibration.lines:
        said = reached >= line.confidence
        yield Coverage(
            line.false_replies,
            line.confidence,
            _share(said, answerable * weights, corpora),
            _share(said, ~answerable * weights, corpora),
        )


def _columns(scored: Sequence[Scored]) -> tuple[Matrix, Matrix]:
    odds = np.array([one.log_odds for one in scored])
    weights = np.array([one.weight for one in scored])
    return odds, weights * len(scored) / weights.sum()


def _quantile(values: Matrix, weights: Matrix, share: float) -> float:
    """The least value that a weighed share of all values lies below."""
    order = np.argsort(values)
    below = np.cumsum(weights[order]) / weights.sum()
    place = min(int(np.searchsorted(below, share)), len(values) - 1)
    return float(np.nextafter(values[order][place], 1.0))


def _share(
    said: NDArray[np.bool_], weights: Matrix, corpora: NDArray[np.int64]
) -> tuple[float, float, float]:
    total = np.bincount(corpora, weights=weights)
    found = np.bincount(corpora, weights=weights * said)
    drawn = np.random.default_rng(_SEED).integers(len(total), size=(_RESAMPLES, len(total)))
    asked = np.maximum(total[drawn].sum(axis=1), 1e-12)
    low, high = np.quantile(found[drawn].sum(axis=1) / asked, (0.025, 0.975))
    return float(found.sum() / max(total.sum(), 1e-12)), float(low), float(high)
