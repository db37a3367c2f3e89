"""Standard figures are those of ir-measures on the files that anybody can read."""

from math import log2
from pathlib import Path

import ir_measures
import numpy as np
import pytest

from retrieval.evaluation.figures import DOCUMENT
from retrieval.evaluation.subject import Evaluation
from retrieval.evaluation.trec import (
    MEASURES,
    Level,
    recall_curve,
    standard_values,
    write_trec,
)
from tests.retrieval.evaluation.making import made

OUTCOMES = [
    made("q1", relevant="b", ranking="acb"),
    made("q2", relevant="ae", ranking="abcde"),
    made("q3", relevant="a", ranking=""),
    made("q4", ranking="abc"),
]
RANKINGS = [outcome.ranking for outcome in OUTCOMES]


def test_figures_equal_those_of_ir_measures_on_the_written_files(
    golden: Evaluation, tmp_path: Path
) -> None:
    write_trec(tmp_path, golden.asked.outcomes)
    for level, prefix in ((Level.PASSAGE, ""), (Level.DOCUMENT, DOCUMENT)):
        qrels = list(ir_measures.read_trec_qrels(str(tmp_path / f"{level.value}.qrels")))
        run = list(ir_measures.read_trec_run(str(tmp_path / f"{level.value}.run")))
        measures = {name: ir_measures.parse_measure(m) for name, m in MEASURES.items()}
        theirs = ir_measures.calc_aggregate(list(measures.values()), qrels, run)
        for name, measure in measures.items():
            ours = golden.chuchu.overall.get(prefix + name)
            assert ours
            assert ours.value == pytest.approx(theirs[measure], abs=1e-9), prefix + name


def test_passage_figures_are_as_counted_by_hand() -> None:
    values = standard_values(OUTCOMES, RANKINGS, Level.PASSAGE)
    assert values["hit@1"].tolist()[:3] == [0, 1, 0]
    assert values["hit@3"].tolist()[:3] == [1, 1, 0]
    assert values["MRR@10"].tolist()[:3] == pytest.approx([1 / 3, 1, 0])
    assert values["recall@3"].tolist()[:3] == [1, 0.5, 0]
    gain = (1 + 1 / log2(6)) / (1 + 1 / log2(3))
    assert values["nDCG@10"].tolist()[:3] == pytest.approx([1 / log2(4), gain, 0])
    assert all(np.isnan(values[name][3]) for name in MEASURES)


def test_a_document_is_found_by_any_of_its_passages() -> None:
    values = standard_values(OUTCOMES, RANKINGS, Level.DOCUMENT)
    assert values["hit@1"].tolist()[:3] == [1, 1, 0]
    assert values["recall@3"].tolist()[:3] == [1, 1, 0]


def test_the_recall_curve_ends_where_all_is_found() -> None:
    curve = recall_curve(OUTCOMES[:2], RANKINGS[:2])
    assert curve[:5].tolist() == [0.25, 0.25, 0.75, 0.75, 1.0]
    assert curve[-1] == 1.0


def test_a_run_counts_from_the_end_so_that_ties_cannot_reorder_it(tmp_path: Path) -> None:
    write_trec(tmp_path, OUTCOMES)
    lines = [line.split() for line in (tmp_path / "passages.run").read_text().splitlines()]
    assert [line[2] for line in lines if line[0] == "q1"] == ["a", "c", "b"]
    assert [int(line[3]) for line in lines if line[0] == "q1"] == [1, 2, 3]
    scores = [float(line[4]) for line in lines if line[0] == "q1"]
    assert scores == sorted(set(scores), reverse=True)
