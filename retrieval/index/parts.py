"""A part of a generation: its store, its vectors and token ids, and the terms of its rows."""

import time
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from retrieval.corpus.files import FoundFile
from retrieval.embedding import Embedder
from retrieval.index.cache import VectorCache
from retrieval.index.kinds import shape_of
from retrieval.index.lexical import LexicalWriter
from retrieval.index.preparing import PreparedDocument, PreparedSource
from retrieval.index.segments import segment_tokens
from retrieval.index.sourcing import PassageVectors
from retrieval.index.store import FileEntry, Rows, SourceEntry
from retrieval.index.storing import StoreWriter
from retrieval.index.tokens import TokenWriter
from retrieval.index.vectors import Progress, write_vectors
from retrieval.settings import IndexSettings
from retrieval.types import Passage

PASSAGES = "passages"
DOCUMENTS = "documents"
_BATCH = 1024
_MANY_FILES = 200
"""From so many on, it pays to load the model in each process that reads."""
_SYNC_SECONDS = 30.0
"""What a crash may cost of reading and cutting."""


class PartWriter:
    """Writes a part file by file; what was given does not stay in memory.

    A part that is ``resumable`` survives a crash: what was synced last is gone on from.
    """

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        start: Rows = Rows(),  # noqa: B008 - frozen
        base: Path | None = None,
        *,
        resumable: bool = False,
        sync_seconds: float = _SYNC_SECONDS,
    ) -> None:
        """Begin a part, or go on with one that is resumable.

        Args:
            folder: Where it is written.
            embedder: The model.
            start: Where its rows begin.
            base: The part that its terms are added to.
            resumable: Whether another process may go on with it; only a part of its own can be.
            sync_seconds: How often what was written is made to survive.
        """
        folder.mkdir(exist_ok=resumable)
        self.notes: list[str] = []
        self._folder = folder
        self._embedder = embedder
        self._start = start
        self._store = StoreWriter(folder, start, resumable=resumable)
        self._passages = LexicalWriter(folder / PASSAGES, base and base / PASSAGES)
        self._documents = LexicalWriter(folder / DOCUMENTS, base and base / DOCUMENTS)
        self._tokens: TokenWriter | None = None
        self._waiting: list[Passage] = []
        self._sync_seconds = sync_seconds if resumable else float("inf")
        self._synced = time.monotonic()

    @property
    def rows(self) -> Rows:
        """Where the rows of the next part would begin."""
        return self._store.rows

    @property
    def passages(self) -> int:
        """How many passages were added."""
        return self.rows.passages - self._start.passages

    def resume(self, files: Sequence[FoundFile]) -> int:
        """Keep what was written of these files, as far as it is of these; how many that are."""
        pairs = zip(self._store.files(), files, strict=False)
        same = takewhile(lambda pair: _is_same(*pair), pairs)
        kept = sum(1 for _ in same)
        self._store.cut(kept)
        self._passages.cut(kept)
        self._documents.cut(kept)
        self._tokens = TokenWriter(self._folder, self.passages)
        self._sync()
        return kept

    def tokeniser(self, files: int) -> Embedder | None:
        """What finds token ids while files are read, in other processes, if that is worth it."""
        return self._embedder if self._embedder.is_light and files >= _MANY_FILES else None

    def texts(self) -> dict[str, str]:
        """The source of each text that was written, by its digest."""
        return self._store.texts()

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
        if time.monotonic() - self._synced >= self._sync_seconds:
            self._sync()

    def write_vectors(
        self, settings: IndexSettings, cache: VectorCache | None, progress: Progress
    ) -> None:
        """Write the vectors of all passages; embed what has none yet.

        Args:
            settings: How to hold them, and in how much memory to build that.
            cache: Vectors that are kept; ``None`` embeds all.
            progress: Told of passages whose vectors are written.
        """
        self._tokenise()
        if self._sync_seconds < float("inf"):
            self._sync()
        count = self.passages
        of_rows = PassageVectors(self._store.passages, self._start.passages, self._embedder, cache)
        dimension = self._embedder.dimension
        shape = shape_of(settings.kind, count, dimension, settings.build_memory_mb)
        write_vectors(self._folder, of_rows, shape, progress)
        if cache is not None and self._start == Rows():
            # A base is written whenever much has changed: what is kept stays bounded.
            cache.trim(of_rows.keys(count), settings.cache_mb * 1_000_000)

    def close(self) -> None:
        """Write what is left."""
        self._tokenise()
        self._token_writer().close()
        self._passages.close()
        self._documents.close()
        self._store.close()

    def _add_document(self, file_row: int, document: PreparedDocument) -> None:
        row, first = self.rows.documents, self.rows.passages
        self._store.add_document(file_row, document.entry, document.passages)
        self._documents.add(row, file_row, document.terms)
        for number, terms in enumerate(document.passage_terms, first):
            self._passages.add(number, file_row, terms)
        if document.tokens:
            self._token_writer().add(document.tokens.each())
            return
        self._waiting += document.passages
        if len(self._waiting) >= _BATCH:
            self._tokenise()

    def _tokenise(self) -> None:
        self._token_writer().add(list(segment_tokens(self._waiting, self._embedder)))
        self._waiting = []

    def _token_writer(self) -> TokenWriter:
        if self._tokens is None:
            self._tokens = TokenWriter(self._folder)
        return self._tokens

    def _sync(self) -> None:
        """What a store holds of a file, all others hold: it comes last."""
        self._tokenise()
        self._token_writer().sync()
        self._passages.sync()
        self._documents.sync()
        self._store.sync()
        self._synced = time.monotonic()


def _is_same(entry: FileEntry, file: FoundFile) -> bool:
    return (entry.path, entry.digest) == (file.path, file.digest)


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
