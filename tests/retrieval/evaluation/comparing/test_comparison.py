"""Comparisons: chance is told from loss, and the same run is never worse than itself."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation.comparing.comparison import Change, compare, loss_probability, score
from retrieval.evaluation.subject import Evaluation
from tests.retrieval.evaluation.making import made

DIFFERENCES = st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]), min_size=1, max_size=9)


@given(DIFFERENCES)
def test_the_probability_is_that_of_all_tosses(drawn: list[float]) -> None:
    tossed = [
        sum(sign * size for sign, size in zip(signs, drawn, strict=True))
        for signs in product((-1, 1), repeat=len(drawn))
    ]
    expected = np.mean([total <= sum(drawn) + 1e-12 for total in tossed])
    assert loss_probability(np.array(drawn)) == pytest.approx(expected)


def test_many_differences_are_drawn_and_agree_with_the_exact_value() -> None:
    """12 losses and 4 wins of equal size: P(at most 4 wins of 16) = 2517 / 65536."""
    drawn = loss_probability(np.array([-1.0] * 12 + [1.0] * 4))
    assert drawn == pytest.approx(2517 / 65536, abs=0.005)


def test_nothing_changed_is_no_loss() -> None:
    assert loss_probability(np.zeros(10)) == 1.0


def test_the_same_run_is_never_worse_than_itself(golden: Evaluation) -> None:
    found = compare(golden.asked.outcomes, golden.asked.outcomes)
    assert not found.is_loss
    assert len(found.changed(Change.UNCHANGED)) == len(golden.asked.outcomes) == len(found.pairs)
    assert all((test.p_loss, test.before) == (1.0, test.after) for test in found.tests)


def test_a_small_loss_may_be_chance_and_a_large_one_is_not() -> None:
    before = [made(str(number), relevant="a", ranking="ab") for number in range(40)]
    worse = [made(str(number), relevant="b", ranking="ab") for number in range(40)]
    worse = [replace(o, question=before[at].question) for at, o in enumerate(worse)]
    assert not compare(before, [*worse[:2], *before[2:]]).is_loss
    large = compare(before, [*worse[:12], *before[12:]])
    assert large.is_loss
    assert len(large.changed(Change.LOST)) == 12
    right = large.tests[0]
    assert (right.before, right.after) == pytest.approx((1.0, 28 / 40))
    assert right.low < -12 / 40 < right.high < 0
    assert not compare([*worse[:12], *before[12:]], before).is_loss


def test_changes_are_told_by_the_verdict_then_by_the_rank() -> None:
    silent = made("q", relevant="a", ranking="ab", answered=False)
    wrong = made("q", relevant="a", ranking="ba")
    right = made("q", relevant="a", ranking="ab")
    unmarked = made("q", relevant="a", ranking="ab", marked_right=False)
    third = replace(wrong, ranking=made("q", ranking="bca").ranking)
    order = [third, wrong, silent, unmarked, right]
    for at, worse in enumerate(order):
        for better in order[at + 1 :]:
            assert compare([worse], [better]).pairs[0].change is Change.WON
            assert compare([better], [worse]).pairs[0].change is Change.LOST


def test_false_replies_count_against_a_run() -> None:
    silent, spoke = made("q", ranking="a", answered=False), made("q", ranking="a")
    assert compare([silent], [spoke]).pairs[0].change is Change.LOST
    assert (score(silent).right, score(spoke).right) == (1.0, 0.0)


def test_questions_that_differ_are_left_out_and_counted() -> None:
    before = [made("a", relevant="a", ranking="a"), made("b", ranking="a")]
    relabelled = made("b", relevant="a", ranking="a")
    found = compare(before, [before[0], relabelled, made("c", ranking="a")])
    assert [pair.after.question.question for pair in found.pairs] == ["a"]
    assert found.left_out == 3
