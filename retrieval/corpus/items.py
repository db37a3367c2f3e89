"""What a text is made of, as readers hand it to the layout: each piece knows where it stands."""

from dataclasses import dataclass

from retrieval.types import Kind, Span


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line; ``level`` 1 is the widest."""

    level: int
    text: str
    opens: bool = True
    """Whether it may open an article; else it only stands in one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of running text; or a whole entry of a list or a table, which stands ``alone``."""

    spans: tuple[Span, ...]
    """What of the source it shows, markup left out."""
    text: str
    after_blank: bool
    """Whether a blank line stands before it."""
    alone: bool = False
    """Whether nothing is ever joined to it."""
    kind: Kind = Kind.PARAGRAPH
    entry: bool = False
    """Whether it begins an entry of a list: those of one list stay together, each on its line."""


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote it; ``closes`` where it ends an article instead of opening one."""

    span: Span
    text: str
    closes: bool


Item = Heading | Line | Byline


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a file."""

    text: str
    """Every span counts in it."""
    items: tuple[Item, ...]
    encoding: str
    """Of the bytes; the format's name where that is more than text."""
    pages: tuple[int, ...] = ()
    """Where in the text each page begins; empty where there are no pages."""
    notes: tuple[str, ...] = ()
    """What was not read, and why."""
