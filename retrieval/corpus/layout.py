"""A source file -> its articles, each a `Document` of whole paragraphs under its headings.

Printed pages are scanned column by column: a sentence may be torn apart by blank lines, and an
article may begin under a heading of any level. What is relied on:

- a heading directly above a wider one is the column that both stand under;
- an authors' line in brackets ends an article, so the next heading opens another;
- a heading as wide as the article's own opens another;
- a heading that is a bare number belongs to the heading after it;
- a paragraph that stops in mid-sentence goes on in the next;
- the entries of a list belong together, and to the sentence with a colon above them.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath

from retrieval.corpus.items import Byline, Heading, Item, Line
from retrieval.corpus.lines import read_lines
from retrieval.corpus.mending import HYPHENS, Mended
from retrieval.corpus.outline import is_caption, with_articles
from retrieval.text import is_wide
from retrieval.types import Block, Document, Kind, SourceFile, Span

_STOPS = tuple("。！？!?.…:：;；”’」』）)》】\"'")
_LIST_MARKS = tuple("-*•·●■◆○|>#")
_COLONS = ("：", ":")
_BARE_NUMBER = re.compile(
    r"[\(（]?(?:\d{1,3}|[一二三四五六七八九十百]{1,3}|[ivxIVX]{1,5})[\)）.、．]?"
)
_LAST_WORD = re.compile(rf"(?<![^\s(\"'])[^\W\d_]{{2,}}[{re.escape(HYPHENS)}]\Z")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"\b([^\W\d_]{2,})[-\u2010]([^\W\d_]{2,})\b")
_WHOLE = ("self", "well")
"""What is hardly ever the first part of a word that is written as one."""
_SHORT_LINE = 12
"""A line of fewer characters may be a caption or an entry of a list: nothing is joined to it."""


@dataclass(slots=True)
class _Article:
    title: str
    level: int
    column: str
    blocks: list[Block] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    closed: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(heading.text for heading in self.headings)

    def enter(self, heading: Heading) -> None:
        kept = [above for above in self.headings if above.level < heading.level]
        self.headings = [*kept, heading]


def read_documents(source: SourceFile, items: Iterable[Item] | None = None) -> list[Document]:
    """Find the articles of a file; a file without headings is one article named after it.

    Args:
        source: The file.
        items: What its text is made of; found by its lines if not given.
    """
    found = read_lines(source.text) if items is None else items
    articles = _Reader(source, list(with_articles(found))).read()
    return [_document(source, article, index) for index, article in enumerate(articles)]


def _document(source: SourceFile, article: _Article, index: int) -> Document:
    identity = f"{source.digest}\n{source.path}\n{index}"
    return Document(
        id=hashlib.sha256(identity.encode()).hexdigest()[:12],
        source=source,
        title=article.title,
        column=article.column,
        blocks=tuple(article.blocks),
    )


class _Reader:
    """Walks over the lines of one file, and keeps what the next line depends on."""

    def __init__(self, source: SourceFile, items: Sequence[Item]) -> None:
        self.source = source
        self.items = items
        self.articles: list[_Article] = []
        self.pending: list[Heading] = []
        self.lines: list[Line] = []

    def read(self) -> list[_Article]:
        for item in self.items:
            if isinstance(item, Line):
                self._open_pending()
                self._read_text(item)
                continue
            self._flush()
            if isinstance(item, Heading):
                self.pending.append(item)
            else:
                self._open_pending()
                self._read_byline(item)
        self._flush()
        return [article for article in self.articles if article.blocks]

    def _read_text(self, line: Line) -> None:
        if line_end := self._line_end_before(line):
            self.lines[-1] = replace(self.lines[-1], spans=(*self.lines[-1].spans, line_end))
        elif self.lines and not self._goes_on(line):
            self._flush()
        elif self.lines and self._parts_word(self.lines[-1].text, line):
            self.lines[-1] = _without_hyphen(self.lines[-1])
        self.lines.append(line)

    def _line_end_before(self, line: Line) -> Span | None:
        """The line end that parts an entry of a list from the one before, or from its sentence.

        Nothing where the line is no entry, or begins a list that no sentence announces.
        """
        if not self.lines or not line.entry:
            return None
        before = self.lines[-1]
        if not (before.text.endswith(_COLONS) or any(each.entry for each in self.lines)):
            return None
        if self._page(before.spans) != self._page(line.spans):
            return None
        at = self.source.text.find("\n", before.spans[-1].end, line.spans[0].start)
        return Span(at, at + 1) if at >= 0 else None

    def _goes_on(self, line: Line) -> bool:
        """Whether the line continues the sentence that the paragraph so far broke off."""
        before = self.lines[-1]
        last = before.text
        if before.alone or line.alone or is_caption(last) or is_caption(line.text):
            return False
        if last.endswith(_STOPS) or line.text.startswith(_LIST_MARKS) or line.entry:
            return False
        if len(last) < _SHORT_LINE or last.startswith(_LIST_MARKS):
            return False
        if not line.after_blank:
            return True
        return is_wide(last[-1]) == is_wide(line.text[0]) and not line.text[0].isupper()

    def _parts_word(self, before: str, line: Line) -> bool:
        """Whether a hyphen at a line's end parts a word: «exam-», «ple»; not «well-», «known»."""
        word = _LAST_WORD.search(before)
        if not word or line.after_blank or not line.text[:1].islower():
            return False
        first = word.group()[:-1].lower()
        rest = _FIRST_WORD.match(line.text)
        return first not in _WHOLE and (first, rest[0] if rest else "") not in self._compounds

    @cached_property
    def _compounds(self) -> frozenset[tuple[str, str]]:
        """Words that the file writes with a hyphen in the middle of a line."""
        lines = (item.text for item in self.items if isinstance(item, Line))
        found = (word for line in lines for word in _COMPOUND.finditer(line))
        return frozenset((word[1].lower(), word[2]) for word in found)

    def _read_byline(self, byline: Byline) -> None:
        article = self._article()
        spans = (byline.span,)
        block = Block(byline.text, spans, (), Kind.BYLINE, self._page(spans))
        article.blocks.append(block)
        article.closed = byline.closes

    def _flush(self) -> None:
        if not self.lines:
            return
        spans = _touching_joined(span for line in self.lines for span in line.spans)
        mended = Mended.of(self.source.text, spans)
        article = self._article()
        block = Block(
            mended.text, mended.spans, article.path, self.lines[0].kind, self._page(spans)
        )
        article.blocks.append(block)
        self.lines = []

    def _page(self, spans: tuple[Span, ...]) -> int | None:
        """The page that text begins on, from 1."""
        if not self.source.pages:
            return None
        return bisect_right(self.source.pages, spans[0].start)

    def _article(self) -> _Article:
        if not self.articles:
            title = PurePosixPath(self.source.path).stem
            self.articles.append(_Article(title, level=0, column=""))
        return self.articles[-1]

    def _open_pending(self) -> None:
        """Enter the headings read since the last text, opening a new article where one begins."""
        headings = _join_numbers(self.pending)
        self.pending = []
        while headings:
            column = ""
            if self._is_column(headings):
                column, headings = headings[0].text, headings[1:]
            heading, *headings = headings
            if column or self._opens_article(heading):
                self.articles.append(_Article(heading.text, heading.level, column))
            else:
                self._article().enter(heading)

    def _is_column(self, headings: list[Heading]) -> bool:
        """Whether the first of these headings names the column that the next one stands in.

        Inside an article a heading above a wider one is only a section without text.
        """
        if len(headings) < 2 or headings[0].level <= headings[1].level:
            return False
        return not self.articles or self._opens_article(headings[1])

    def _opens_article(self, heading: Heading) -> bool:
        if not heading.opens:
            return False
        if not self.articles:
            return True
        article = self.articles[-1]
        return article.closed or heading.level <= max(article.level, 1)


def _without_hyphen(line: Line) -> Line:
    *spans, last = line.spans
    return replace(line, spans=(*spans, Span(last.start, last.end - 1)))


def _touching_joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start:
            span = Span(joined.pop().start, span.end)
        joined.append(span)
    return tuple(joined)


def _join_numbers(headings: list[Heading]) -> list[Heading]:
    """Drop headings that only count, where another follows: it takes their place and level."""
    joined: list[Heading] = []
    for heading in headings:
        if joined and _BARE_NUMBER.fullmatch(joined[-1].text):
            counted = joined.pop()
            heading = Heading(min(counted.level, heading.level), heading.text)
        joined.append(heading)
    return joined
