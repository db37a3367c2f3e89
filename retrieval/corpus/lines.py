"""Decoded text -> its lines, each with what it is: heading, byline, or text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.text import CJK
from retrieval.types import Span

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)\Z")
_FENCE = re.compile(r"(?:```|~~~)")
_BARE_NUMBER = re.compile(
    r"[\(（]?(?:\d{1,3}|[一二三四五六七八九十百]{1,3}|[ivxIVX]{1,5})[\)）.、．]?"
)
_NAME = rf"[{CJK}]{{2,4}}"
_ROLE = r"(?:作者|记者|本报记者|通讯员|执笔|撰文|文|撰稿|本刊记者|特约记者|见习记者)"
# (叶堂林 吴明桓 王雪莹), （作者：张三、李四）
# One word in brackets is no author unless it says so: （试行）, （草案）.
_AUTHORS = re.compile(
    rf"[（(]\s*(?:{_ROLE}[:： ]\s*{_NAME}(?:[\s、,，]+{_NAME})*"
    rf"|{_NAME}(?:[\s、,，]+{_NAME})+)\s*[)）]"
)
# 本报讯 韩梅 “…, 新华社北京5月1日电（记者 张三）…, 本报记者 李四 …
_DATELINE = re.compile(
    rf"(?:(?:本报|本网|本刊|新华社|新华网|中新社|中新网|央视网)[^\s，。,“”]{{0,16}}?(?:讯|电)"
    rf"(?:\s*[（(]\s*{_ROLE}?[:： ]?\s*{_NAME}(?:[\s、]+{_NAME})*\s*[)）]"
    rf"|\s+(?:{_ROLE}\s*)?{_NAME}(?:[\s、]+{_NAME}){{0,3}}(?=\s))?"
    rf"|{_ROLE}[\s:：]+{_NAME}(?:[\s、]+{_NAME}){{0,5}}(?=\s|\Z))\s*"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line; ``level`` 1 is the widest."""

    level: int
    text: str

    @property
    def is_bare_number(self) -> bool:
        """Whether it only counts: «1», «（二）». Such a heading belongs to the next one."""
        return _BARE_NUMBER.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of running text."""

    span: Span
    text: str
    after_blank: bool
    """Whether a blank line stands before it."""


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote it; ``closes`` where it ends an article instead of opening one."""

    span: Span
    text: str
    closes: bool


def read_lines(text: str) -> Iterator[Heading | Byline | Line]:
    """Read a text line by line; blank lines are only remembered."""
    after_blank = True
    fenced = False
    for span in _trimmed_lines(text):
        line = text[span.start : span.end]
        if _FENCE.match(line):
            fenced = not fenced
            after_blank = True
        elif not line:
            after_blank = True
        elif fenced:
            yield Line(span, line, after_blank=True)
        elif heading := _HEADING.match(line):
            title = heading[2].rstrip("# \t").lstrip()
            if title:
                yield Heading(len(heading[1]), title)
            after_blank = True
        elif _AUTHORS.fullmatch(line):
            yield Byline(span, line, closes=True)
            after_blank = True
        else:
            yield from _text_line(span, line, after_blank)
            after_blank = False


def _text_line(span: Span, line: str, after_blank: bool) -> Iterator[Byline | Line]:
    dateline = _DATELINE.match(line) if after_blank else None
    if dateline:
        length = len(dateline.group().rstrip())
        yield Byline(Span(span.start, span.start + length), line[:length], closes=False)
        span = Span(span.start + dateline.end(), span.end)
    if span.start < span.end:
        yield Line(span, line[len(line) - (span.end - span.start) :], after_blank)


def _trimmed_lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip()) if stripped else 0
        yield Span(start + indent, start + indent + len(stripped))
        start += len(line)
