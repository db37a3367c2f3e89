"""Fits find what was planted, and what is written is read back."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval import ranking
from retrieval.training.asking import Asked
from retrieval.training.fitting import (
    Group,
    calibrate_all,
    fit_weighing,
    hold_out,
    summarise,
    write_weighing,
)
from retrieval.types import Features

WIDTH = len(Features._fields)
COVERAGE = Features._fields.index("coverage")
LACKING = Features._fields.index("lacking")
BM25 = Features._fields.index("bm25")
LACKING_ONLY = np.arange(WIDTH) == LACKING


def planted(count: int, seed: int) -> tuple[Asked, ...]:
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
            features[2, BM25] += 0.7
        features[:, LACKING] = 0.0 if answerable else 1.0
        asked.append(
            Asked(f"corpus {number % 6}", 30, answerable, features, right, features, right)
        )
    return tuple(asked)


@pytest.fixture(scope="module")
def groups() -> list[Group]:
    return [
        Group("one", planted(90, 1), 0.5, 0.6, 0.6),
        Group("two", planted(90, 2), 0.5, 0.4, 0.4),
    ]


@pytest.fixture(scope="module")
def weighing(groups: list[Group]) -> ranking.Weighing:
    return fit_weighing(groups)


@pytest.fixture(scope="module")
def fitted(weighing: ranking.Weighing) -> ranking.Ranking:
    return weighing.of(30)


def test_the_order_follows_what_tells_right_from_wrong(fitted: ranking.Ranking) -> None:
    assert set(np.argsort(fitted.weights)[-2:]) == {COVERAGE, BM25}
    assert fitted.first.bm25 > 0
    assert fitted.first.coverage == 0
    for asked in planted(20, 3):
        if asked.answerable:
            assert asked.right[int(np.argmax(asked.features @ np.array(fitted.weights)))]


def test_silence_follows_what_is_lacking(fitted: ranking.Ranking) -> None:
    assert fitted.confidence.lacking < 0
    for asked in planted(20, 3):
        best = max((Features(*row) for row in asked.features), key=fitted.score)
        assert (fitted.probability(best) > 0.5) is asked.answerable


def test_no_feature_that_speaks_for_a_passage_weighs_against_it(fitted: ranking.Ranking) -> None:
    assert min(fitted.weights.coverage, fitted.weights.cosine, fitted.confidence.coverage) >= 0
    assert max(fitted.weights.gap, fitted.confidence.wrong_number) <= 0


def test_what_is_held_out_is_told_group_by_group_and_calibrated(groups: list[Group]) -> None:
    held = hold_out(groups)
    assert {name: len(scored) for name, scored in held.items()} == {"one": 90, "two": 90}
    told = summarise("one", held["one"])
    assert told.hit_at_1 > 0.9
    assert told.auroc > 0.95
    calibration = calibrate_all(held)
    assert calibration.slope > 0
    rates = [line.false_replies for line in calibration.lines]
    confidences = [line.confidence for line in calibration.lines]
    assert rates == sorted(rates)
    assert confidences == sorted(confidences, reverse=True)


def test_each_size_of_index_has_weights_of_its_own() -> None:
    """What speaks for a passage among few says less among many."""
    small, large = planted(90, 1), planted(90, 2)
    blurred = tuple(
        replace(asked, passages=2000, features=np.where(LACKING_ONLY, 0.5, asked.features))
        for asked in large
    )
    weighing = fit_weighing([Group("small", small, 0.5, 0.5), Group("large", blurred, 0.5, 0.5)])
    assert weighing.small.confidence.lacking < weighing.large.confidence.lacking <= 0
    between = weighing.of(250).confidence.lacking
    assert weighing.small.confidence.lacking < between < weighing.large.confidence.lacking
    assert weighing.of(10) == weighing.of(30)
    assert weighing.of(10**6) == weighing.of(2000)


def test_what_is_written_is_read_back(
    weighing: ranking.Weighing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ranking.toml"
    shutil.copy(ranking.FILE, file)
    write_weighing(weighing, file)
    monkeypatch.setattr(ranking, "FILE", file)
    ranking.shipped_weighing.cache_clear()
    read = ranking.shipped_weighing()
    ranking.shipped_weighing.cache_clear()
    assert np.allclose(read.first, weighing.first, atol=5e-4)
    for found, written in ((read.small, weighing.small), (read.large, weighing.large)):
        assert found.passages == written.passages
        assert np.allclose(found.weights, written.weights, atol=5e-4)
        assert np.allclose(found.confidence, written.confidence, atol=5e-4)
        assert found.intercept == pytest.approx(written.intercept, abs=5e-4)
    assert read.calibration.lines[0].confidence == pytest.approx(
        weighing.calibration.lines[0].confidence, abs=1e-4
    )
    assert file.read_text("utf-8").startswith("# How passages are ordered")
