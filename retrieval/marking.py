"""Which sentence of a passage answers: the one that covers most of the question's weight."""

import re

from retrieval.question import Question, Sought
from retrieval.search import coverage
from retrieval.text import fold, sentences, terms
from retrieval.types import Span

_KIND_BONUS = 0.15
"""Added where a sentence holds the kind of thing that is sought, as a share of the coverage."""
_SECOND_GAIN = 0.3
"""A neighbour that covers this much more of the question is marked as well."""

_SIGNS = {
    Sought.NUMBER: re.compile(
        r"\d|[一二三四五六七八九十百千万亿两]+[多余]?[个家种项座条名位次年亩元人]"
    ),
    Sought.TIME: re.compile(r"\d+[年月日时]|今年|去年|明年|目前|近日|未来|期间|\b(?:19|20)\d\d\b"),
    Sought.PERSON: re.compile(r"说|表示|介绍|主任|书记|区长|市长|局长|教授|院长|经理|先生|女士"),
}


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
    scores = [
        coverage(weights, standing) + _bonus(text[span.start : span.end], question.sought)
        for span, standing in zip(found, covered, strict=True)
    ]
    best = max(range(len(found)), key=lambda index: (scores[index], -index))
    first = last = best
    alone = coverage(weights, covered[best])
    for neighbour in (best - 1, best + 1):
        if 0 <= neighbour < len(found):
            both = coverage(weights, covered[best] | covered[neighbour])
            if both - alone >= _SECOND_GAIN:
                first, last = min(best, neighbour), max(best, neighbour)
                break
    return Span(found[first].start, found[last].end)


def _bonus(sentence: str, sought: Sought) -> float:
    matching = sum(1 for kind, sign in _SIGNS.items() if kind in sought and sign.search(sentence))
    return _KIND_BONUS * matching
