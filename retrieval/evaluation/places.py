"""Labels -> the passages that hold them, in whatever way the documents are cut today.

A quote is looked for in the passages first; where a cut goes through it, the passage with most of
it is right. What is gone from its file is named as lost.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property

from retrieval.corpus.files import read_folder
from retrieval.corpus.layout import read_documents
from retrieval.corpus.passages import cut_passages
from retrieval.evaluation.labels import Label, LabelledQuestion, bare
from retrieval.index.store import Store, StoredPassage
from retrieval.settings import Settings
from retrieval.text import fold
from retrieval.types import Passage, Span

_BORDER = "\0"
"""Stands between passages; no quote holds it."""
_BATCH = 1000


class Found(Enum):
    """How a label was found."""

    WHOLE = "whole"
    """A passage holds all of it."""
    SPLIT = "split"
    """It stands in the file, and the cut between passages goes through it."""
    OUTSIDE = "outside"
    """It stands in the file, but in no passage: in a title or heading."""
    LOST = "lost"
    """Its file is gone, or it no longer stands there."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label stands today."""

    label: Label
    found: Found
    passages: tuple[Passage, ...] = ()
    """Those that are right answers."""


ReadText = Callable[[str], str | None]
"""Decoded text of a source by its path, ``None`` where there is no such file."""


class Places:
    """Finds labels in passages. Texts of files are read only where no passage holds a quote."""

    def __init__(
        self,
        passages: Iterable[Passage],
        read_text: ReadText,
        same: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare.

        Args:
            passages: Where labels are looked for.
            read_text: Gives what a file says.
            same: Files that repeat another, which alone was cut into passages: that other.
        """
        self._same = same or {}
        by_source: defaultdict[str, list[Passage]] = defaultdict(list)
        for passage in passages:
            by_source[passage.source].append(passage)
        self._sources = {source: _Source(found) for source, found in by_source.items()}
        self._read_text = read_text
        self._files: dict[str, _File | None] = {}
        self._found: dict[Label, Place] = {}

    def of(self, question: LabelledQuestion) -> tuple[Place, ...]:
        """Where the labels of a question stand."""
        return tuple(self.find(label) for label in question.labels)

    def find(self, label: Label) -> Place:
        """Where a label stands."""
        if label not in self._found:
            self._found[label] = self._find(label)
        return self._found[label]

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that have passages."""
        return tuple(self._sources)

    def passages_of(self, label: Label) -> tuple[Passage, ...]:
        """Every passage of a label's file."""
        source = self._source(label)
        return source.holding("") if source else ()

    def _find(self, label: Label) -> Place:
        source = self._source(label)
        quote = bare(label.quote)
        whole = source.holding(quote) if source else ()
        if whole:
            return Place(label, Found.WHOLE, whole)
        file = self._file(label.source)
        found = list(file.places(quote)) if file and quote else []
        if not found:
            return Place(label, Found.LOST)
        most = source.overlapping(found) if source else ()
        return Place(label, Found.SPLIT if most else Found.OUTSIDE, most)

    def _source(self, label: Label) -> "_Source | None":
        return self._sources.get(self._same.get(label.source, label.source))

    def _file(self, source: str) -> "_File | None":
        if source not in self._files:
            text = self._read_text(source)
            self._files[source] = None if text is None else _File(text)
        return self._files[source]


class _Source:
    """The passages of one file, searched as one text."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages

    @cached_property
    def _joined(self) -> tuple[str, list[int]]:
        texts = [bare(passage.text) for passage in self._passages]
        starts = [0]
        for text in texts:
            starts.append(starts[-1] + len(text) + 1)
        return _BORDER.join(texts), starts

    def holding(self, quote: str) -> tuple[Passage, ...]:
        if not quote:
            return tuple(self._passages)
        text, starts = self._joined
        numbers = dict.fromkeys(bisect_right(starts, at) - 1 for at in _occurrences(text, quote))
        return tuple(self._passages[number] for number in numbers)

    def overlapping(self, places: Iterable[Span]) -> tuple[Passage, ...]:
        """For each place in the file, the passages with most of its characters."""
        best: dict[Passage, None] = {}
        for place in places:
            shared = [_overlap(passage, place) for passage in self._passages]
            most = max(shared, default=0)
            if most:
                pairs = zip(self._passages, shared, strict=True)
                best |= {passage: None for passage, overlap in pairs if overlap == most}
        return tuple(best)


class _File:
    """A file's text, searched without its spaces."""

    def __init__(self, text: str) -> None:
        folded = fold(text)
        self._offsets = [at for at, char in enumerate(folded) if not char.isspace()]
        self._bare = "".join(folded.split())

    def places(self, quote: str) -> Iterator[Span]:
        for at in _occurrences(self._bare, quote):
            yield Span(self._offsets[at], self._offsets[at + len(quote) - 1] + 1)


def _occurrences(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _overlap(passage: Passage, place: Span) -> int:
    shared = (min(span.end, place.end) - max(span.start, place.start) for span in passage.spans)
    return sum(length for length in shared if length > 0)


def places_in_folder(settings: Settings) -> Places:
    """Find labels in the documents as they are now, without an index.

    Raises:
        CorpusError: The folder or a file in it cannot be read.
    """
    files = read_folder(settings.corpus.folder).read
    texts = {file.path: file.text for file in files}
    documents = (document for file in files for document in read_documents(file))
    passages = (p for found in documents for p in cut_passages(found, settings.passages))
    return Places(passages, texts.get)


def places_in_store(store: Store, settings: Settings) -> Places:
    """Find labels in what is indexed; files are read only for quotes that no passage holds.

    Raises:
        CorpusError: Such a file cannot be read.
    """

    @cache
    def texts() -> dict[str, str]:
        return {file.path: file.text for file in read_folder(settings.corpus.folder).read}

    entries = (source.entry for source in store.sources())
    same = {entry.path: entry.same_as for entry in entries if entry.same_as}
    return Places(all_passages(store), lambda source: texts().get(source), same)


def all_passages(store: Store) -> Iterator[Passage]:
    """Every passage of an index, in reading order."""
    return (stored.passage for stored in stored_passages(store))


def stored_passages(store: Store) -> Iterator[StoredPassage]:
    """Every passage of an index with its row, in reading order."""
    dropped = set(store.dropped_rows())
    rows = [row for row in range(store.rows().passages) if row not in dropped]
    for start in range(0, len(rows), _BATCH):
        yield from store.passages(rows[start : start + _BATCH])
