"""Pieces of a source put back together, each character still knowing where it came from."""

from dataclasses import dataclass

from retrieval.text import is_wide
from retrieval.types import Span


def cut(source: str, spans: tuple[Span, ...]) -> str:
    """Cut spans out of a source and join them as one reads on over a line's end.

    Between two pieces stands one space, except where Chinese meets: there stands nothing.
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
        text = ""
        starts: list[int] = []
        for span in spans:
            piece = source[span.start : span.end]
            text += _joint(text, piece)
            starts.append(len(text))
            text += piece
        return cls(text, spans, tuple(starts))

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


def _joint(left: str, right: str) -> str:
    if not left or not right or is_wide(left[-1]) or is_wide(right[0]):
        return ""
    return " "
