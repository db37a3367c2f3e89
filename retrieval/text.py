"""Text as it is compared: folding, terms, sentences.

Everything here keeps offsets true: `fold` maps each character to exactly one character, and
`sentences` and `clauses` return spans of the text they were given.
"""

import re
import unicodedata
from functools import cache
from operator import add

import opencc

from retrieval.types import Span

# Quotation marks and dashes differ by publisher, script and keyboard: one of each is enough.
_ALIKE = str.maketrans(
    "“”„‟«»「」『』《》〈〉‘’‚‛`´—–―‐‑−～〜·•・", '""""""""""""""' + "''''''" + "------~~···"
)

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_IS_CJK = re.compile(f"[{CJK}]")
_WIDE = re.compile(f"[{CJK}\u3000-\u303f\uff00-\uff60“”‘’…—]")

_WORD = re.compile(
    f"(?P<cjk>[{CJK}]+)"
    r"|(?P<latin>[^\W\d_]+(?:\d+)?|\d+(?:[a-z]+\d*)?)"
)
# Joined by signs that belong to codes, numbers and names: PPR-9087, 21.7%, 1+4, c++, node.js.
_COMPOUND = re.compile(r"\d+(?:\.\d+)?%|[a-z]+(?:\+\+|#)|[a-z0-9]+(?:[-+./:_&'][a-z0-9]+)+")
_NUMBER_UNIT = re.compile(rf"(?<![\d.])(\d++(?:\.\d++)?)([{CJK}])")

_CLOSERS = re.escape("”’」』）》】\"')]〉")
_SENTENCE_END = re.compile(rf"[。！？…]+[{_CLOSERS}]*|[!?.]+[{_CLOSERS}]*(?=\s|\Z|[{CJK}“「])|\n+")
# A full stop after these ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|vs|etc|e\.g|i\.e|cf|Fig|Inc|Ltd|Co|Jr|Sr|al))\.\Z"
)
_CLAUSE_END = re.compile(rf"[，；：,;:][{_CLOSERS}]*")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


class _FoldTable(dict[int, str]):
    """Folded form of a character, found when it is first met (a table of all costs 40 ms)."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _one(unicodedata.normalize("NFKC", char).lower(), char).translate(_ALIKE)
        if _IS_CJK.match(folded):
            folded = _one(_simplifier().convert(folded), folded)
        if folded.isspace() or unicodedata.category(char).startswith("C"):
            folded = "\n" if folded == "\n" else " "
        self[code] = folded
        return folded


def _one(candidate: str, fallback: str) -> str:
    return candidate if len(candidate) == 1 else fallback


_FOLD = _FoldTable()


def fold(text: str) -> str:
    """Return the text as it is compared, character for character.

    Full width becomes half width, upper case lower case, traditional simplified; quotation marks,
    dashes, spaces and control characters become one kind each. The result has the length of
    the input, so an offset in one is an offset in the other.
    """
    return text.translate(_FOLD)


def is_cjk(char: str) -> bool:
    """Whether the character is a Chinese one."""
    return _IS_CJK.match(char) is not None


def is_wide(char: str) -> bool:
    """Whether the character is Chinese, or punctuation that Chinese is set with."""
    return _WIDE.match(char) is not None


def terms(folded: str) -> list[str]:
    """Cut folded text into index terms, in order, with repetitions.

    Chinese gives its characters and pairs of neighbours: no dictionary knows every new name.
    Latin words, numbers and compounds of both (``ppr-9087``, ``21.7%``, ``1+4``) stay whole beside
    their parts, and a number is also joined to the unit after it (``35平``).
    """
    found: list[str] = []
    is_chinese = True
    for match in _WORD.finditer(folded):
        run = match.group()
        if match.lastgroup == "cjk":
            found.extend(run)
            found.extend(map(add, run, run[1:]))
        else:
            found.append(run)
            is_chinese = False
    if not is_chinese:  # else there is neither letter nor digit to be joined
        found.extend(match.group() for match in _COMPOUND.finditer(folded))
        found.extend(match.group() for match in _NUMBER_UNIT.finditer(folded))
    return found


def sentences(text: str) -> list[Span]:
    """Cut text at sentence ends; the spans touch neither surrounding spaces nor each other."""
    return _cut(text, _SENTENCE_END)


def clauses(text: str) -> list[Span]:
    """Cut text at commas, colons and semicolons."""
    return _cut(text, _CLAUSE_END)


def _cut(text: str, ends: re.Pattern[str]) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for match in ends.finditer(text):
        if _ABBREVIATION.search(text, max(start, match.end() - 8), match.end()):
            continue
        _append_trimmed(spans, text, start, match.end())
        start = match.end()
    _append_trimmed(spans, text, start, len(text))
    return spans


def _append_trimmed(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append(Span(start, end))
