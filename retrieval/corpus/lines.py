"""Plain text -> its lines, each with what it is: heading, byline, table row, or running text."""

import re
from collections.abc import Iterator

from retrieval.corpus.items import Byline, Heading, Item, Line
from retrieval.text import CJK
from retrieval.types import Span

_MARKED_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)\Z")
_FENCE = re.compile(r"(?:```|~~~)")
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

# - 身份证, 1、台灯, （一）…, ① …; but neither -5 度 nor 5、6月
ENTRY = re.compile(
    r"[-*] |[•·●■◆○]|[①-⑳]|\d{1,2}(?:[、．)）](?!\d)|\. )"
    r"|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[一二三四五六七八九十]{1,3}、"
)
"""How a line begins that is an entry of a list."""


def read_lines(text: str) -> Iterator[Item]:
    """Read a text line by line; blank lines are only remembered."""
    after_blank = True
    fenced = False
    for span in trimmed_lines(text):
        line = text[span.start : span.end]
        if _FENCE.match(line):
            fenced = not fenced
            after_blank = True
        elif not line:
            after_blank = True
        elif fenced:
            yield Line((span,), line, after_blank=True)
        elif heading := _MARKED_HEADING.match(line):
            title = heading[2].rstrip("# \t").lstrip()
            if title:
                yield Heading(len(heading[1]), title)
            after_blank = True
        else:
            yield from read_line(span, line, after_blank)
            after_blank = bool(_AUTHORS.fullmatch(line))


def read_line(span: Span, line: str, after_blank: bool) -> Iterator[Byline | Line]:
    """Tell who wrote it, where a line begins with that, from running text."""
    if _AUTHORS.fullmatch(line):
        yield Byline(span, line, closes=True)
        return
    dateline = _DATELINE.match(line) if after_blank else None
    if dateline:
        length = len(dateline.group().rstrip())
        yield Byline(Span(span.start, span.start + length), line[:length], closes=False)
        span = Span(span.start + dateline.end(), span.end)
    if span.start < span.end:
        text = line[len(line) - (span.end - span.start) :]
        yield Line((span,), text, after_blank, entry=ENTRY.match(text) is not None)


def trimmed_lines(text: str) -> Iterator[Span]:
    """Where each line stands, without the space around it."""
    start = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip()) if stripped else 0
        yield Span(start + indent, start + indent + len(stripped))
        start += len(line)
