"""Text that is none: what fonts without a map, wrong encodings and damage leave behind."""

import re
from collections.abc import Sequence

from retrieval.corpus.encodings import is_misread

_SHARE = 0.1
"""Of the characters of a page, so many unreadable ones make it rubbish."""
_MOJIBAKE_SHARE = 0.05
_UNREADABLE = re.compile(
    "[\ufffd\ufffe\uffff\ue000-\uf8ff\U000f0000-\U0010fffd\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_GLYPH = re.compile(r"\(cid:\d+\)|/?g\d{2,5}(?=/|\s|\Z)|/[A-Z]\d{2,}(?=/)")
# UTF-8 taken for Windows-1252 or Latin-1, or for GBK (锟斤拷); empty memory (烫烫烫).
_TAIL = "[\x80-\xbf\u0152-\u0178\u2013-\u2122]"
_MOJIBAKE = re.compile(
    f"[\xc2-\xdf]{_TAIL}|[\xe0-\xef]{_TAIL}{{2}}|锟斤拷|烫烫|屯屯|[\xc0-\xff]{{4,}}"
)


def rubbish(text: str) -> str:
    """Why a text is not worth citing; ``""`` where it is."""
    length = len(text.strip())
    if not length:
        return ""
    garbled = sum(len(match.group()) for match in _MOJIBAKE.finditer(text))
    if garbled > _MOJIBAKE_SHARE * length:
        return f"garbled by a wrong encoding ({min(garbled / length, 1):.0%})"
    if is_misread(text):
        return "garbled by a wrong encoding"
    unreadable = len(_UNREADABLE.findall(text)) + sum(len(m.group()) for m in _GLYPH.finditer(text))
    if unreadable > _SHARE * length:
        return f"unreadable glyphs ({min(unreadable / length, 1):.0%})"
    return ""


def listed(numbers: Sequence[int]) -> str:
    """Numbers in order as people write them: «1-3, 7»."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
