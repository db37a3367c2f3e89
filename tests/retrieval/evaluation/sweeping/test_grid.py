"""Grids: every combination, each value checked, nothing varied that must not be."""

from pathlib import Path

import pytest

from retrieval.errors import SettingsError
from retrieval.evaluation.sweeping.grid import Choice, read_grid
from retrieval.ranking import shipped_ranking
from retrieval.settings import Settings

BASE = Settings()


def grid(tmp_path: Path, content: str) -> Path:
    file = tmp_path / "grid.toml"
    file.write_text(content, "utf-8")
    return file


def test_every_combination_is_a_point_and_those_of_one_index_stand_together(tmp_path: Path) -> None:
    file = grid(
        tmp_path,
        "[answer]\nthreshold = [0.5, 0.7]\n[weights]\ngap = [-1, 0.5]\n"
        "[passages]\nlongest = [160, 320]\nshortest = 60\n",
    )
    points = read_grid(file, BASE)
    assert len(points) == 8
    assert [point.settings.passages.longest for point in points] == [160] * 4 + [320] * 4
    assert {point.settings.passages.shortest for point in points} == {60}
    assert points[0].varied == (
        Choice("passages", "longest", 160),
        Choice("answer", "threshold", 0.5),
        Choice("weights", "gap", -1),
    )
    for passages in (25, 5000):  # each size has weights of its own
        ranking, shipped = points[0].ranking(passages), shipped_ranking(passages)
        assert ranking.weights == shipped.weights._replace(gap=-1.0)
        assert ranking.confidence == shipped.confidence
    assert points[-1].settings.answer.threshold == 0.7
    assert points[-1].settings.search == BASE.search


def test_the_intercept_of_confidence_can_be_varied(tmp_path: Path) -> None:
    points = read_grid(grid(tmp_path, "[confidence]\nintercept = [-2, 0]\n"), BASE)
    assert [point.ranking(25).intercept for point in points] == [-2.0, 0.0]


def test_an_empty_grid_is_what_is_set(tmp_path: Path) -> None:
    (point,) = read_grid(grid(tmp_path, ""), BASE)
    assert (point.varied, point.settings, point.ranking(25)) == ((), BASE, shipped_ranking(25))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[passages]\nlongest = [10]\n", r"\[passages\] longest: .*\(it is 10\)"),
        ("[passages]\nlongest = [100]\nshortest = [90, 110]\n", "shortest is longer than longest"),
        ("[answer]\nthreshhold = [1]\n", r"\[answer\] threshhold: Extra inputs"),
        ("[index]\nfolder = ['a', 'b']\n", r"\[index\]: cannot be varied; these can: embedding"),
        ("[nonsense]\nx = 1\n", r"\[nonsense\]: cannot be varied"),
        ("[weights]\nnonsense = [1]\n", r"\[weights\] nonsense = 1: no weight of a feature"),
        ("[weights]\ngap = ['x']\n", "no weight of a feature; known here: bm25"),
        ("[answer]\nthreshold = []\n", "an empty list leaves nothing to try"),
        ("[x", "not valid TOML"),
    ],
)
def test_what_cannot_be_tried_is_said(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read_grid(grid(tmp_path, content), BASE)
