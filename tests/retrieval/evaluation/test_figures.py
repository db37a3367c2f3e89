"""Figures: counted by hand, with intervals that hold them."""

import pytest

from retrieval.evaluation.figures import measure, measure_run, own_run
from retrieval.evaluation.outcomes import Outcome
from retrieval.evaluation.subject import Evaluation, Subject
from retrieval.question import read_question
from tests.retrieval.evaluation.making import made

OUTCOMES = [
    made("first question", relevant="a", ranking="ab", confidence=0.9, tags=("x",)),
    made("third", relevant="c", ranking="abc", confidence=0.8, tags=("x", "y")),
    made("第四个问题", relevant="a", ranking="ab", marked_right=False, confidence=0.7),
    made("silent", relevant="a", ranking="a", answered=False, confidence=0.2),
    made("false", ranking="ab", confidence=0.6),
    made("right silence", ranking="a", answered=False, confidence=0.1, took_ms=9.0),
]


def value(outcomes: list[Outcome], name: str) -> float:
    figure = measure(outcomes).overall.get(name)
    assert figure, name
    assert figure.low <= figure.value <= figure.high
    return figure.value


def test_figures_are_as_counted_by_hand() -> None:
    overall = measure(OUTCOMES).overall
    assert (overall.questions, overall.answerable) == (6, 4)
    assert value(OUTCOMES, "hit@1") == pytest.approx(3 / 4)
    assert value(OUTCOMES, "hit@3") == pytest.approx(1)
    assert value(OUTCOMES, "document hit@1") == pytest.approx(3 / 4)
    assert value(OUTCOMES, "marked") == pytest.approx(2 / 3)
    assert value(OUTCOMES, "answered") == pytest.approx(3 / 4)
    assert value(OUTCOMES, "said right") == pytest.approx(2 / 4)
    assert value(OUTCOMES, "false replies") == pytest.approx(1 / 2)
    assert value(OUTCOMES, "AUROC") == pytest.approx((2 + 2 + 2 + 1) / 8)
    assert value(OUTCOMES, "excerpt length") == 6
    assert value(OUTCOMES, "latency p50") == 1.0
    assert value(OUTCOMES, "latency p99") == 9.0


def test_slices_hold_their_questions_alone() -> None:
    system = measure(OUTCOMES)
    x = system.slice("tag", "x")
    assert x
    assert (x.questions, x.answerable) == (2, 2)
    hit = x.get("hit@1")
    assert hit
    assert hit.value == pytest.approx(1 / 2)
    chinese, english = system.slice("language", "zh"), system.slice("language", "en")
    assert chinese
    assert english
    assert (chinese.questions, english.questions) == (1, 5)
    assert {s.name for s in system.slices if s.kind == "length"} == {
        "1–10 characters",
        "11–20 characters",
    }


def test_a_figure_that_says_nothing_is_left_out() -> None:
    overall = measure([made("false", ranking="ab")]).overall
    assert overall.get("hit@1") is None
    assert overall.get("AUROC") is None
    assert overall.get("false replies")


def test_no_outcomes_have_no_figures() -> None:
    assert measure([]).overall.figures == ()


def test_all_agreeing_leaves_room_for_doubt() -> None:
    alike = [made(str(number), relevant="a", ranking="ab") for number in range(10)]
    figure = measure(alike).overall.get("hit@1")
    assert figure
    assert (figure.value, figure.high) == (1.0, 1.0)
    assert figure.low == pytest.approx(0.7225, abs=1e-3)


def test_our_own_ranking_as_a_run_gives_the_same_figures(golden: Evaluation) -> None:
    outcomes = golden.asked.outcomes
    again = measure_run(outcomes, own_run(outcomes)).overall
    for name in ("hit@1", "nDCG@10", "document MRR@10", "AUROC", "latency p95"):
        assert again.get(name) == golden.chuchu.overall.get(name)


def test_rankings_are_those_of_the_answer(golden: Evaluation, subject: Subject) -> None:
    for outcome in golden.asked.outcomes:
        answer = subject.answerer.ask(outcome.question.question)
        ids = [excerpt.passage_id for excerpt in answer.excerpts]
        assert [found.passage for found in outcome.ranking[: len(ids)]] == ids
        assert outcome.trace == answer.trace


def test_plain_ways_do_worse_than_chuchu(golden: Evaluation) -> None:
    def figure(name: str) -> list[float]:
        systems = (golden.chuchu, *golden.baselines)
        found = [system.overall.get(name) for system in systems]
        return [one.value for one in found if one]

    chuchu, bm25, dense, chance = figure("hit@1")
    assert chuchu > bm25 > dense > chance
    assert figure("AUROC")[0] == max(figure("AUROC"))
    marks = [golden.chuchu.overall.get(f"marked{what}") for what in ("", ": first sentence")]
    assert marks[0]
    assert marks[1]
    assert marks[0].value > marks[1].value


def test_baselines_rank_by_one_signal_alone(golden: Evaluation, subject: Subject) -> None:
    outcome = golden.asked.outcomes[0]
    question = read_question(outcome.question.question)
    bm25, dense, chance = golden.runs
    rows = subject.generation.passages.matching(question.terms, 50)
    stored = {p.row: p.passage.id for p in subject.generation.store.passages([r for r, _ in rows])}
    assert [found.passage for found in bm25.rankings[0]] == [stored[row] for row, _ in rows]
    assert bm25.confidence[0] == pytest.approx(rows[0][1])
    vector = subject.embedder.embed_question(question)
    nearest = subject.generation.vectors.nearest(vector, 50)
    assert dense.confidence[0] == pytest.approx(nearest[0][1])
    assert len(set(chance.rankings[0])) == subject.generation.store.count()
    assert chance.rankings[0] != chance.rankings[1]
