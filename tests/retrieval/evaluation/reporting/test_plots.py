"""Plots: their curves counted by hand, their colours those of the page."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from retrieval.evaluation.figures import measure, own_run
from retrieval.evaluation.outcomes import Asked
from retrieval.evaluation.reporting.plots import coverage_curve, draw_plots
from retrieval.evaluation.subject import Evaluation
from tests.retrieval.evaluation.making import made

OUTCOMES = [
    made("1", relevant="a", ranking="ab", confidence=0.9),
    made("2", ranking="ab", confidence=0.8),
    made("3", relevant="a", ranking="ba", confidence=0.8),
    made("4", relevant="a", ranking="ab", confidence=0.3),
    made("5", ranking="ab", confidence=0.1),
]


def test_the_coverage_curve_is_as_counted_by_hand() -> None:
    false, said = coverage_curve(OUTCOMES, own_run(OUTCOMES))
    assert false.tolist() == pytest.approx([0, 0, 1 / 2, 1 / 2, 1])
    assert said.tolist() == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 2 / 3])


def test_every_plot_is_drawn_in_the_colours_of_the_page(golden: Evaluation) -> None:
    plots = draw_plots(golden)
    assert [plot.title for plot in plots] == [
        *("Recall", "Coverage against false replies", "Reliability", "Latency", "By tag")
    ]
    for plot in plots:
        ET.fromstring(plot.svg)  # noqa: S314 - our own
        assert "var(--accent)" in plot.svg
        assert not re.search(r"#[0-9a-f]{6}\b", plot.svg), plot.title
        assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", plot.svg)


def test_the_same_run_gives_the_same_plots(golden: Evaluation) -> None:
    assert draw_plots(golden) == draw_plots(golden)


def test_nothing_to_show_draws_nothing(golden: Evaluation) -> None:
    empty = replace(
        golden,
        asked=Asked((), (), (), "g"),
        chuchu=measure([]),
        runs=tuple(
            replace(run, rankings=(), confidence=np.zeros(0), took_ms=np.zeros(0))
            for run in golden.runs
        ),
    )
    assert draw_plots(empty) == ()


def test_chinese_tags_are_drawn_without_complaint(golden: Evaluation) -> None:
    tagged = [replace(o, question=replace(o.question, tags=("标签<&",))) for o in OUTCOMES]
    plots = draw_plots(replace(golden, chuchu=measure(tagged)))
    assert "标签&lt;&amp; (5)" in plots[-1].svg
