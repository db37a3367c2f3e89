"""Untangles entities that overlap: Telegram stores none that cross or repeat themselves."""

from collections import deque
from collections.abc import Sequence

from bot.simulator.markup.entities import (
    CONTINUOUS,
    PREFORMATTED,
    QUOTES,
    SPLITTABLE,
    EntityType,
    Mark,
    sort_marks,
)


def untangle(marks: Sequence[Mark]) -> list[Mark]:
    """Return marks that nest properly: bold and the like are split, others dropped."""
    ordered = sort_marks(marks)
    if _is_proper(ordered):
        return ordered
    splittable, quotes, continuous = _by_kind(ordered)
    continuous, quotes = _without_overlaps(continuous), _without_overlaps(quotes)
    others = sort_marks([*_outside_or_inside(continuous, quotes), *quotes])
    return _split_and_join(splittable, others)


def add_automatic(marks: Sequence[Mark], found: Sequence[Mark]) -> list[Mark]:
    """Add automatic marks (sorted, not overlapping) wherever nothing else stands in the way."""
    if not found:
        return list(marks)
    splittable, quotes, continuous = _by_kind(marks)
    allowed = _outside_or_inside(found, quotes)
    free = [
        new
        for new in allowed
        if not any(new.start < old.end and old.start < new.end for old in continuous)
    ]
    return _split_and_join(splittable, sort_marks([*continuous, *free, *quotes]))


def _by_kind(marks: Sequence[Mark]) -> tuple[list[Mark], list[Mark], list[Mark]]:
    splittable = [mark for mark in marks if mark.type in SPLITTABLE]
    quotes = [mark for mark in marks if mark.type in QUOTES]
    others = [m for m in marks if m.type not in SPLITTABLE and m.type not in QUOTES]
    return splittable, quotes, others


def _is_proper(marks: Sequence[Mark]) -> bool:
    ends: dict[EntityType, int] = {}
    stack: list[Mark] = []
    for mark in marks:
        while stack and mark.start >= stack[-1].end:
            stack.pop()
        if stack and not _may_stand_inside(mark, stack):
            return False
        if mark.type in SPLITTABLE:
            if ends.get(mark.type, -1) >= mark.start:
                return False
            ends[mark.type] = mark.end
        stack.append(mark)
    return True


def _may_stand_inside(mark: Mark, parents: Sequence[Mark]) -> bool:
    types = {parent.type for parent in parents}
    if mark.end > parents[-1].end or mark.type in types or parents[-1].type in PREFORMATTED:
        return False
    if mark.type in QUOTES and types & QUOTES:
        return False
    if mark.type in PREFORMATTED and types - QUOTES:
        return False
    if (mark.type in CONTINUOUS or mark.type in QUOTES) and types & CONTINUOUS:
        return False
    return not types & set(SPLITTABLE)


def _without_overlaps(marks: Sequence[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in marks:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _outside_or_inside(marks: Sequence[Mark], quotes: Sequence[Mark]) -> list[Mark]:
    """Keep marks that lie wholly inside or wholly outside each quotation."""
    return [
        mark
        for mark in marks
        if not any(
            mark.start < quote.end
            and quote.start < mark.end
            and not (quote.start <= mark.start and mark.end <= quote.end)
            for quote in quotes
        )
    ]


def _split_and_join(splittable: Sequence[Mark], others: Sequence[Mark]) -> list[Mark]:
    if not splittable:
        return list(others)
    splitter = _Splitter(splittable)
    stack: list[Mark] = []
    for other in others:
        _leave(stack, splitter, other.start)
        splitter.advance(other.start)
        stack.append(other)
    _leave(stack, splitter, None)
    splitter.advance(None)
    return sort_marks([*others, *splitter.result])


def _leave(stack: list[Mark], splitter: "_Splitter", position: int | None) -> None:
    while stack and (position is None or position >= stack[-1].end):
        top = stack.pop()
        before = len(splitter.result)
        splitter.advance(top.end)
        if top.type in PREFORMATTED:
            # Code shows nothing but code: bold and the like inside it are forgotten.
            del splitter.result[before:]


class _Splitter:
    """Walks over bold, italic and the like; joins touching ones, cuts at given places."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._waiting = deque(marks)
        self._open: dict[EntityType, tuple[int, int]] = {}
        self.result: list[Mark] = []

    def advance(self, position: int | None) -> None:
        while self._waiting and (position is None or self._waiting[0].start < position):
            mark = self._waiting.popleft()
            span = self._open.get(mark.type)
            if span is not None and mark.start <= span[1]:
                self._open[mark.type] = (span[0], max(span[1], mark.end))
            else:
                self._flush(mark.start)
                self._open[mark.type] = (mark.start, mark.end)
        self._flush(position)

    def _flush(self, position: int | None) -> None:
        for kind in SPLITTABLE:
            start, end = self._open.get(kind, (0, 0))
            if not end or (position is not None and start >= position):
                continue
            if position is None or end <= position:
                self.result.append(Mark(kind, start, end))
                del self._open[kind]
            else:
                self.result.append(Mark(kind, start, position))
                self._open[kind] = (position, end)
