"""One question, looked at: as the bot would answer, by any weights, and labelled."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.errors import LabelError
from retrieval.evaluation.labels import Label, LabelledQuestion, read_labels, write_labels
from retrieval.evaluation.playground.looking import Bench, Tuning
from retrieval.evaluation.subject import Subject
from retrieval.types import Features
from tests.conftest import SEED

QUESTION = "乡村精品民宿有多少家？"


@pytest.fixture
def bench(subject: Subject, tmp_path: Path) -> Bench:
    return Bench(subject, tmp_path / "labels.jsonl")


def test_a_look_says_what_the_bot_says(bench: Bench, subject: Subject) -> None:
    for question in (QUESTION, "四大工程是哪四个？", "怎么做红烧肉？", "你好"):
        answer = subject.answerer.ask(question)
        look = bench.look(question, bench.shipped)
        assert (look.answered, look.trace) == (answer.answered, answer.trace)
        said = [passage.text for passage in look.passages if passage.is_said]
        assert said == [excerpt.text for excerpt in answer.shown]
        assert look.confidence == pytest.approx(answer.confidence)
        nearest = [passage.text for passage in look.passages[: len(answer.excerpts)]]
        assert nearest == [excerpt.text for excerpt in answer.excerpts]


def test_bars_add_up_to_score_and_confidence(bench: Bench) -> None:
    ranking = bench.shipped.ranking
    for passage in bench.look(QUESTION, bench.shipped).passages:
        assert sum(bar.order for bar in passage.bars) == pytest.approx(passage.score)
        odds = sum(bar.confidence for bar in passage.bars) + ranking.intercept
        assert ranking.calibration.probability(odds) == pytest.approx(passage.confidence)


def test_silence_names_what_spoke_against_it(bench: Bench) -> None:
    strict = Tuning(bench.shipped.ranking, 1.0)
    look = bench.look(QUESTION, strict)
    assert not look.answered
    assert look.threshold == 1.0
    assert look.against
    assert set(look.against) <= set(Features._fields)
    assert not [passage for passage in look.passages if passage.is_said]
    assert bench.look("你好", bench.shipped).is_small_talk


def test_other_weights_give_another_order_and_leave_the_bot_as_it_is(
    bench: Bench, subject: Subject
) -> None:
    before = subject.answerer.ask(QUESTION)
    turned = Features(**{n: -w for n, w in subject.ranking.weights._asdict().items()})
    tuning = replace(bench.shipped, ranking=replace(subject.ranking, weights=turned))
    look = bench.look(QUESTION, tuning)
    assert look.passages[0].text != before.excerpts[0].text
    assert subject.answerer.ask(QUESTION).excerpts == before.excerpts
    assert bench.look(QUESTION, bench.shipped).trace == before.trace


def test_a_tick_writes_a_label_and_another_takes_it_back(bench: Bench) -> None:
    assert not bench.look(QUESTION, bench.shipped).is_labelled
    label = Label(SEED, "乡村精品民宿271家")
    bench.label(QUESTION, [label])
    (written,) = read_labels(bench.labels)
    assert (written.question, written.labels, written.note) == (QUESTION, (label,), "playground")
    look = bench.look(QUESTION, bench.shipped)
    assert [passage.labelled for passage in look.passages].count((label,)) == 1
    bench.unlabel(QUESTION, label)
    assert not bench.look(QUESTION, bench.shipped).is_labelled
    assert bench.labels.read_text("utf-8") == ""


def test_a_question_can_be_labelled_unanswerable(bench: Bench) -> None:
    bench.label(" 怎么做红烧肉？ ", [])
    assert read_labels(bench.labels)[0].question == "怎么做红烧肉？"
    assert not read_labels(bench.labels)[0].answerable
    assert bench.look("怎么做红烧肉？", bench.shipped).is_labelled


def test_other_lines_of_the_file_stay(bench: Bench) -> None:
    other = LabelledQuestion("另问", (Label(SEED, "甲"),), ("x",))
    write_labels(bench.labels, [other])
    label = Label(SEED, "乡村精品民宿271家")
    bench.label(QUESTION, [label])
    bench.unlabel(QUESTION, label)
    assert read_labels(bench.labels) == [other]


@pytest.mark.parametrize(
    ("question", "label", "message"),
    [
        (QUESTION, Label(SEED, "没有这句话"), "does not stand in a passage"),
        (QUESTION, Label("none.txt", "民宿"), "does not stand in a passage of none.txt"),
        (QUESTION, Label(SEED, " "), "does not stand"),
        (" ", Label(SEED, "民宿"), "no question"),
    ],
)
def test_a_label_that_fits_nothing_is_refused(
    bench: Bench, question: str, label: Label, message: str
) -> None:
    with pytest.raises(LabelError, match=message):
        bench.label(question, [label])
    assert not bench.labels.exists()


def test_contradictions_are_refused(bench: Bench) -> None:
    bench.label(QUESTION, [])
    with pytest.raises(LabelError, match="is there and has none"):
        bench.label(QUESTION, [Label(SEED, "民宿271家")])
    with pytest.raises(LabelError, match="has no answer"):
        bench.unlabel(QUESTION, Label(SEED, "民宿271家"))
