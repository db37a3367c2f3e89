"""Replay: what the log says beside what is said today."""

from dataclasses import replace

import pytest

from retrieval.answer import Answerer
from retrieval.answerlog import LoggedAnswer, LoggedExcerpt
from retrieval.evaluation.comparing.replay import Drift, replay
from retrieval.types import Span

QUESTION = "乡村精品民宿有多少家？"
ELSEWHERE = LoggedExcerpt("a.txt", (Span(0, 5),))


def test_a_log_of_today_is_the_same_today(answerer: Answerer) -> None:
    questions = [QUESTION, "怎么做红烧肉？", "四大工程是哪四个？", "你好"]
    logged = [LoggedAnswer.of(answerer.ask(question)) for question in questions]
    seen: list[tuple[int, int]] = []
    found = replay(logged, answerer.ask, lambda done, total: seen.append((done, total)))
    assert [one.drift for one in found] == [Drift.SAME] * 4
    assert seen[-1] == (4, 4)


@pytest.mark.parametrize(
    ("question", "change", "drift"),
    [
        (QUESTION, {"answered": False, "excerpts": ()}, Drift.SPOKE),
        ("怎么做红烧肉？", {"answered": True, "excerpts": (ELSEWHERE,)}, Drift.FELL_SILENT),
        (QUESTION, {"excerpts": (ELSEWHERE,)}, Drift.FIRST),
    ],
)
def test_what_changed_is_named(
    answerer: Answerer, question: str, change: dict[str, object], drift: Drift
) -> None:
    logged = replace(LoggedAnswer.of(answerer.ask(question)), **change)  # type: ignore[arg-type]
    assert replay([logged], answerer.ask)[0].drift is drift


def test_other_excerpts_after_the_first_are_told_apart(answerer: Answerer) -> None:
    logged = LoggedAnswer.of(answerer.ask(QUESTION))
    logged = replace(logged, excerpts=(logged.excerpts[0], ELSEWHERE))
    assert replay([logged], answerer.ask)[0].drift is Drift.OTHERS


def test_a_question_asked_twice_is_asked_once_and_its_last_answer_counts(
    answerer: Answerer,
) -> None:
    today = LoggedAnswer.of(answerer.ask(QUESTION))
    old = replace(today, answered=False, excerpts=())
    found = replay([old, today], answerer.ask)
    assert [one.drift for one in found] == [Drift.SAME]
