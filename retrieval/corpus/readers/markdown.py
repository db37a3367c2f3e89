"""Markdown, by markdown-it-py: every piece of text keeps its place in the file, markup left out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.token import Token

from retrieval.corpus.encodings import decode
from retrieval.corpus.items import Heading, Item, Line, Reading
from retrieval.corpus.lines import read_line, trimmed_lines
from retrieval.corpus.readers import ReadLimits
from retrieval.corpus.running import without_running
from retrieval.types import Kind, Span

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title[ \t]*:[ \t]*[\"']?(.+?)[\"']?[ \t]*\r?$", re.MULTILINE)
_MARKUP = re.compile(r"[*_`\[<~\\!]")
_TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1>|<[a-zA-Z/!][^<>]*>", re.DOTALL | re.IGNORECASE
)
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)
_HIDDEN = {
    "image": re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?"),
    "link_close": re.compile(r"\](?:\([^)]*\)|\[[^\]]*\])?|>"),
    "html_inline": _TAG,
}
"""What is never shown, and where it ends."""
_FENCES = ("```", "~~~")


@cache
def _parser() -> MarkdownIt:
    # What stands within a line is parsed only where there is markup in it.
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("inline")
    parser.block.ruler.at("reference", _reference)
    return parser


def _reference(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Where a link leads; a footnote, ``[^1]: …``, would pass for it."""
    start = state.bMarks[first] + state.tShift[first]
    is_note = state.src.startswith("[^", start)
    return not is_note and reference(state, first, last, silent)


