"""Which part of a passage answers: a sentence, two of them, a whole list, or a clause of many."""

import re
from collections.abc import Sequence

from retrieval.features import Asked, best_sentence, coverage
from retrieval.sought import lacking
from retrieval.standing import Standing
from retrieval.text import clauses, terms
from retrieval.types import Span

_KIND_BONUS = 0.3
"""Added where a neighbour holds the kind of thing that is sought and the best does not."""
_SECOND_GAIN = 0.2
"""A neighbour that covers this much more of the question is marked as well."""
_VERY_LONG = 160
"""Characters of a sentence of which only the clauses that answer are marked."""
_SHORTEST_PART = 40
"""Characters that are marked of it at least."""

_TINY = 1e-9
_ITEM = re.compile(
    r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]|首先|其次|再次|最后|此外"
    r"|\(?[\d一二三四五六七八九十]+[).、]|[①-⑳]|[-•*·] )"
)
"""How an item of a list begins."""


def mark(asked: Asked, standing: Standing, matches: Sequence[float]) -> Span:
    """Choose the part of a passage to show in bold.

    Args:
        asked: What is asked.
        standing: The passage, taken apart.
        matches: How well its sentences match; empty without token vectors.
    """
    best = best_sentence(asked, standing, matches)
    first, last = _whole_list(asked, standing, best)
    if first == last:
        first, last = _with_neighbour(asked, standing, best)
    if first == last and len(standing.sentence(best)) > _VERY_LONG:
        return _clauses(asked, standing, best)
    return Span(standing.spans[first].start, standing.spans[last].end)


def _whole_list(asked: Asked, standing: Standing, best: int) -> tuple[int, int]:
    """The first and last sentence of the list that is asked for, with what introduces it."""
    if not any(kind.name == "list" for kind in asked.question.sought):
        return best, best
    items = [_is_listed(standing, index) for index in range(len(standing.spans))]
    first = last = best
    while last + 1 < len(items) and items[last + 1]:
        last += 1
    while first > 0 and items[first]:
        first -= 1
    return first, last


def _is_listed(standing: Standing, index: int) -> bool:
    """Whether a sentence begins as an item does, or stands below the first line.

    Only a list has lines: its entries, below what announces it.
    """
    start = standing.spans[index].start
    return bool(_ITEM.match(standing.sentence(index))) or "\n" in standing.folded[:start]


def _with_neighbour(asked: Asked, standing: Standing, best: int) -> tuple[int, int]:
    for neighbour in (best - 1, best + 1):
        if 0 <= neighbour < len(standing.spans) and _adds(asked, standing, best, neighbour):
            return min(best, neighbour), max(best, neighbour)
    return best, best


def _adds(asked: Asked, standing: Standing, best: int, neighbour: int) -> bool:
    found = standing.sentences
    gain = coverage(asked.weights, found[best] | found[neighbour])
    gain -= coverage(asked.weights, found[best])
    sought = asked.question.sought
    if sought:
        holds = [not lacking(sought, standing.sentence(index)) for index in (best, neighbour)]
        gain += _KIND_BONUS * (holds[1] and not holds[0])
    return gain >= _SECOND_GAIN


def _clauses(asked: Asked, standing: Standing, best: int) -> Span:
    """Neighbouring clauses that answer as well as the whole sentence, as few as will do."""
    start = standing.spans[best].start
    text = standing.sentence(best)
    cut = clauses(text)
    found = [frozenset(terms(text[clause.start : clause.end])) for clause in cut]
    enough = _worth(asked, standing.sentences[best], text) - _TINY
    shortest = Span(0, len(text))
    for first, clause in enumerate(cut):
        covered: frozenset[str] = frozenset()
        for last in range(first, len(cut)):
            covered |= found[last]
            part = Span(clause.start, cut[last].end)
            length = part.end - part.start
            if length >= shortest.end - shortest.start:
                break
            worth = _worth(asked, covered, text[part.start : part.end])
            if length >= _SHORTEST_PART and worth >= enough:
                shortest = part
    return Span(start + shortest.start, start + shortest.end)


def _worth(asked: Asked, covered: frozenset[str], text: str) -> float:
    holds = not lacking(asked.question.sought, text)
    return coverage(asked.weights, covered) + _KIND_BONUS * holds
