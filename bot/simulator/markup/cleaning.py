"""What Telegram removes from a text before storing it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from bot.simulator.markup.entities import Mark

_REMOVED = frozenset("\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a")
_DIRECTION_RUN = re.compile("[\u200e\u200f]+")
_BLANK = re.compile(
    "[ \n\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufffc\ufeff\u00a0"
    "\U000e0000-\U000e007f]*"
)


def is_blank(text: str) -> bool:
    """Tell whether a text shows nothing: spaces, zero-width characters, marks of direction."""
    return _BLANK.fullmatch(text) is not None


def spoiled(text: str) -> str:
    """Return the characters of a text that Telegram removes or replaces, each once."""
    found = {c for c in text if c in _REMOVED or (c < " " and c != "\n")}
    return "".join(sorted(found))


def clean(text: str, marks: Sequence[Mark]) -> tuple[str, list[Mark]]:
    """Replace control characters by spaces and drop what Telegram drops."""
    kept = [character not in _REMOVED for character in text]
    place = [0, *accumulate(kept)]
    cleaned = "".join(
        " " if character < " " and character != "\n" else character
        for character, is_kept in zip(text, kept, strict=True)
        if is_kept
    )
    # A run of direction marks keeps only its last one; zero-width non-joiners fill the rest.
    cleaned = _DIRECTION_RUN.sub(lambda run: "\u200c" * (len(run[0]) - 1) + run[0][-1], cleaned)
    moved = [replace(m, start=place[m.start], end=place[m.end]) for m in marks]
    return cleaned, [mark for mark in moved if mark.end > mark.start]


def trim(text: str, marks: Sequence[Mark]) -> tuple[str, list[Mark]]:
    """Cut spaces and line breaks from both ends; a leading entity keeps its own."""
    text = text.rstrip(" \n")
    marks = [replace(m, end=min(m.end, len(text))) for m in marks if m.start < len(text)]
    limit = marks[0].start if marks else len(text)
    cut = min(len(text) - len(text.lstrip(" \n")), limit)
    return text[cut:], [replace(m, start=m.start - cut, end=m.end - cut) for m in marks]
