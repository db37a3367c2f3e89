"""Makes outcomes by hand."""

from retrieval.evaluation.labels import Label, LabelledQuestion
from retrieval.evaluation.outcomes import Judged, Outcome, Ranked
from retrieval.types import Span


def made(
    question: str,
    *,
    relevant: str = "",
    ranking: str = "",
    document: str = "d",
    answered: bool = True,
    confidence: float = 0.9,
    marked_right: bool = True,
    took_ms: float = 1.0,
    tags: tuple[str, ...] = (),
) -> Outcome:
    """An outcome whose passages are single letters, the excerpts being the first three found.

    The document of a passage is ``document`` with the letter's position in the alphabet halved.
    """
    right = tuple(ranked(letter, document) for letter in relevant)
    excerpts = tuple(
        Judged(
            passage=letter,
            title="题",
            heading="",
            source="a.txt",
            page=None,
            spans=(Span(0, 4),),
            text="甲乙。丙丁。",
            marked=Span(0, 3),
            confidence=confidence,
            is_right=letter in relevant,
            quotes=("甲乙" if marked_right else "丙丁",) if letter in relevant else (),
        )
        for letter in ranking[:3]
    )
    labels = tuple(Label("a.txt", "甲乙") for _ in relevant[:1])
    return Outcome(
        id=question,
        question=LabelledQuestion(question, labels, tags),
        relevant=right,
        ranking=tuple(ranked(letter, document) for letter in ranking),
        answered=answered and bool(ranking),
        confidence=confidence,
        threshold=0.5,
        excerpts=excerpts,
        features=None,
        trace="t",
        took_ms=took_ms,
    )


def ranked(letter: str, document: str) -> Ranked:
    """A passage and its document: a and b stand in one, c and d in the next."""
    return Ranked(letter, f"{document}{(ord(letter) - ord('a')) // 2}")
