"""Weighted figures, held against plain ones computed by hand or by brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation import bootstrap

SCORES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30)


def ones(count: int) -> bootstrap.Weights:
    return np.ones((1, count))


@given(SCORES)
def test_auroc_is_the_share_of_pairs_in_order(drawn: list[tuple[int, bool]]) -> None:
    scores = np.array([score for score, _ in drawn], dtype=float)
    positive = np.array([is_positive for _, is_positive in drawn])
    pairs = [(yes > no) + (yes == no) / 2 for yes in scores[positive] for no in scores[~positive]]
    found = bootstrap.auroc(ones(len(drawn)), scores, positive)[0]
    assert found == pytest.approx(np.mean(pairs)) if pairs else np.isnan(found)


def test_a_weight_of_two_is_the_question_twice() -> None:
    scores, positive = np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, True, False, True])
    weights = np.array([[2.0, 1, 0, 1], [0, 2, 3, 1]])
    for weight, found in zip(weights, bootstrap.auroc(weights, scores, positive), strict=True):
        repeated = np.repeat(np.arange(4), weight.astype(int))
        again = bootstrap.auroc(ones(len(repeated)), scores[repeated], positive[repeated])
        assert found == pytest.approx(again[0])


def test_calibration_error_is_as_counted_by_hand() -> None:
    scores = np.array([0.05, 0.95, 0.92, 1.0])
    right = np.array([False, True, False, True])
    error = bootstrap.calibration_error(ones(4), scores, right)[0]
    assert error == pytest.approx((abs(0.05 - 0) + abs(0.95 + 0.92 + 1.0 - 2)) / 4)


@pytest.mark.parametrize(("share", "value"), [(0.5, 2.0), (0.75, 3.0), (0.95, 4.0), (0.0, 1.0)])
def test_quantiles_are_values_that_were_seen(share: float, value: float) -> None:
    assert bootstrap.quantile(ones(4), np.array([3.0, 1.0, 4.0, 2.0]), share)[0] == value


def test_means_pass_over_what_is_no_number() -> None:
    values = np.array([1.0, np.nan, 0.0, 0.0])
    assert bootstrap.mean(ones(4), values)[0] == pytest.approx(1 / 3)
    assert np.isnan(bootstrap.mean(ones(2), np.array([np.nan, np.nan]))[0])


def test_documents_are_drawn_whole_and_questions_within_them() -> None:
    clusters = [*("a" * 10), *("b" * 10), "c"]
    weights = bootstrap.resample(clusters, 2000)
    assert (weights[0] == 1).all()
    in_a, in_c = weights[1:, :10].sum(axis=1), weights[1:, 20]
    assert set(in_a % 10) == {0.0}
    assert in_a.mean() == pytest.approx(10, abs=0.5)
    # Drawing 3 times among 3 documents misses one of them in (2/3)^3 of all resamples.
    assert (in_c == 0).mean() == pytest.approx((2 / 3) ** 3, abs=0.04)
    assert weights[1:, 0].max() > 3


def test_questions_on_one_document_count_for_little() -> None:
    """Alike questions of few documents give a wider interval than as many independent ones."""
    values = np.array([1.0] * 50 + [0.0] * 50)
    few = bootstrap.mean(bootstrap.resample([str(at // 25) for at in range(100)]), values)
    many = bootstrap.mean(bootstrap.resample([str(at) for at in range(100)]), values)
    assert np.std(few[1:]) > 3 * np.std(many[1:])
    assert np.std(many[1:]) == pytest.approx(0.05, abs=0.01)


def test_wilson_is_as_published() -> None:
    """10 of 10: (0.722, 1); 0 of 20: (0, 0.161); 5 of 10: (0.237, 0.763)."""
    assert bootstrap.wilson(1.0, 10) == pytest.approx((0.7225, 1.0), abs=1e-3)
    assert bootstrap.wilson(0.0, 20) == pytest.approx((0.0, 0.1611), abs=1e-3)
    assert bootstrap.wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-3)
