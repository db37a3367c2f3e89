"""Figures of resampled questions: how far chance alone moves a figure.

Questions on one document are alike, so documents are drawn, with replacement, and then as many
questions within each as it has (two-stage bootstrap: Davison and Hinkley, Bootstrap Methods and
their Application, 1997, section 3.8): with two documents, drawing documents alone would say little.
A resample is kept as how often it holds each question, so every figure is a weighted one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
"""How often each resample holds each question, shape ``(resamples, questions)``."""
Values = NDArray[np.float64]

RESAMPLES = 1000
BINS = 10
_SEED = 1


def resample(clusters: Sequence[str], resamples: int = RESAMPLES) -> Weights:
    """Draw documents, then questions within each.

    Args:
        clusters: The document of each question; questions without one stand for themselves.
        resamples: How many times.

    Returns:
        Shape ``(1 + resamples, questions)``; the first row holds every question once.
    """
    weights = np.ones((1 + resamples, len(clusters)))
    names, members = np.unique(np.array(clusters), return_inverse=True)
    if not len(names):
        return weights
    random = np.random.default_rng(_SEED)
    drawn = random.multinomial(len(names), [1 / len(names)] * len(names), size=resamples)
    for cluster in range(len(names)):
        inside = np.flatnonzero(members == cluster)
        draws = drawn[:, cluster] * len(inside)
        weights[1:, inside] = random.multinomial(draws, [1 / len(inside)] * len(inside))
    return weights


def mean(weights: Weights, values: Values) -> Values:
    """Mean of the values that are numbers, shape ``(resamples,)``; ``NaN`` for none."""
    known = ~np.isnan(values)
    return _ratio(weights[:, known] @ values[known], weights[:, known].sum(axis=1))


def wilson(share: float, count: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson, 1927): for where all questions agree, and none is drawn."""
    square = 1.96**2
    centre = (share + square / 2 / count) / (1 + square / count)
    reach = 1.96 * (share * (1 - share) / count + square / 4 / count**2) ** 0.5
    reach /= 1 + square / count
    return max(0.0, centre - reach), min(1.0, centre + reach)


def quantile(weights: Weights, values: Values, share: float) -> Values:
    """The value below which a share of the questions lies, shape ``(resamples,)``."""
    if not len(values):
        return np.full(len(weights), np.nan)
    order = np.argsort(values)
    below = weights[:, order].cumsum(axis=1)
    wanted = share * below[:, -1:]
    return np.asarray(values[order][(below < wanted - 1e-9).sum(axis=1).clip(max=len(values) - 1)])


def auroc(weights: Weights, scores: Values, positive: NDArray[np.bool_]) -> Values:
    """Probability that a positive question scores above a negative one, ties counting half.

    Returns:
        Shape ``(resamples,)``; ``NaN`` where either kind is missing.
    """
    if not len(scores):
        return np.full(len(weights), np.nan)
    order = np.argsort(scores, kind="stable")
    yes = weights[:, order] * positive[order]
    no = weights[:, order] * ~positive[order]
    _, firsts = np.unique(scores[order], return_index=True)
    yes, no = np.add.reduceat(yes, firsts, axis=1), np.add.reduceat(no, firsts, axis=1)
    below = no.cumsum(axis=1) - no / 2
    return _ratio((yes * below).sum(axis=1), yes.sum(axis=1) * no.sum(axis=1))


def calibration_error(weights: Weights, scores: Values, right: NDArray[np.bool_]) -> Values:
    """Mean distance of confidence from the share that is right, over ten equal bins.

    Expected calibration error: Guo et al., On Calibration of Modern Neural Networks, 2017.

    Returns:
        Shape ``(resamples,)``.
    """
    bins = bin_of(scores)
    member = bins[:, None] == np.arange(BINS)
    gap = (scores - right)[:, None] * member
    return _ratio(np.abs(weights @ gap).sum(axis=1), weights.sum(axis=1))


def bin_of(scores: Values) -> NDArray[np.int64]:
    """Which of the ten bins of equal width each probability falls into."""
    return np.asarray(np.minimum((scores * BINS).astype(np.int64), BINS - 1))


def _ratio(above: Values, below: Values) -> Values:
    shares: Values = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return shares