def _marks_of_notes(text: str) -> re.Pattern[str] | None:
    """What finds the marks of those footnotes that a text has."""
    names = "|".join(map(re.escape, {note[1] for note in _NOTE.finditer(text)}))
    if not names:
        return None
    return re.compile(rf"^ {{0,3}}\[\^(?:{names})\]:[ \t]*|\[\^(?:{names})\]", re.MULTILINE)


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read a Markdown file."""
    text, encoding = decode(raw)
    walk = _Walk(text)
    items, notes = without_running(list(walk.items()), walk.code)
    return Reading(text, tuple(items), encoding, notes=notes)


class _Walk:
    """Goes through the blocks of a file, and finds each in its text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = list(trimmed_lines(text))
        self._notes = _marks_of_notes(text)
        self.code: set[Span] = set()
        """Lines of programs, once they are read."""
        self._level = 0
        self._entries = 0
        self._header: tuple[Span, ...] | None = None
        self._table = False

    def items(self) -> Iterator[Item]:
        """What the file is made of, in order."""
        front = _FRONT_MATTER.match(self._text)
        skipped = len(front.group().splitlines()) if front else 0
        lines = self._text.splitlines()
        tokens = _parser().parse("\n".join([""] * skipped + lines[skipped:]))
        title = _TITLE.search(front.group(1)) if front else None
        if title and not any(token.type == "heading_open" for token in tokens[:1]):
            yield Heading(1, title[1])
        for token in tokens:
            yield from self._read(token)

    def _read(self, token: Token) -> Iterator[Item]:
        match token.type:
            case "inline":
                yield from self._read_inline(token)
            case "tr_open" if self._header is not None:
                yield from self._row(token)
            case "fence" | "code_block":
                yield from self._code(token)
            case "html_block":
                yield from self._html(token)
            case _:
                self._enter(token)

    def _enter(self, token: Token) -> None:
        """Remember what the next blocks stand in."""
        match token.type:
            case "heading_open":
                self._level = int(token.tag[1])
            case "heading_close":
                self._level = 0
            case "list_item_open" | "list_item_close":
                self._entries += token.nesting
            case "table_open" | "table_close":
                self._table = token.nesting > 0
                self._header = None
            case "tbody_open":
                self._header = self._names((token.map or (0, 0))[0] - 2)

    def _read_inline(self, token: Token) -> Iterator[Item]:
        if self._table:
            return  # its rows are read whole
        if self._level:
            yield from self._heading(token)
        elif self._entries:
            yield from self._entry(token)
        else:
            yield from self._paragraph(token)

    def _heading(self, token: Token) -> Iterator[Heading]:
        shown = (self._cut(self._shown(*line)) for line in self._placed(token))
        text = " ".join(" ".join(shown).split())
        if text:
            yield Heading(self._level, text)

    def _entry(self, token: Token) -> Iterator[Line]:
        spans = tuple(span for line in self._placed(token) for span in self._shown(*line))
        if spans:
            yield Line(spans, self._cut(spans), after_blank=True, alone=True, entry=True)

    def _paragraph(self, token: Token) -> Iterator[Item]:
        for number, (span, line) in enumerate(self._placed(token)):
            for item in read_line(span, line, after_blank=number == 0):
                if not isinstance(item, Line):
                    yield item
                elif spans := self._shown(item.spans[0], item.text):
                    yield Line(spans, self._cut(spans), item.after_blank)

    def _shown(self, span: Span, line: str) -> tuple[Span, ...]:
        """The pieces of a line that are shown."""
        pieces = _without_markup(span, line)
        if self._notes is None:
            return pieces
        marks = [
            Span(mark.start(), mark.end())
            for piece in pieces
            for mark in self._notes.finditer(self._text, piece.start, piece.end)
        ]
        return tuple(left for piece in pieces for left in _outside(piece, marks))

    def _placed(self, token: Token) -> Iterator[tuple[Span, str]]:
        """The lines of a block, each where its own text stands, without marks before it."""
        first, last = token.map or (0, 0)
        contents = (content.strip() for content in token.content.split("\n"))
        for span, content in zip(self._lines[first:last], contents, strict=False):
            at = self._text.find(content, span.start, span.end)
            if content and at >= 0:
                yield Span(at, at + len(content)), content

    def _code(self, token: Token) -> Iterator[Line]:
        first, last = token.map or (0, 0)
        fences = (first, last - 1) if token.type == "fence" else ()
        for number in range(first, last):
            span = self._lines[number]
            line = self._cut((span,))
            if line and not (number in fences and line.startswith(_FENCES)):
                self.code.add(span)
                yield Line((span,), line, after_blank=True)

    def _html(self, token: Token) -> Iterator[Line]:
        first, last = token.map or (0, 0)
        whole = Span(self._lines[first].start, self._lines[last - 1].end)
        found = _TAG.finditer(self._text, whole.start, whole.end)
        tags = [Span(tag.start(), tag.end()) for tag in found]
        for line in self._lines[first:last]:
            for piece in map(self._trimmed, _outside(line, tags)):
                if piece.start < piece.end:
                    yield Line((piece,), self._cut((piece,)), after_blank=True, alone=True)

    def _row(self, token: Token) -> Iterator[Line]:
        cells = self._cells((token.map or (0, 0))[0])
        if cells.start < cells.end:
            spans = (*(self._header or ()), cells)
            yield Line(spans, self._cut((cells,)), after_blank=True, alone=True, kind=Kind.ROW)

    def _names(self, number: int) -> tuple[Span, ...]:
        """The line that names a table's columns, with its end: the row begins a line of its own."""
        cells = self._cells(number)
        end = self._text.find("\n", cells.end)
        return (cells, Span(end, end + 1)) if cells.start < cells.end and end >= 0 else ()

    def _cells(self, number: int) -> Span:
        """A line of a table, without the bars around it."""
        span = self._lines[number]
        line = self._cut((span,))
        inner = line.strip("|> \t")
        at = span.start + line.find(inner)
        return Span(at, at + len(inner))

    def _trimmed(self, span: Span) -> Span:
        text = self._text[span.start : span.end]
        start = span.start + len(text) - len(text.lstrip())
        return Span(start, start + len(text.strip()))

    def _cut(self, spans: Sequence[Span]) -> str:
        return "".join(self._text[span.start : span.end] for span in spans)


def _without_markup(span: Span, line: str) -> tuple[Span, ...]:
    """The pieces of a line that are shown, marks of emphasis, links and the like left out."""
    if not _MARKUP.search(line):
        return (span,)
    tokens: list[Token] = []
    _parser().inline.parse(line, _parser(), {}, tokens)
    pieces: list[Span] = []
    at = 0
    for token in tokens:
        shown = token.markup if token.info == "entity" else token.content
        if token.type in _HIDDEN:
            hidden = _HIDDEN[token.type].search(line, at)
            at = hidden.end() if hidden else at
        elif shown and (found := line.find(shown, at)) >= 0:
            at = found + len(shown)
            pieces.append(Span(span.start + found, span.start + at))
    return tuple(_merged(pieces))


def _merged(pieces: Iterable[Span]) -> Iterator[Span]:
    """Pieces that touch as one."""
    last: Span | None = None
    for piece in pieces:
        if last and last.end == piece.start:
            last = Span(last.start, piece.end)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _outside(line: Span, tags: Sequence[Span]) -> Iterator[Span]:
    """What of a line stands in no tag."""
    start = line.start
    for tag in tags:
        if tag.end <= start or tag.start >= line.end:
            continue
        if start < tag.start:
            yield Span(start, tag.start)
        start = max(start, tag.end)
    if start < line.end:
        yield Span(start, line.end)
