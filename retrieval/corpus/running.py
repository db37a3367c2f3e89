"""Running heads and feet in text that has no pages left: lines that part sentences again and again.

To be repeated is no reason to be dropped: «营业时间» may stand above twenty shops. A line is
furniture where it stands in the middle of a sentence, and does so time after time.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence

from retrieval.corpus.furniture import PAGE_NUMBER
from retrieval.corpus.items import Item, Line
from retrieval.text import is_wide
from retrieval.types import Span

_FEWEST = 5
"""Sentences that a line parts at least."""
_SHARE = 0.5
"""Of the times that it stands there."""
_LONGEST = 40
_NUMBER = re.compile(r"\d+")
_STOPS = tuple("。！？!?.…:：;；”’」』）)》】\"'")
_PAUSE = re.compile(r"[，。、；,.;]")
_COUNTED = re.compile(r"第|[\d一二三四五六七八九十]{1,3}[、．.)）]")
"""How an entry of a list begins, or a heading."""
_NO_PROSE = re.compile(r"[{}=<>|$#\\_`]|\w\(")
"""What stands in programs, tables and formulas."""
_PROSE = 12
"""Characters of a line of running text, at least."""
_ENDED_SHARE = 0.4
_FULL_SHARE = 0.8
_NARROWEST = 20


def without_running(
    items: Sequence[Item], code: Container[Span] = ()
) -> tuple[list[Item], tuple[str, ...]]:
    """Leave out the lines that part sentences time after time, whatever number stands in them.

    Args:
        items: What a text is made of.
        code: Where lines of programs stand; they stay.

    Returns:
        What is left, and a note of what was left out.
    """
    keys = [_key(item, code) for item in items]
    counts = Counter(key for key in keys if key)
    if not any(count >= _FEWEST for count in counts.values()):
        return list(items), ()
    parted: Counter[str] = Counter()
    full = _full_line(items)
    for start, end in _runs(keys, counts):
        if start > 0 and end < len(items) and _is_parted(items[start - 1], items[end], full):
            parted.update(set(keys[start:end]))
    running = {key for key, n in parted.items() if n >= max(_FEWEST, _SHARE * counts[key])}
    if not running:
        return list(items), ()
    left = [item for item, key in zip(items, keys, strict=True) if key not in running]
    named = "; ".join(key for key, _ in counts.most_common() if key in running)
    return left, (f"left out, for it parts sentences again and again: {named}",)


def _key(item: Item, code: Container[Span]) -> str:
    """What a line has in common with those of other pages; ``""`` for a sentence."""
    if not isinstance(item, Line) or item.alone or len(item.text) > _LONGEST:
        return ""
    text = item.text
    if not PAGE_NUMBER.fullmatch(text):
        is_head = text[0].isalnum() and not text.endswith(_STOPS) and not _COUNTED.match(text)
        if not is_head or item.spans[0] in code:
            return ""
    return _NUMBER.sub("#", text)


def _runs(keys: Sequence[str], counts: Counter[str]) -> Iterator[tuple[int, int]]:
    """Where repeated lines stand, one under another: a foot, a number, a head."""
    start = None
    for at, key in enumerate((*keys, "")):
        is_repeated = counts[key] >= _FEWEST if key else False
        if is_repeated and start is None:
            start = at
        elif not is_repeated and start is not None:
            yield start, at
            start = None


def _full_line(items: Sequence[Item]) -> float:
    """How long a line is that breaks off a sentence.

    Any will do where people end their lines with a stop; else only one that fills the width that
    the text is set in, if it is: many write lists and notes without stops.
    """
    lines = [item.text for item in items if isinstance(item, Line) and len(item.text) >= _PROSE]
    if sum(line.endswith(_STOPS) for line in lines) >= _ENDED_SHARE * len(lines):
        return 0
    width = sorted(map(len, lines))[int(0.9 * len(lines))]
    return _FULL_SHARE * max(width, _NARROWEST)


def _is_parted(before: Item, after: Item, full: float) -> bool:
    """Whether a sentence breaks off in one line, and goes on in the other."""
    if not isinstance(before, Line) or not isinstance(after, Line) or before.alone or after.alone:
        return False
    if len(before.text) < full or before.text.endswith(_STOPS):
        return False
    if min(len(before.text), len(after.text)) < _PROSE:
        return False
    if _NO_PROSE.search(before.text) or _NO_PROSE.search(after.text):
        return False
    first, last = after.text[0], before.text[-1]
    goes_on = first.isalpha() and not first.isupper() and is_wide(first) == is_wide(last)
    return goes_on and bool(_PAUSE.search(before.text) or _PAUSE.search(after.text))
