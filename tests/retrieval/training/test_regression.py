"""Signed regression finds what was planted, and no weight points the wrong way."""

import numpy as np
import pytest

from retrieval.training.regression import Matrix, fit_signed


def planted(seed: int) -> tuple[Matrix, Matrix]:
    drawn = np.random.default_rng(seed)
    rows = drawn.normal(size=(4000, 3))
    odds = 2.0 * rows[:, 0] - 1.0 * rows[:, 1] + 0.5
    return rows, drawn.uniform(size=4000) < 1 / (1 + np.exp(-odds))


def test_planted_weights_are_found() -> None:
    rows, targets = planted(1)
    fit = fit_signed(rows, targets, np.ones(4000), np.array([1.0, -1.0, 1.0]), strength=100.0)
    assert fit.weights[0] == pytest.approx(2.0, abs=0.25)
    assert fit.weights[1] == pytest.approx(-1.0, abs=0.15)
    assert fit.intercept == pytest.approx(0.5, abs=0.15)


def test_a_weight_of_the_wrong_sign_is_nothing() -> None:
    rows, targets = planted(2)
    fit = fit_signed(rows, targets, np.ones(4000), np.array([-1.0, -1.0, 0.0]), strength=100.0)
    assert fit.weights[0] == 0.0
    assert fit.weights[1] < 0
    assert fit.weights[2] == 0.0


def test_without_an_intercept_there_is_none() -> None:
    rows, targets = planted(3)
    signs = np.array([1.0, -1.0, 1.0])
    fit = fit_signed(rows, targets, np.ones(4000), signs, strength=1.0, intercept=False)
    assert fit.intercept == 0.0
