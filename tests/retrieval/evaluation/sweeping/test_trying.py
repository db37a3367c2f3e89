"""Sweeps: figures as `evaluate` has them, kept as they come, never tried twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.errors import LabelError
from retrieval.evaluation.figures import Figure
from retrieval.evaluation.labels import read_labels
from retrieval.evaluation.subject import Evaluation
from retrieval.evaluation.sweeping.grid import Choice, Point, read_grid
from retrieval.evaluation.sweeping.plot import draw_front
from retrieval.evaluation.sweeping.trying import Result, Sweep, front, key_of, read_results
from retrieval.settings import Settings
from tests.retrieval.evaluation.conftest import GOLDEN

QUESTIONS = read_labels(GOLDEN)


def points(tmp_path: Path, settings: Settings, thresholds: str) -> list[Point]:
    file = tmp_path / "grid.toml"
    file.write_text(f"[answer]\nthreshold = {thresholds}\n")
    return read_grid(file, settings)


def test_a_sweep_goes_on_where_it_stopped(
    tmp_path: Path, seed_settings: Settings, embedder: Embedder, golden: Evaluation
) -> None:
    results = tmp_path / "results.jsonl"
    usual = golden.asked.outcomes[0].threshold
    grid = points(tmp_path, seed_settings, f"[{usual}, 0.99]")
    first = Sweep(tmp_path, results, QUESTIONS, seed_settings)
    assert first.left(grid) == 2
    tried = next(iter(first.run(grid)))
    hit, right = tried.value("hit@1"), golden.chuchu.overall.get("right")
    assert right
    assert tried.value("right") == pytest.approx(right.value)
    assert hit > tried.baselines[0].value
    assert [figure.name for figure in tried.baselines] == ["BM25 alone", "dense alone", "random"]

    # A crash in the middle of a line loses that line alone.
    before = results.read_text("utf-8")
    with results.open("a") as file:
        file.write('{"key": "torn')
    again = Sweep(tmp_path, results, QUESTIONS, seed_settings)
    assert again.left(grid) == 1
    done = list(again.run(grid))
    assert done[0] == tried
    assert done[1].value("answered") < tried.value("answered")
    assert results.read_text("utf-8").startswith(before)
    assert Sweep(tmp_path, results, QUESTIONS, seed_settings).left(grid) == 0


def test_a_key_names_settings_weights_questions_and_documents(
    tmp_path: Path, seed_settings: Settings
) -> None:
    one, other = points(tmp_path, seed_settings, "[0.6, 0.7]")
    heavier = (Choice("confidence", "intercept", 1.0),)
    keys = [
        key_of(one, QUESTIONS, "d"),
        key_of(other, QUESTIONS, "d"),
        key_of(replace(one, weights=heavier), QUESTIONS, "d"),
        key_of(one, QUESTIONS[1:], "d"),
        key_of(one, QUESTIONS, "e"),
    ]
    assert len(set(keys)) == len(keys)
    index = one.settings.index.model_copy(update={"folder": Path("x")})
    elsewhere = one.settings.model_copy(update={"index": index})
    assert key_of(replace(one, settings=elsewhere), QUESTIONS, "d") == key_of(one, QUESTIONS, "d")


def result(name: str, right: float, ms: float) -> Result:
    figures = (Figure("right", right, 0, 1, 9), Figure("latency p50", ms, 0, 9, 9))
    return Result(name, (), figures, ())


RESULTS = [
    result("slow and best", 0.9, 9.0),
    result("beaten", 0.7, 5.0),
    result("quick", 0.5, 1.0),
    result("between", 0.8, 4.0),
    result("as good as quick, slower", 0.5, 2.0),
]


def test_the_front_holds_what_nothing_beats() -> None:
    assert [one.key for one in front(RESULTS)] == ["quick", "between", "slow and best"]


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_the_front_is_drawn(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"new/front.{suffix}"
    draw_front(file, RESULTS)
    assert file.stat().st_size > 5000


def test_no_picture_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="cannot be drawn"):
        draw_front(tmp_path / "front.nonsense", RESULTS)


def test_a_file_of_other_things_is_refused_with_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text("{}\n")
    with pytest.raises(LabelError, match="line 1: not a result of a sweep; start anew with"):
        read_results(file)
