"""PDF, by pdfium: the text of each page, its columns in the order in which they are read.

The text of a page is pdfium's own, character for character, so that a span gives the page and the
range of characters on it. Where it goes through the columns of a page line by line, the lines are
taken apart and read column by column.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from retrieval.corpus.columns import Fragment, in_reading_order
from retrieval.corpus.furniture import running_lines
from retrieval.corpus.items import Heading, Item, Reading
from retrieval.corpus.lines import read_line
from retrieval.corpus.outline import outlined
from retrieval.corpus.readers import ReadLimits
from retrieval.corpus.rubbish import listed, rubbish
from retrieval.corpus.titles import title_of
from retrieval.errors import CorpusError
from retrieval.types import Span

_HEADING_SIZE = 1.15
"""Times the size of running text that a heading is set in, at least."""
_LONGEST_HEADING = 60
_NEW_PARAGRAPH = 2.0
"""Times its own height that a line stands below the one before, where a paragraph begins."""
_WIDE_GAP = 1.5
"""Times its height that two words of a line stand apart in different columns."""
_PARTED = "\ufffe"
"""What pdfium gives for a hyphen at the end of a line, and the line's end with it."""
_LINE = re.compile(f"[^\r\n\f\v{_PARTED}]+{_PARTED}?")
_UNSPOKEN = re.compile(r"[\W\d_]+")
_HEADS = 3
"""Running heads and feet that are named."""
_NO_TEXT = "no text (a picture?)"


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read a PDF file.

    Raises:
        CorpusError: It is encrypted, damaged, or all of its pages are pictures.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower()
        reason = "encrypted; save it without a password" if encrypted else f"damaged ({error})"
        raise CorpusError(reason) from None
    try:
        return _Book(document, limits).reading()
    finally:
        document.close()


class _Book:
    """Reads page after page."""

    def __init__(self, document: Any, limits: ReadLimits) -> None:
        self._document = document
        self._limits = limits
        self._text = ""
        self._starts: list[int] = []
        self._pages: list[list[Fragment]] = []
        self._unread: dict[str, list[int]] = {}

    def reading(self) -> Reading:
        """Read the whole."""
        texts: list[str] = []
        length = 0
        for number in range(min(len(self._document), self._limits.pages)):
            self._starts.append(length)
            text = self._read_page(number, length)
            texts += (text, "\f")
            length += len(text) + 1
            if length > self._limits.characters:
                break
        self._text = "".join(texts)
        if not any(self._pages):
            raise CorpusError(self._nothing())
        running = running_lines([[(line, self._cut(line)) for line in p] for p in self._pages])
        return Reading(
            text=self._text,
            items=tuple(self._titled(list(outlined(self._items(running))))),
            encoding="PDF",
            pages=tuple(self._starts),
            notes=(*self._notes(), *self._left_out(running)),
        )

    def _titled(self, items: list[Item]) -> Iterator[Item]:
        """The title that the file says it has stands above text that has none."""
        said = title_of(self._document.get_metadata_value("Title"))
        if said and not (items and isinstance(items[0], Heading)):
            yield Heading(1, said)
        yield from items

    def _read_page(self, number: int, start: int) -> str:
        try:
            page = self._document[number]
            characters = page.get_textpage()
        except Exception:  # pdfium gives no reason
            self._refuse(number, "damaged")
            return ""
        try:
            text = _text(characters)
            shown = text.replace(_PARTED, "-")
            reason = rubbish(shown) if text.strip() else _NO_TEXT
            if reason:
                self._refuse(number, reason)
            else:
                self._pages.append(_lines(characters, text, start))
            return shown
        finally:
            characters.close()
            page.close()

    def _refuse(self, number: int, reason: str) -> None:
        self._unread.setdefault(reason, []).append(number + 1)
        self._pages.append([])

    def _notes(self) -> tuple[str, ...]:
        notes = [f"pages {listed(pages)}: {reason}" for reason, pages in self._unread.items()]
        if len(self._pages) < len(self._document):
            notes.append(f"pages after {len(self._pages)} were not read: there are too many")
        return tuple(notes)

    def _nothing(self) -> str:
        if list(self._unread) == [_NO_TEXT]:
            return f"scanned: no text on its {len(self._document)} pages; run OCR over it first"
        return "; ".join(self._notes()) or "no pages"

    def _cut(self, line: Fragment) -> str:
        return self._text[line.span.start : line.span.end]

    def _left_out(self, running: frozenset[Fragment]) -> Iterator[str]:
        """The heads and feet that pages repeat, those of numbers alone aside."""
        texts = Counter(_UNSPOKEN.sub("", self._cut(line)) for line in running)
        repeated = [text for text, count in texts.most_common(_HEADS) if text and count > 1]
        if repeated:
            yield f"left out, for pages repeat it: {'; '.join(repeated)}"

    def _items(self, running: frozenset[Fragment]) -> Iterator[Item]:
        body = self._body_size()
        levels = self._levels(body)
        before: Fragment | None = None
        for page in self._pages:
            for line in page:
                if line in running:
                    continue
                level = self._level(line, body, levels)
                if level:
                    yield Heading(level, self._cut(line))
                else:
                    yield from read_line(line.span, self._cut(line), _begins(line, before))
                before = line if not level else None

    def _body_size(self) -> float:
        """The height that most characters are set in."""
        sizes: Counter[float] = Counter()
        for page in self._pages:
            for line in page:
                sizes[_rounded(line.height)] += line.span.end - line.span.start
        return sizes.most_common(1)[0][0]

    def _levels(self, body: float) -> dict[float, int]:
        """Levels of headings by the height that they are set in; the highest is the widest."""
        sizes = {
            _rounded(line.height)
            for page in self._pages
            for line in page
            if line.height > _HEADING_SIZE * body and len(self._cut(line)) <= _LONGEST_HEADING
        }
        return {size: min(at, 6) for at, size in enumerate(sorted(sizes, reverse=True), start=1)}

    def _level(self, line: Fragment, body: float, levels: dict[float, int]) -> int:
        text = self._cut(line)
        if len(text) > _LONGEST_HEADING or not any(char.isalpha() for char in text):
            return 0
        return levels.get(_rounded(line.height), 0) if line.height > _HEADING_SIZE * body else 0


