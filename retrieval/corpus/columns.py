"""Pieces of lines with their places on a page -> the order in which they are read.

A page is in two columns (or more) where an upright band of white runs between most of its lines.
What crosses the band, a title or a wide table, parts what stands above it from what stands below.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.types import Span

_CROSSING_SHARE = 0.2
"""Of the pieces of a page, at most so many cross the band between its columns."""
_SIDE_SHARE = 0.25
"""Each side of the band has at least so many."""
_FEWEST = 6
"""Pieces that a page in columns has at least."""
_NARROWEST = 6.0
"""Points, which are 1/72 inch: the width of the band."""
_DEEPEST = 2
"""Times that a column is looked at for columns of its own: up to four."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a line; edges in points from the page's left and bottom."""

    span: Span
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        """How high its first character is set."""
        return self.top - self.bottom


def in_reading_order(fragments: Sequence[Fragment]) -> list[Fragment] | None:
    """Order the pieces of a page by its columns; ``None`` where it has none."""
    gutter = _gutter(fragments)
    if gutter is None:
        return None
    return list(_by_columns(fragments, gutter, _DEEPEST))


def _by_columns(fragments: Sequence[Fragment], gutter: float, depth: int) -> Iterator[Fragment]:
    crossing = sorted((f for f in fragments if f.left < gutter < f.right), key=lambda f: -f.top)
    edges = [*(f.top for f in crossing), float("-inf")]
    above = float("inf")
    for number, edge in enumerate(edges):
        band = [f for f in fragments if edge <= _middle(f) < above and f not in crossing]
        for side in (
            [f for f in band if _centre(f) < gutter],
            [f for f in band if _centre(f) >= gutter],
        ):
            yield from _column(side, depth)
        if number < len(crossing):
            yield crossing[number]
            above = _middle(crossing[number])


def _column(fragments: list[Fragment], depth: int) -> Iterator[Fragment]:
    gutter = _gutter(fragments) if depth else None
    if gutter is not None:
        yield from _by_columns(fragments, gutter, depth - 1)
    else:
        yield from sorted(fragments, key=lambda f: (-round(f.bottom), f.left))


def _gutter(fragments: Sequence[Fragment]) -> float | None:
    """Where the middle of the band between columns stands."""
    if len(fragments) < _FEWEST:
        return None
    best: tuple[float, float] | None = None
    # The band begins where some piece ends.
    for edge in {round(f.right) for f in fragments}:
        starts = [f.left for f in fragments if f.left > edge]
        if not starts or min(starts) - edge < _NARROWEST:
            continue
        middle = (edge + min(starts)) / 2
        crossing = sum(f.left < middle < f.right for f in fragments)
        left = sum(f.right <= middle for f in fragments)
        right = sum(f.left >= middle for f in fragments)
        if crossing > _CROSSING_SHARE * len(fragments):
            continue
        if min(left, right) < _SIDE_SHARE * len(fragments) or not _side_by_side(fragments, middle):
            continue
        width = min(starts) - edge
        if best is None or (-crossing, width) > best[:2]:
            best = (-crossing, width)
            found = middle
    return found if best else None


def _side_by_side(fragments: Sequence[Fragment], gutter: float) -> bool:
    """Whether the two sides stand beside each other, not one under the other."""
    left = [f for f in fragments if f.right <= gutter]
    right = [f for f in fragments if f.left >= gutter]
    shared = min(max(f.top for f in left), max(f.top for f in right)) - max(
        min(f.bottom for f in left), min(f.bottom for f in right)
    )
    shorter = min(max(f.top for f in side) - min(f.bottom for f in side) for side in (left, right))
    return shared > shorter / 2


def _middle(fragment: Fragment) -> float:
    return (fragment.top + fragment.bottom) / 2


def _centre(fragment: Fragment) -> float:
    return (fragment.left + fragment.right) / 2
