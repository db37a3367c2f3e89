"""Documents -> passages: whole sentences, never across a heading, spans exact."""

import hashlib
from collections.abc import Iterator

from retrieval.corpus.mending import Mended
from retrieval.settings import PassageSettings
from retrieval.text import clauses, sentences
from retrieval.types import Block, Document, Kind, Passage, Span

_LONGEST_ROW = 4
"""Times the longest passage that a row of a table may have, with the names of its columns."""


def cut_passages(document: Document, settings: PassageSettings) -> list[Passage]:
    """Cut a document into passages, in reading order.

    A passage ends with a sentence once it has ``settings.shortest`` characters and the next
    sentence would take it over ``settings.longest``. A sentence is kept whole up to twice that,
    and cut at its clauses beyond.
    """
    passages: dict[str, Passage] = {}
    for block in document.blocks:
        mended = Mended.of(document.source.text, block.spans)
        for part in _parts(block, settings):
            passage = _passage(document, block, mended, part)
            # Rows of one table repeat the names of its columns: cut off alone, they stand once.
            passages.setdefault(passage.id, passage)
    return list(passages.values())


def _parts(block: Block, settings: PassageSettings) -> list[Span]:
    is_row = block.kind is Kind.ROW and len(block.text) <= _LONGEST_ROW * settings.longest
    if block.kind is Kind.BYLINE or is_row:
        return [Span(0, len(block.text))]
    units = list(_units(block.text, 2 * settings.longest))
    parts: list[Span] = []
    first = 0
    for index, unit in enumerate(units):
        if index + 1 < len(units) and not _ends(block.text, units, first, index, settings):
            continue
        parts.append(Span(units[first].start, unit.end))
        first = max(index + 1 - settings.overlap, first + 1)
    return _without_stub(parts, settings)


def _ends(text: str, units: list[Span], first: int, index: int, settings: PassageSettings) -> bool:
    """Whether a passage of the units from the first on ends with this one, others following.

    What announces a list stays with it.
    """
    start, end = units[first].start, units[index].end
    following = units[index + 1]
    if _announces(text, units[index]) or end - start < settings.shortest:
        return False
    return _announces(text, following) or following.end - start > settings.longest


def _announces(text: str, unit: Span) -> bool:
    """Whether a list follows, each entry on a line of its own."""
    return text[unit.end - 1] in "：:" and text[unit.end : unit.end + 1] == "\n"


def _without_stub(parts: list[Span], settings: PassageSettings) -> list[Span]:
    """Give a last passage that is too short to the one before it."""
    if len(parts) > 1 and parts[-1].end - parts[-1].start < settings.shortest // 2:
        *parts, before, stub = parts
        parts.append(Span(before.start, stub.end))
    return parts


def _units(text: str, longest: int) -> Iterator[Span]:
    """Sentences; where one is too long, its clauses; where one of those is, slices of it."""
    for sentence in sentences(text):
        if sentence.end - sentence.start <= longest:
            yield sentence
            continue
        for clause in clauses(text[sentence.start : sentence.end]):
            start, end = sentence.start + clause.start, sentence.start + clause.end
            yield from _slices(text, start, end, longest)


def _slices(text: str, start: int, end: int, longest: int) -> Iterator[Span]:
    """Slices of at most ``longest`` characters, at spaces where there are any."""
    while end - start > longest:
        cut = text.rfind(" ", start + 1, start + longest + 1)
        cut = cut if cut > start else start + longest
        yield Span(start, cut)
        start = cut + (text[cut] == " ")
    if start < end:
        yield Span(start, end)


def _passage(document: Document, block: Block, mended: Mended, part: Span) -> Passage:
    spans = mended.locate(part)
    identity = f"{document.source.digest}\n{document.source.path}\n{spans}"
    return Passage(
        id=hashlib.sha256(identity.encode()).hexdigest()[:12],
        document_id=document.id,
        source=document.source.path,
        title=document.title,
        column=document.column,
        headings=block.headings,
        page=block.page,
        kind=block.kind,
        text=block.text[part.start : part.end],
        spans=spans,
    )
