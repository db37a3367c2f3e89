"""Which sentence of a passage answers, and whether its neighbour is needed beside it."""

from collections.abc import Sequence

from retrieval.features import Asked, best_sentence, coverage
from retrieval.sought import lacking
from retrieval.standing import Standing
from retrieval.types import Span

_KIND_BONUS = 0.3
"""Added where a neighbour holds the kind of thing that is sought and the best does not."""
_SECOND_GAIN = 0.2
"""A neighbour that covers this much more of the question is marked as well."""


def mark(asked: Asked, standing: Standing, matches: Sequence[float]) -> Span:
    """Choose the part of a passage to show in bold: one whole sentence, or two neighbours.

    Args:
        asked: What is asked.
        standing: The passage, taken apart.
        matches: How well its sentences match; empty without token vectors.
    """
    best = best_sentence(asked, standing, matches)
    for neighbour in (best - 1, best + 1):
        if 0 <= neighbour < len(standing.spans) and _adds(asked, standing, best, neighbour):
            first, last = sorted((best, neighbour))
            return Span(standing.spans[first].start, standing.spans[last].end)
    return standing.spans[best]


def _adds(asked: Asked, standing: Standing, best: int, neighbour: int) -> bool:
    terms = standing.sentences
    gain = coverage(asked.weights, terms[best] | terms[neighbour])
    gain -= coverage(asked.weights, terms[best])
    sought = asked.question.sought
    if sought:
        holds = [not lacking(sought, standing.sentence(index)) for index in (best, neighbour)]
        gain += _KIND_BONUS * (holds[1] and not holds[0])
    return gain >= _SECOND_GAIN
