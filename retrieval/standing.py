"""What stands in a passage: its terms, sentence by sentence, its numbers, its words above."""

from dataclasses import dataclass

from retrieval.index.fields import above
from retrieval.sought import numbers
from retrieval.text import fold, sentences, terms
from retrieval.types import Passage, Span

Terms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A passage, taken apart once."""

    folded: str
    everything: str
    """What stands above it, and the passage; folded."""
    spans: tuple[Span, ...]
    """Its sentences."""
    sentences: tuple[Terms, ...]
    """The terms of each."""
    title: Terms
    above: Terms
    """Terms of column, title and headings, and the words that only people use."""
    body: Terms
    """Terms of its sentences together."""
    numbers: frozenset[str]
    """Those above it too."""

    def sentence(self, index: int) -> str:
        """A sentence, folded."""
        span = self.spans[index]
        return self.folded[span.start : span.end]


def stands_in(passage: Passage) -> Standing:
    """Take a passage apart."""
    folded = fold(passage.text)
    spans = tuple(sentences(passage.text)) or (Span(0, len(folded)),)
    each = tuple(frozenset(terms(folded[span.start : span.end])) for span in spans)
    over = fold(above(passage))
    return Standing(
        folded=folded,
        everything=f"{over}\n{folded}",
        spans=spans,
        sentences=each,
        title=frozenset(terms(fold(f"{passage.column}\n{passage.title}"))),
        above=frozenset(terms(over)),
        body=frozenset().union(*each),
        numbers=numbers(folded) | numbers(over),
    )
