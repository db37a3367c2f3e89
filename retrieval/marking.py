"""Which sentence of a passage answers: the one that covers most of the question's weight."""

from retrieval.question import Question
from retrieval.search import coverage
from retrieval.sought import lacking
from retrieval.text import fold, sentences, terms
from retrieval.types import Span

_KIND_BONUS = 0.3
"""Added where a sentence holds the kind of thing that is sought, as a share of the coverage."""
_SECOND_GAIN = 0.2
"""A neighbour that covers this much more of the question is marked as well."""


def mark(text: str, question: Question, weights: dict[str, float]) -> Span:
    """Choose the part of a passage to show in bold: one whole sentence, or two neighbours.

    Args:
        text: The passage.
        question: What is asked.
        weights: What each of its terms weighs.
    """
    found = sentences(text)
    if not found:
        return Span(0, len(text))
    covered = [frozenset(terms(fold(text[span.start : span.end]))) for span in found]
    holds = [_holds_sought(question, text[span.start : span.end]) for span in found]
    scores = [
        coverage(weights, standing) + _KIND_BONUS * held
        for standing, held in zip(covered, holds, strict=True)
    ]
    best = max(range(len(found)), key=lambda index: (scores[index], -index))
    for neighbour in (best - 1, best + 1):
        if 0 <= neighbour < len(found):
            both = coverage(weights, covered[best] | covered[neighbour])
            gain = both - coverage(weights, covered[best])
            gain += _KIND_BONUS * (holds[neighbour] and not holds[best])
            if gain >= _SECOND_GAIN:
                first, last = sorted((best, neighbour))
                return Span(found[first].start, found[last].end)
    return found[best]


def _holds_sought(question: Question, sentence: str) -> bool:
    return bool(question.sought) and not lacking(question.sought, fold(sentence))
