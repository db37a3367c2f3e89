"""Figures: counted by hand."""

import pytest

from retrieval.evaluation.labels import Label, LabelledQuestion
from retrieval.evaluation.metrics import evaluate, figures
from retrieval.types import Answer, Citation, Excerpt, Span

CITED = Citation("", "", "a.txt", None, ())


def answer(question: str, *texts: str, answered: bool = True, took_ms: float = 1.0) -> Answer:
    excerpts = tuple(Excerpt("p", text, Span(0, 1), CITED, 1.0, 0.9) for text in texts)
    return Answer(question, answered, 0.9, 0.5, excerpts, "g", took_ms)


def asked(question: str, *quotes: str) -> LabelledQuestion:
    return LabelledQuestion(question, tuple(Label("a.txt", quote) for quote in quotes))


def test_figures_are_as_counted_by_hand() -> None:
    answers = {
        "first": answer("first", "甲乙", "丙"),
        "third": answer("third", "丙", "丁", "乙"),
        "unmarked": answer("unmarked", "乙甲"),
        "silent": answer("silent", "甲", answered=False),
        "false": answer("false", "丙"),
        "right silence": answer("right silence", answered=False, took_ms=5.0),
    }
    questions = [
        asked("first", "甲"),
        asked("third", "乙"),
        asked("unmarked", "甲", "nowhere"),
        asked("silent", "甲"),
        asked("false"),
        asked("right silence"),
    ]
    found = figures(evaluate(questions, answers.__getitem__))
    assert (found.answerable, found.unanswerable) == (4, 2)
    assert found.hit_at_1 == pytest.approx(3 / 4)
    assert found.hit_at_3 == pytest.approx(4 / 4)
    assert found.marked == pytest.approx(2 / 3)
    assert found.said_right == pytest.approx(2 / 4)
    assert found.answered == pytest.approx(3 / 4)
    assert found.false_replies == pytest.approx(1 / 2)
    assert found.p50_ms == pytest.approx(1.0)


def test_figures_of_nothing_are_nought() -> None:
    assert figures([]).hit_at_1 == 0.0
