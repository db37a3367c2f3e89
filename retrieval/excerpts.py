"""Hits -> excerpts: different places, the answering part marked, the subject in sight."""

import re
from collections.abc import Callable, Sequence

from retrieval.features import Asked
from retrieval.index.engine import Engine
from retrieval.marking import mark
from retrieval.search import Searcher
from retrieval.text import fold, sentences
from retrieval.types import Citation, Excerpt, Hit, Passage

_NEARLY_THE_SAME = 0.8
"""Share of their terms that two passages have in common (Jaccard) and are shown once."""
_STANDS_FOR = re.compile(
    r"[\"'(]*(?:他|她|它|其|该|此[^外前后时次]|这(?!里|样)|那(?!么)|两者|二者|前者|后者|上述|对此|为此|为了?这"
    r"|(?:he|she|it|they|his|her|its|their|this|that|these|those)\b)"
)
"""How a sentence begins whose subject stands in the one before."""


def cut_excerpts(
    searcher: Searcher[Engine],
    asked: Asked,
    hits: Sequence[Hit],
    most: int,
    is_outdated: Callable[[Passage], bool],
) -> tuple[Excerpt, ...]:
    """Cut the best hits out: near-duplicates once, with all their places.

    Args:
        searcher: Knows what stands in passages, and around them.
        asked: The question.
        hits: Best first.
        most: Excerpts at most.
        is_outdated: Whether a passage's file has changed since it was read.
    """

    def cite(hit: Hit) -> Citation:
        passage = hit.passage
        return Citation(
            title=passage.title,
            heading=passage.heading,
            source=passage.source,
            page=passage.page,
            spans=passage.spans,
            outdated=is_outdated(passage),
        )

    groups: list[list[Hit]] = []
    for hit in hits:
        same = next((group for group in groups if _is_same(searcher, group[0], hit)), None)
        if same is not None:
            same.append(hit)
        elif len(groups) < most:
            groups.append([hit])
    return tuple(_excerpt(searcher, asked, group[0], tuple(map(cite, group))) for group in groups)


def _is_same(searcher: Searcher[Engine], one: Hit, other: Hit) -> bool:
    first = searcher.standing(one.passage).body
    second = searcher.standing(other.passage).body
    fewer, more = sorted((len(first), len(second)))
    if fewer < _NEARLY_THE_SAME * more:  # even if all of the shorter one stood in the longer
        return False
    common = len(first & second)
    return common >= _NEARLY_THE_SAME * (fewer + more - common)


def _excerpt(
    searcher: Searcher[Engine], asked: Asked, hit: Hit, citations: tuple[Citation, ...]
) -> Excerpt:
    passage = hit.passage
    return Excerpt(
        passage_id=passage.id,
        text=passage.text,
        marked=mark(asked, searcher.standing(passage), hit.sentence_matches),
        citation=citations[0],
        score=hit.score,
        confidence=searcher.ranking.probability(hit.features),
        also=citations[1:],
        before=_subject(searcher, passage),
    )


def _subject(searcher: Searcher[Engine], passage: Passage) -> str:
    """The sentence before a passage that begins with «他», «该区» or the like, or ``""``."""
    if not _STANDS_FOR.match(fold(passage.text[:20])):
        return ""
    stored = searcher.engine.find(passage.id)
    if stored is None:
        return ""
    for before in searcher.engine.passages([stored.row - 1]):
        if before.document_row == stored.document_row:
            spans = sentences(before.passage.text)
            return before.passage.text[spans[-1].start : spans[-1].end] if spans else ""
    return ""
