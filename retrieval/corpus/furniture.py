"""What every page of a book repeats, and nobody asks for: running heads, feet, page numbers."""

import re
from collections import Counter
from collections.abc import Sequence

from retrieval.corpus.columns import Fragment

_EDGE_LINES = 3
"""Lines at the top and at the bottom of a page that may be running heads and feet."""
_SHARE = 0.3
"""Of the pages that have a running head, so that left and right ones may differ."""
_FEWEST_PAGES = 3
_NUMBER = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_STOPS = tuple("。！？!?；;，,：:")
PAGE_NUMBER = re.compile(
    r"[\W_]*(?:第\s*)?(?:page\s*)?\d{1,4}\s*(?:页|版)?(?:\s*(?:/|of|共)\s*\d{1,4}\s*页?)?[\W_]*",
    re.IGNORECASE,
)
"""A line that is the number of a page."""


def running_lines(pages: Sequence[Sequence[tuple[Fragment, str]]]) -> frozenset[Fragment]:
    """Find the lines that pages have in common at their edges, but for the pages' numbers.

    Args:
        pages: The lines of each page with their text.
    """
    seen: Counter[str] = Counter()
    for number, page in enumerate(pages):
        seen.update({key for _, text in _edge(page) for key in _keys(text, number)})
    filled = sum(bool(page) for page in pages)
    enough = max(_FEWEST_PAGES, _SHARE * filled)
    found: set[Fragment] = set()
    for number, page in enumerate(pages):
        running = {
            line
            for line, text in _edge(page)
            if any(seen[key] >= enough for key in _keys(text, number))
        }
        if len(running) < len(page):  # a page of nothing else is no page of furniture
            found |= running
        if filled > 1:
            found |= {line for line, text in _edge(page) if PAGE_NUMBER.fullmatch(text.strip())}
    return frozenset(found)


def _edge(page: Sequence[tuple[Fragment, str]]) -> list[tuple[Fragment, str]]:
    """The lines at a page's edges, if there are lines between them."""
    by_height = sorted(page, key=lambda line: -line[0].top)
    if len(by_height) <= 2 * _EDGE_LINES:
        return [*by_height[:1], *by_height[1:][-1:]]
    return by_height[:_EDGE_LINES] + by_height[-_EDGE_LINES:]


def _keys(text: str, page: int) -> set[str]:
    """What a line has in common with those of other pages.

    Its first number, its last, or all of them may be the page's: told by what they differ from it.
    """
    bare = _SPACE.sub("", text)
    if bare.endswith(_STOPS):
        return set()  # a sentence
    numbers = list(_NUMBER.finditer(bare))
    choices = [[], numbers[:1], numbers[-1:], numbers]
    return {_relative(bare, chosen, page) for chosen in choices}


def _relative(text: str, numbers: list[re.Match[str]], page: int) -> str:
    for number in reversed(numbers):
        difference = int(number.group()) - page
        text = f"{text[: number.start()]}<{difference}>{text[number.end() :]}"
    return text
