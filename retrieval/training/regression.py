"""Logistic regression whose weights may only point one way: more coverage never speaks against."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Matrix = NDArray[np.float64]

_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Fit:
    """A linear function of features."""

    weights: Matrix
    """Shape ``(features,)``."""
    intercept: float

    def score(self, rows: Matrix) -> Matrix:
        """Log-odds of rows, shape ``(rows,)``."""
        scores: Matrix = rows @ self.weights + self.intercept
        return scores


def fit_signed(
    rows: Matrix,
    targets: NDArray[np.bool_],
    balance: Matrix,
    signs: Matrix,
    *,
    strength: float,
    intercept: bool = True,
) -> Fit:
    """Fit by maximum likelihood with a ridge penalty, each weight kept to its sign.

    Args:
        rows: Features, shape ``(rows, features)``.
        targets: Shape ``(rows,)``.
        balance: How much each row counts, shape ``(rows,)``.
        signs: +1, -1, or 0 for a feature that is left out; shape ``(features,)``.
        strength: Inverse of the penalty on features scaled to unit deviation (scikit-learn's C).
        intercept: Whether there is one.
    """
    spread = rows.std(axis=0) + _TINY
    scaled = rows / spread * signs
    turned = np.where(targets, 1.0, -1.0)

    def loss(values: Matrix) -> tuple[float, Matrix]:
        weights, bias = values[:-1], values[-1] * intercept
        margin = turned * (scaled @ weights + bias)
        slope = -turned * balance / (1 + np.exp(np.clip(margin, -500, 500)))
        value = (balance * np.logaddexp(0, -margin)).sum() + (weights**2).sum() / 2 / strength
        gradient = np.append(scaled.T @ slope + weights / strength, slope.sum() * intercept)
        return float(value), gradient

    start = np.zeros(rows.shape[1] + 1)
    bounds = [(0, None)] * rows.shape[1] + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Fit(found[:-1] * signs / spread, float(found[-1] * intercept))
