"""Answers to labelled questions -> figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.evaluation.labels import LabelledQuestion
from retrieval.types import Answer


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one question went."""

    question: LabelledQuestion
    answer: Answer
    rank: int | None
    """Which excerpt answers, counted from 1; ``None`` if none does."""
    marked: bool
    """Whether the marked part of the first excerpt holds the answer."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares are 0 to 1. Hits are those of the ranking, whether or not the bot would speak."""

    answerable: int
    unanswerable: int
    hit_at_1: float
    """Share of answerable questions whose first excerpt holds the answer."""
    hit_at_3: float
    """Share whose first three excerpts do."""
    marked: float
    """Of those with the right first excerpt: share whose marked part holds the answer."""
    answered: float
    """Share of answerable questions that got any answer."""
    said_right: float
    """Share of answerable questions that were answered, the first excerpt being right."""
    false_replies: float
    """Share of unanswerable questions that got one."""
    p50_ms: float
    p95_ms: float
    """Time of `ask`, milliseconds."""


def judge(question: LabelledQuestion, answer: Answer) -> Verdict:
    """Compare an answer with the labels."""
    ranks = [
        rank
        for rank, excerpt in enumerate(answer.excerpts, start=1)
        if any(label.answered_by(excerpt) for label in question.labels)
    ]
    marked = any(
        label.answered_by(excerpt, marked=True)
        for excerpt in answer.excerpts[:1]
        for label in question.labels
    )
    return Verdict(question, answer, ranks[0] if ranks else None, marked)


def evaluate(questions: Sequence[LabelledQuestion], ask: Callable[[str], Answer]) -> list[Verdict]:
    """Ask every question, by the function that the bot calls."""
    return [judge(question, ask(question.question)) for question in questions]


def figures(verdicts: Sequence[Verdict]) -> Figures:
    """Sum verdicts up; shares of nothing are 0."""
    answerable = [v for v in verdicts if v.question.answerable]
    unanswerable = [v for v in verdicts if not v.question.answerable]
    first = [v for v in answerable if v.rank == 1]
    times = [v.answer.took_ms for v in verdicts] or [0.0]
    return Figures(
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        hit_at_1=_share(len(first), answerable),
        hit_at_3=_share(sum(v.rank is not None and v.rank <= 3 for v in answerable), answerable),
        marked=_share(sum(v.marked for v in first), first),
        answered=_share(sum(v.answer.answered for v in answerable), answerable),
        said_right=_share(sum(v.answer.answered for v in first), answerable),
        false_replies=_share(sum(v.answer.answered for v in unanswerable), unanswerable),
        p50_ms=float(np.percentile(times, 50)),
        p95_ms=float(np.percentile(times, 95)),
    )


def _share(count: int, of: Sequence[object]) -> float:
    return count / len(of) if of else 0.0
