"""Fits find what was planted, and what is written is read back."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from retrieval import ranking
from retrieval.training.fitting import Asked, _fit_order, _fit_silence, write_ranking
from retrieval.types import Features

WIDTH = len(Features._fields)
COVERAGE = Features._fields.index("coverage")
LACKING = Features._fields.index("lacking")


def planted(count: int, seed: int) -> list[Asked]:
    """Questions whose right passage covers more; unanswerable ones lack what is sought."""
    drawn = np.random.default_rng(seed)
    asked = []
    for number in range(count):
        features = drawn.uniform(0, 0.2, size=(5, WIDTH))
        answerable = number % 2 == 0
        right = np.zeros(5, dtype=bool)
        if answerable:
            right[2] = True
            features[2, COVERAGE] += 0.7
        features[:, LACKING] = 0.0 if answerable else 1.0
        asked.append(Asked(answerable, features, right))
    return asked


def test_the_order_follows_what_tells_right_from_wrong() -> None:
    weights = _fit_order([planted(60, 1), planted(60, 2)])
    assert weights.coverage == max(weights)
    for asked in planted(20, 3):
        if asked.answerable:
            assert asked.right[int(np.argmax(asked.features @ np.array(weights)))]


def test_silence_follows_what_is_lacking() -> None:
    weights = _fit_order([planted(60, 1)])
    silence, intercept = _fit_silence([(planted(60, 1), 1.0)], weights)
    assert silence.lacking < 0
    fitted = ranking.Ranking(weights, silence, intercept)
    for asked in planted(20, 3):
        best = max((Features(*row) for row in asked.features), key=fitted.score)
        assert (fitted.probability(best) > 0.5) is asked.answerable


def test_what_is_written_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ranking.toml"
    shutil.copy(ranking.FILE, file)
    weights = _fit_order([planted(60, 1)])
    silence, intercept = _fit_silence([(planted(60, 1), 1.0)], weights)
    write_ranking(ranking.Ranking(weights, silence, intercept), file)
    monkeypatch.setattr(ranking, "FILE", file)
    ranking.shipped_ranking.cache_clear()
    read = ranking.shipped_ranking()
    ranking.shipped_ranking.cache_clear()
    assert np.allclose(read.weights, weights, atol=5e-4)
    assert np.allclose(read.confidence, silence, atol=5e-4)
    assert read.intercept == pytest.approx(intercept, abs=5e-4)
    assert file.read_text("utf-8").startswith("# How passages are ordered")
