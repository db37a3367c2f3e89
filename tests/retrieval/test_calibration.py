"""Thresholds are read off lines; what is kept beside an index is used for that index alone."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.answer import Answerer, calibrated_by
from retrieval.calibration import FILE, Calibration, Kept, Line, find_kept, keep
from retrieval.embedding import Embedder
from retrieval.errors import StaleIndexError
from retrieval.index.build import build_index
from retrieval.index.generation import open_generation
from retrieval.ranking import shipped_ranking
from retrieval.settings import Settings
from retrieval.types import Audience
from tests.conftest import settings_for

LINES = (Line(0.03, 0.8), Line(0.1, 0.6), Line(0.3, 0.2))
CALIBRATION = Calibration(2.0, -1.0, LINES)


@pytest.mark.parametrize(
    ("allowed", "confidence"),
    [(0.0, 0.8), (0.03, 0.8), (0.065, 0.7), (0.1, 0.6), (0.2, 0.4), (0.9, 0.2)],
)
def test_a_threshold_is_read_off_the_lines(allowed: float, confidence: float) -> None:
    assert CALIBRATION.threshold(allowed) == pytest.approx(confidence)


def test_probabilities_rise_with_the_log_odds() -> None:
    assert CALIBRATION.probability(0.5) == pytest.approx(0.5)
    assert CALIBRATION.probability(-400) < CALIBRATION.probability(0) < CALIBRATION.probability(400)


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    assert find_kept(tmp_path) is None
    kept = Kept("c" * 64, "m-r", CALIBRATION)
    keep(tmp_path, kept)
    assert find_kept(tmp_path) == kept
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_damaged_file_names_the_cure(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{}")
    with pytest.raises(StaleIndexError, match="run: chuchu calibrate"):
        find_kept(tmp_path)


@pytest.fixture
def settings(tmp_path: Path, embedder: Embedder) -> Settings:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# 题\n\n蓟州有民宿271家。\n", "utf-8")
    settings = settings_for(tmp_path / "docs", tmp_path / "index")
    build_index(settings, embedder, lambda done, total: None)
    return settings


def kept_for(settings: Settings) -> Kept:
    recipe = open_generation(settings.index.folder).manifest.recipe
    fingerprint = calibrated_by(recipe.model_fingerprint, shipped_ranking(1))
    return Kept(recipe.corpus_digest, fingerprint, CALIBRATION)


def test_the_calibration_of_these_documents_is_used(settings: Settings, embedder: Embedder) -> None:
    keep(settings.index.folder, kept_for(settings))
    answerer = Answerer(settings, embedder)
    assert answerer.threshold(Audience.GROUP) == 0.8
    assert answerer.threshold(Audience.PRIVATE) == 0.6


def test_the_calibration_of_other_documents_is_not(
    settings: Settings, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    keep(settings.index.folder, replace(kept_for(settings), corpus_digest="0" * 64))
    with caplog.at_level(logging.WARNING):
        answerer = Answerer(settings, embedder)
    assert answerer.threshold(Audience.GROUP) == shipped_ranking(1).calibration.threshold(0.03)
    assert "run: chuchu calibrate" in caplog.text


def test_a_threshold_that_is_set_holds_for_everybody(
    settings: Settings, embedder: Embedder
) -> None:
    answer = settings.answer.model_copy(update={"threshold": 0.33})
    answerer = Answerer(settings.model_copy(update={"answer": answer}), embedder)
    assert answerer.threshold(Audience.GROUP) == answerer.threshold(Audience.PRIVATE) == 0.33


def test_what_is_less_than_certain_is_said_in_private_as_perhaps(
    settings: Settings, embedder: Embedder
) -> None:
    sure = Answerer(settings, embedder).ask("蓟州有多少家民宿").confidence
    lines = (Line(0.03, sure + 1e-6), Line(0.1, sure - 1e-6))
    shipped = shipped_ranking(1)
    ranking = replace(shipped, calibration=replace(shipped.calibration, lines=lines))
    answerer = Answerer(settings, embedder, ranking=ranking)
    assert not answerer.ask("蓟州有多少家民宿", Audience.GROUP).answered
    private = answerer.ask("蓟州有多少家民宿", Audience.PRIVATE)
    assert private.answered
    assert private.tentative
