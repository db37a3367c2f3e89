"""A part of a generation: its store, its vectors and token ids, and the terms of its rows."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from retrieval.corpus.files import FoundFile
from retrieval.embedding import Embedder
from retrieval.index.cache import VectorCache, text_key
from retrieval.index.fields import searched_text
from retrieval.index.lexical import LexicalWriter
from retrieval.index.preparing import PreparedDocument, PreparedSource
from retrieval.index.segments import segment_tokens
from retrieval.index.store import FileEntry, Rows, SourceEntry
from retrieval.index.storing import StoreWriter
from retrieval.index.vectors import TokenWriter, write_vectors
from retrieval.types import Passage

PASSAGES = "passages"
DOCUMENTS = "documents"
_BATCH = 1024

_Item = TypeVar("_Item")

Progress = Callable[[int, int], None]
"""Called with texts embedded so far, and texts to embed: those whose vectors are not kept."""


class PartWriter:
    """Writes a part file by file; of what was given, only keys and token ids stay in memory."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        start: Rows = Rows(),  # noqa: B008 - frozen
        base: Path | None = None,
    ) -> None:
        """Begin a part.

        Args:
            folder: Where it is written; must not exist.
            embedder: The model.
            start: Where its rows begin.
            base: The part that its terms are added to.
        """
        folder.mkdir()
        self.keys: list[bytes] = []
        self.notes: list[str] = []
        self._folder = folder
        self._embedder = embedder
        self._start = start
        self._store = StoreWriter(folder, start)
        self._passages = LexicalWriter(folder / PASSAGES, base and base / PASSAGES)
        self._documents = LexicalWriter(folder / DOCUMENTS, base and base / DOCUMENTS)
        self._tokens = TokenWriter()
        self._waiting: list[Passage] = []

    @property
    def rows(self) -> Rows:
        """Where the rows of the next part would begin."""
        return self._store.rows

    def drop(self, files: Sequence[int]) -> None:
        """Leave the terms of some files of the base out."""
        self._passages.drop(files)
        self._documents.drop(files)

    def add(self, file: FoundFile, sources: Sequence[tuple[PreparedSource, str]]) -> None:
        """Add what was read from a file, each text with the source it repeats, or ``""``."""
        entries = [_entry(source, same_as) for source, same_as in sources]
        self.notes += (f"{s.path}: {note}" for s in entries for note in s.notes)
        row = self._store.add_file(FileEntry(file.path, file.digest, file.size), entries)
        for source, same_as in sources:
            for document in () if same_as else source.documents:
                self._add_document(row, document)

    def write_vectors(self, cache: VectorCache, progress: Progress) -> None:
        """Embed whatever has no vector yet, and write the vectors of all passages."""
        self._tokenise()
        self._tokens.write(self._folder)
        missing = cache.missing(self.keys)
        rows = {
            key: row for row, key in enumerate(self.keys, self._start.passages) if key in missing
        }
        done = 0
        for batch in _batches(list(rows.values())):
            texts = {p.row: searched_text(p.passage) for p in self._store.passages(batch)}
            vectors = self._embedder.embed_passages([texts[row] for row in batch])
            cache.add([self.keys[row - self._start.passages] for row in batch], vectors)
            done += len(batch)
            progress(done, len(rows))
        kept = (cache.vectors(batch) for batch in _batches(self.keys))
        write_vectors(self._folder, kept, self._embedder.dimension)

    def close(self) -> None:
        """Write what is left."""
        self._passages.close()
        self._documents.close()
        self._store.close()

    def _add_document(self, file_row: int, document: PreparedDocument) -> None:
        row, first = self.rows.documents, self.rows.passages
        self._store.add_document(file_row, document.entry, document.passages)
        self._documents.add(row, file_row, document.terms)
        for number, terms in enumerate(document.passage_terms, first):
            self._passages.add(number, file_row, terms)
        self._note(document.passages)

    def _note(self, passages: Sequence[Passage]) -> None:
        self.keys += (text_key(searched_text(passage)) for passage in passages)
        self._waiting += passages
        if len(self._waiting) >= _BATCH:
            self._tokenise()

    def _tokenise(self) -> None:
        self._tokens.add(list(segment_tokens(self._waiting, self._embedder)))
        self._waiting = []


def _entry(source: PreparedSource, same_as: str) -> SourceEntry:
    return SourceEntry(
        path=source.path,
        encoding=source.encoding,
        pages=source.pages,
        passages=0 if same_as else source.passages,
        same_as=same_as,
        text_digest=source.text_digest,
        notes=source.notes,
    )


def _batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
