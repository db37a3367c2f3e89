"""Headings that plain text shows by how they are numbered, and by standing alone.

In texts of every format the articles of a law are found and cited by their number: «第三条
经营者应当…» stands under 第三条.
"""

import re
from collections.abc import Iterable, Iterator

from retrieval.corpus.items import Byline, Heading, Item, Line

_NUMBER = "[一二三四五六七八九十百千零〇两0-9０-９]{1,7}"
_ARTICLE = re.compile(rf"(第{_NUMBER}条(?:之[一二三四五六七八九十])?)(?=[\s\u3000:：【(（]|\Z)")
_ARTICLE_LEVEL = 8
# From the widest to the most specific; 1.2.3 is as deep as it has numbers.
_NUMBERED = (
    (2, re.compile(rf"第{_NUMBER}[编篇卷部]")),
    (2, re.compile(r"(?:Part|Chapter)\s+(?:\d+|[IVX]+)\b", re.IGNORECASE)),
    (3, re.compile(rf"第{_NUMBER}[章回讲]")),
    (4, re.compile(rf"第{_NUMBER}节")),
    (3, re.compile("[一二三四五六七八九十]{1,3}[、．.]")),
    (4, re.compile("[(（][一二三四五六七八九十]{1,3}[)）]")),
    (5, re.compile(r"\d{1,2}[、．](?!\d)|\d{1,2}\.(?!\d)")),
    (6, re.compile(r"\d{1,2}\.\d{1,2}(?![\d.])")),
    (7, re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}(?![\d.])")),
)
_STOPS = tuple("。！？!?…;；,，:：、")
_LONGEST_WIDE = 30
"""Characters of a heading in Chinese; others take about twice as many."""
_LONGEST_NUMBERED = 40
_CAPTION = re.compile(r"(?:图|表|附图|附表|Fig(?:ure)?\.?|Table)\s*\d", re.IGNORECASE)
_DATE = re.compile(r"[\d一二三四五六七八九十〇零○年月日号\s./-]+")
_DATED = re.compile(
    r".*(?:\d{4}|[一二三四五六七八九〇零○]{4})(?:年\S{1,2}月(?:\S{1,3}[日号])?|([./-])\d\d?\1\d\d?)"
    r"(?:\s*\d\d?[:：]\d\d)?"
)
"""A line that ends in a date: who published it, and when."""


def outlined(items: Iterable[Item]) -> Iterator[Item]:
    """Find headings among the lines of a plain text."""
    read = list(items)
    marked = any(isinstance(item, Heading) for item in read)
    yield from read if marked else _recognised(read)


def is_caption(line: str) -> bool:
    """Whether a short line names a figure or a table: «图3 民宿的分布»."""
    return len(line) <= _LONGEST_NUMBERED and _CAPTION.match(line) is not None


def with_articles(items: Iterable[Item]) -> Iterator[Item]:
    """Head each article of a law by its number; the number stays in the text too."""
    for item in items:
        if isinstance(item, Line) and (article := _ARTICLE.match(item.text)):
            yield Heading(_ARTICLE_LEVEL, article[1], opens=False)
        yield item


def _recognised(items: list[Item]) -> Iterator[Item]:
    for at, item in enumerate(items):
        before = items[at - 1] if at else None
        after = items[at + 1] if at + 1 < len(items) else None
        if isinstance(item, Line) and (level := _level(item, before, after)):
            yield Heading(level, item.text.strip(), opens=level == 1)
        else:
            yield item


def _level(line: Line, before: Item | None, after: Item | None) -> int:
    """The level of the heading that a line is; 0 for running text."""
    if line.alone or line.text.endswith(_STOPS) or not isinstance(after, Line | Byline):
        return 0
    numbered = _numbered(line.text)
    if numbered:
        # Lines numbered alike, one under another, are a list.
        neighbours = (item for item in (before, after) if isinstance(item, Line))
        alike = any(_numbered(item.text) == numbered and _is_short(item) for item in neighbours)
        ended = before is None or line.after_blank or _ended(before)
        return 0 if alike or not ended or len(line.text) > _LONGEST_NUMBERED else numbered
    if not line.after_blank or not _stands_alone(line, after):
        return 0
    return 1 if before is None else 2


def _numbered(text: str) -> int:
    return next((level for level, pattern in _NUMBERED if pattern.match(text)), 0)


def _is_short(line: Line) -> bool:
    return len(line.text) <= _LONGEST_NUMBERED and not line.text.endswith(_STOPS)


def _ended(item: Item) -> bool:
    return not isinstance(item, Line) or item.text.endswith((*_STOPS, "”", "」", "）", ")", "."))


def _stands_alone(line: Line, after: Line | Byline) -> bool:
    """Whether a short line without a stop stands over a longer paragraph of its own."""
    text = line.text
    width = sum(1 if char > "\u2e80" else 0.5 for char in text)
    if width > _LONGEST_WIDE or is_caption(text):
        return False
    if _DATE.fullmatch(text) or _DATED.fullmatch(text):
        return False
    if text.endswith((".", "”", "」", '"', ")", "）")) or not any(char.isalpha() for char in text):
        return False
    if isinstance(after, Byline):
        return True
    leads = len(after.text) > 2 * len(text) or after.text.endswith(_STOPS) or _numbered(after.text)
    return after.after_blank and bool(leads or _DATED.fullmatch(after.text))