def _text(characters: Any) -> str:
    """The text of a page; its characters are those that pdfium counts."""
    import pypdfium2.raw as pdfium

    count = characters.count_chars()
    text = characters.get_text_range() if count else ""
    if len(text) != count:
        codes = (pdfium.FPDFText_GetUnicode(characters, at) for at in range(count))
        text = "".join(
            chr(code) if code not in range(0xD800, 0xE000) else "\ufffd" for code in codes
        )
    return str(text)


def _lines(characters: Any, text: str, start: int) -> list[Fragment]:
    """The lines of a page, in reading order."""
    lines = [_fragment(characters, span, start) for span in _spans(text)]
    pieces = [
        _fragment(characters, span, start)
        for line in _spans(text)
        for span in _split(characters, text, line)
    ]
    ordered = in_reading_order(pieces)
    return lines if ordered is None else list(_rejoined(ordered, text, start))


def _rejoined(pieces: list[Fragment], text: str, start: int) -> Iterator[Fragment]:
    """Pieces that are read one after another on one line as one: a wide gap was a word's only."""
    last: Fragment | None = None
    for piece in pieces:
        if last is None:
            last = piece
        elif _only_spaces(text[last.span.end - start : piece.span.start - start]):
            last = Fragment(
                span=Span(last.span.start, piece.span.end),
                left=last.left,
                right=piece.right,
                bottom=last.bottom,
                top=last.top,
            )
        else:
            yield last
            last = piece
    if last is not None:
        yield last


def _only_spaces(between: str) -> bool:
    return bool(between) and not between.strip(" ")


def _spans(text: str) -> Iterator[Span]:
    """Lines as pdfium ends them, without the space around them."""
    for line in _LINE.finditer(text):
        inner = line.group().strip()
        if inner:
            at = line.start() + line.group().index(inner)
            yield Span(at, at + len(inner))


def _split(characters: Any, text: str, line: Span) -> Iterator[Span]:
    """The pieces of a line between wide gaps."""
    start = line.start
    for at in range(line.start, line.end):
        if text[at] != " " or at <= start or text[at - 1] == " ":
            continue
        after = at + 1
        while after < line.end and text[after] == " ":
            after += 1
        left, right = _box(characters, at - 1), _box(characters, after)
        if right.left - left.right > _WIDE_GAP * left.height or right.left < left.left:
            yield Span(start, at)
            start = after
    if start < line.end:
        yield Span(start, line.end)


def _fragment(characters: Any, span: Span, start: int) -> Fragment:
    first, last = _box(characters, span.start), _box(characters, span.end - 1)
    return Fragment(
        span=Span(start + span.start, start + span.end),
        left=min(first.left, last.left),
        right=max(first.right, last.right),
        bottom=first.bottom,
        top=first.top,
    )


def _box(characters: Any, at: int) -> Fragment:
    """Where a character stands: its em square, whose height is the size it is set in."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(characters, at, box)
    return Fragment(Span(at, at + 1), box.left, box.right, box.bottom, box.top)


def _begins(line: Fragment, before: Fragment | None) -> bool:
    """Whether a line begins a paragraph: it stands well below the one before."""
    if before is None:
        return True
    drop = before.bottom - line.bottom
    return drop > _NEW_PARAGRAPH * line.height


def _rounded(height: float) -> float:
    return round(height * 2) / 2
