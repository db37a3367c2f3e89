"""The golden questions never fall below what is kept in ``config/baseline.json``."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.errors import LabelError
from retrieval.evaluation.reference import (
    FILE,
    fall,
    read_reference,
    reference_of,
    write_reference,
)
from retrieval.evaluation.subject import Evaluation
from tests.conftest import ROOT

KEPT = read_reference(ROOT / FILE)


def test_the_golden_questions_go_as_well_as_they_did(golden: Evaluation) -> None:
    """After a wanted change: chuchu evaluate --keep config/baseline.json."""
    found = fall(KEPT, golden.chuchu.overall, golden.asked.outcomes)
    assert found.figures == ()
    assert [test for test in found.tests if test.is_loss] == []
    assert not found.is_beyond_noise


def test_what_is_kept_knows_the_golden_questions(golden: Evaluation) -> None:
    asked = {outcome.question.question for outcome in golden.asked.outcomes}
    assert {one.question for one in KEPT.questions} == asked


def test_a_reference_comes_back_as_it_was(golden: Evaluation, tmp_path: Path) -> None:
    reference = reference_of(golden.chuchu.overall, golden.asked.outcomes)
    write_reference(tmp_path / "b.json", reference)
    again = read_reference(tmp_path / "b.json")
    for old, new in zip(reference.figures, again.figures, strict=True):
        assert (old.name, old.value) == (new.name, pytest.approx(new.value, abs=1e-4))
    assert not fall(again, golden.chuchu.overall, golden.asked.outcomes).is_beyond_noise


def test_an_index_gone_wrong_is_a_fall(golden: Evaluation) -> None:
    """Every eighth answer is wrong now: too many for chance."""
    outcomes = [
        outcome
        if at % 8 or not outcome.excerpts
        else replace(
            outcome,
            excerpts=(replace(outcome.excerpts[0], is_right=False, quotes=()),),
            answered=not outcome.answered if not outcome.question.answerable else True,
        )
        for at, outcome in enumerate(golden.asked.outcomes)
    ]
    assert fall(KEPT, golden.chuchu.overall, outcomes).is_beyond_noise


def test_a_figure_that_left_its_interval_is_named(golden: Evaluation) -> None:
    overall = golden.chuchu.overall
    worse = [
        replace(f, value=0.5) if f.name in ("hit@1", "false replies") else f
        for f in overall.figures
    ]
    kept = reference_of(overall, golden.asked.outcomes)
    found = fall(kept, replace(overall, figures=tuple(worse)), golden.asked.outcomes)
    assert found.figures == ("hit@1", "false replies")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"figures": {"x": 1}, "questions": {}}'])
def test_other_files_are_refused_with_the_cure(tmp_path: Path, content: str) -> None:
    file = tmp_path / "b.json"
    file.write_text(content)
    with pytest.raises(LabelError, match="chuchu evaluate --keep"):
        read_reference(file)
