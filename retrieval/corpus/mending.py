"""Pieces of a source put back together, each character still knowing where it came from."""

import re
from dataclasses import dataclass

from retrieval.text import is_wide
from retrieval.types import Span

HYPHENS = "-\u2010\xad\x02\ufffe"
"""What parts a word at the end of a line; pdfium gives the last two."""
_PARTS = re.compile(r"[^\W_][-\u2010]")
_LINE_END = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def cut(source: str, spans: tuple[Span, ...]) -> str:
    """Cut spans out of a source and join them as one reads on over a line's end.

    Between two pieces stands one space, except where Chinese meets, where one of them brings space
    of its own, and within a line, where only markup was left out: there stands nothing.
    """
    return Mended.of(source, spans).text


@dataclass(frozen=True, slots=True)
class Mended:
    """Text joined from pieces of a source: ``text == cut(source, spans)``."""

    text: str
    spans: tuple[Span, ...]
    starts: tuple[int, ...]
    """Where in ``text`` each piece begins."""

    @classmethod
    def of(cls, source: str, spans: tuple[Span, ...]) -> "Mended":
        """Join pieces of a source."""
        pieces: list[str] = []
        starts: list[int] = []
        length = 0
        for before, span in zip((None, *spans), spans, strict=False):
            joint = _joint(source, before, span) if before else ""
            starts.append(length + len(joint))
            pieces += (joint, source[span.start : span.end])
            length = starts[-1] + span.end - span.start
        return cls("".join(pieces), spans, tuple(starts))

    def locate(self, part: Span) -> tuple[Span, ...]:
        """Find the pieces of the source that a part of the text was cut from.

        The part must not begin or end in a joint; sentences and words never do.
        """
        found: list[Span] = []
        for span, position in zip(self.spans, self.starts, strict=True):
            start = max(part.start - position, 0)
            end = min(part.end - position, span.end - span.start)
            if start < end:
                found.append(Span(span.start + start, span.start + end))
        return tuple(found)


def _joint(source: str, left: Span, right: Span) -> str:
    if left.start == left.end or right.start == right.end:
        return ""
    if left.end <= right.start and not _LINE_END.search(source, left.end, right.start):
        return ""
    if source[left.end] in HYPHENS:
        return ""  # it parted a word
    if (
        _PARTS.fullmatch(source, max(left.end - 2, left.start), left.end)
        and source[right.start].isalnum()
    ):
        return ""  # it stands in a word: state-of-the-art
    last, first = source[left.end - 1], source[right.start]
    if last.isspace() or first.isspace() or is_wide(last) or is_wide(first):
        return ""
    return " "
