"""Saved runs come back as they were."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.errors import LabelError
from retrieval.evaluation.comparing.saved import read_run, save_run
from retrieval.evaluation.subject import Evaluation


def test_a_saved_run_comes_back_as_it_was(golden: Evaluation, tmp_path: Path) -> None:
    file = tmp_path / "runs/a.jsonl"
    save_run(file, golden.asked.generation, golden.asked.outcomes)
    run = read_run(file)
    assert run.generation == golden.asked.generation
    assert run.outcomes == tuple(replace(o, features=None) for o in golden.asked.outcomes)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"chuchu run": 0}', "x\n"])
def test_other_files_are_refused_with_the_cure(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(content)
    with pytest.raises(LabelError, match=r"not a saved run .*; write one: chuchu evaluate --save"):
        read_run(file)


def test_a_damaged_line_is_refused(golden: Evaluation, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    save_run(file, "g", golden.asked.outcomes[:2])
    file.write_text(file.read_text("utf-8")[:-40], "utf-8")
    with pytest.raises(LabelError, match=r"not a saved run"):
        read_run(file)
