"""Text put together from a format that is more than text, with what each piece of it is."""

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.corpus.items import Heading, Item, Line, Reading
from retrieval.corpus.lines import read_line
from retrieval.types import Kind, Span

_SPACE = re.compile(r"[ \t\r\n\v\f\xa0]+")
_SIGNS = "：:？?。.!！"


class TextBuilder:
    """Grows a text line by line; equal calls give equal text, so every span can be cut again."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._items: list[Item] = []
        self._pages: list[int] = []
        self.notes: list[str] = []

    @property
    def length(self) -> int:
        """Characters so far."""
        return self._length

    def page(self) -> None:
        """Begin a page."""
        self._pages.append(self._length)

    def heading(self, level: int, text: str, *, opens: bool = True) -> None:
        """Add a heading; level 1 is the widest; ``opens``: whether an article may begin there."""
        text = squeeze(text)
        if text:
            self._add(text)
            self._items.append(Heading(min(max(level, 1), 6), text, opens))

    def paragraph(self, text: str) -> None:
        """Add a paragraph; a format that knows its paragraphs is believed: none is joined."""
        text = squeeze(text)
        if text:
            for item in read_line(self._add(text), text, after_blank=True):
                self._items.append(replace(item, alone=True) if isinstance(item, Line) else item)

    def entry(self, text: str) -> None:
        """Add an entry of a list."""
        self._alone(squeeze(text), Kind.PARAGRAPH)

    def row(self, names: Sequence[str], cells: Sequence[str]) -> None:
        """Add a row of a table as «column: value; column: value»; empty cells are left out."""
        named = [
            (squeeze(names[at]) if at < len(names) else "", squeeze(cell))
            for at, cell in enumerate(cells)
        ]
        parts = [_named(name, cell) for name, cell in named if cell]
        self._alone("；".join(parts), Kind.ROW)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Add a table; its first row names the columns, if there is another."""
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        if len(filled) < 2 or max(map(len, filled)) < 2:
            for row in filled:
                self.entry(" ".join(row))
            return
        for row in filled[1:]:
            self.row(filled[0], row)

    def reading(self, encoding: str) -> Reading:
        """What was put together."""
        return Reading(
            text="".join(self._pieces),
            items=tuple(self._items),
            encoding=encoding,
            pages=tuple(self._pages),
            notes=tuple(self.notes),
        )

    def _alone(self, text: str, kind: Kind) -> None:
        if text:
            span = self._add(text)
            entry = kind is Kind.PARAGRAPH
            self._items.append(
                Line((span,), text, after_blank=True, alone=True, kind=kind, entry=entry)
            )

    def _add(self, text: str) -> Span:
        start = self._length
        self._pieces += (text, "\n")
        self._length += len(text) + 1
        return Span(start, start + len(text))


def squeeze(text: str) -> str:
    """Make every run of space, of whatever kind, one space."""
    return _SPACE.sub(" ", text).strip()


def _named(name: str, cell: str) -> str:
    if not name or name == cell:
        return cell
    return f"{name}{' ' if name.endswith(tuple(_SIGNS)) else ': '}{cell}"
