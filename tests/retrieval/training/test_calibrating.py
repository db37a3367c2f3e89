"""A calibration makes probabilities of log-odds, and lines that cost what they say."""

import numpy as np
import pytest

from retrieval.calibration import Calibration
from retrieval.training.calibrating import Scored, calibrate, coverage_of


def drawn(count: int, seed: int) -> list[Scored]:
    """Log-odds that are twice as sure of themselves as they should be."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        odds = float(rng.normal(0, 2))
        right = bool(rng.uniform() < 1 / (1 + np.exp(-odds)))
        found.append(Scored(f"corpus {number % 20}", right, right, 2 * odds))
    return found


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    return calibrate(drawn(6000, 1))


def test_probabilities_are_what_happens(calibration: Calibration) -> None:
    assert calibration.slope == pytest.approx(0.5, abs=0.05)
    fresh = drawn(6000, 2)
    for low in (0.1, 0.4, 0.7):
        inside = [one for one in fresh if low <= calibration.probability(one.log_odds) < low + 0.2]
        assert np.mean([one.right for one in inside]) == pytest.approx(low + 0.1, abs=0.05)


def test_a_line_costs_the_false_replies_it_names(calibration: Calibration) -> None:
    for line in coverage_of(calibration, drawn(6000, 3)):
        value, low, high = line.falsely
        assert value == pytest.approx(line.false_replies, abs=0.02)
        assert low <= value <= high
        assert line.answered[0] > value


def test_weights_count() -> None:
    heavy = [Scored("a", True, True, 1.0, weight=9.0), Scored("a", False, False, -1.0, 9.0)]
    light = [Scored("b", False, False, 5.0, weight=0.01)]
    assert calibrate(heavy + light).threshold(0.01) < calibrate(heavy + light * 1).probability(5.0)


def test_nothing_unanswerable_is_too_little() -> None:
    with pytest.raises(ValueError, match="both answered and unanswerable"):
        calibrate([Scored("a", True, True, 1.0)])
