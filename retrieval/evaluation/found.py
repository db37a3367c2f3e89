"""Which of the passages found are right -> how often one is, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEPTH = 10
"""Passages of each question that are judged."""
_RESAMPLES = 1000
_SEED = 1


@dataclass(frozen=True, slots=True)
class Share:
    """A mean with its 95 % interval, bootstrapped over documents."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Found:
    """How one way of ranking does."""

    r1: Share
    """Share of questions whose first passage is right."""
    r3: Share
    r10: Share
    mrr10: Share
    """Mean of 1 / rank of the first right passage, 0 beyond the tenth."""


def found_in(right: Sequence[Sequence[bool]], documents: NDArray[Any]) -> Found:
    """Sum up a way of ranking.

    Args:
        right: For each question, whether each passage found is right, best first; beyond the tenth
            nothing counts.
        documents: The document of each question, shape ``(questions,)``.
    """
    table = np.zeros((len(right), DEPTH), dtype=bool)
    for index, run in enumerate(right):
        table[index, : len(run)] = run[:DEPTH]
    reached = np.asarray(table.any(axis=1))
    reciprocal = np.where(reached, 1 / (table.argmax(axis=1) + 1), 0.0)
    return Found(
        r1=share(np.asarray(table[:, 0]), documents),
        r3=share(np.asarray(table[:, :3].any(axis=1)), documents),
        r10=share(reached, documents),
        mrr10=share(reciprocal, documents),
    )


def share(values: NDArray[Any], documents: NDArray[Any]) -> Share:
    """Mean and percentile interval; whole documents are drawn, for their questions are alike."""
    if not len(values):
        return Share(0.0, 0.0, 0.0)
    _, where = np.unique(documents, return_inverse=True)
    sums, counts = np.bincount(where, weights=values.astype(float)), np.bincount(where)
    drawn = np.random.default_rng(_SEED).integers(len(sums), size=(_RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Share(float(values.mean()), float(low), float(high))
