"""Documents on their way to the server: in batches, and not faster than it is to take them."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from retrieval.errors import EngineError
from retrieval.index.fields import passage_terms
from retrieval.index.generation import Generation
from retrieval.index.milvus.connection import Connection
from retrieval.index.milvus.edition import Edition
from retrieval.index.milvus.records import (
    MOST_PASSAGES,
    HeldDocument,
    document_row,
    document_terms,
    number_of,
    passage_row,
    rows_of,
)
from retrieval.index.milvus.schema import TERMS, Names
from retrieval.index.milvus.weights import Bm25
from retrieval.index.store import DocumentEntry, StoredPassage
from retrieval.types import Json

_BATCH = 1000
"""Passages in one message: some five megabytes."""

OnRows = Callable[[int, int], None]
"""Called with passages sent so far, and passages to send."""


@dataclass(frozen=True, slots=True)
class Local:
    """A document of the local generation."""

    place: int
    """Among all documents."""
    entry: DocumentEntry
    passages: list[StoredPassage]


class Sender:
    """Sends documents; a document's own row comes last, so that it stands for all of it."""

    def __init__(
        self, generation: Generation, connection: Connection, edition: Edition, progress: OnRows
    ) -> None:
        self.sent = 0
        self._generation = generation
        self._connection = connection
        self._names = Names(connection.settings.name, edition.number)
        self._sparse = edition.sparse
        self._passage_weights = Bm25(edition.passage_length)
        self._document_weights = Bm25(edition.document_length)
        self._progress = progress
        self._rows: list[Json] = []
        self._finished: list[Json] = []
        self._started = time.monotonic()

    def send(self, documents: Iterable[Local], total: int, taken: set[int]) -> None:
        """Send documents.

        Args:
            documents: Which the server lacks.
            total: How many passages they have.
            taken: Numbers of the documents that it has; those that are sent are added.
        """
        for document in documents:
            if len(document.passages) > MOST_PASSAGES:
                raise EngineError(
                    f"{document.entry.source}: has {len(document.passages)} passages, but a server "
                    f"takes {MOST_PASSAGES} of a document; split the file, run: chuchu index"
                )
            number = number_of(document.entry.id, taken)
            taken.add(number)
            for row in self._passages(document, number):
                self._rows.append(row)
                if len(self._rows) >= _BATCH:
                    self._flush(total)
            self._finished.append(self._document(document, number))
        self._flush(total)

    def _passages(self, document: Local, number: int) -> Iterator[Json]:
        rows = rows_of(number, len(document.passages))
        for start in range(0, len(rows), _BATCH):
            stored = document.passages[start : start + _BATCH]
            vectors = self._generation.vectors.vectors([each.row for each in stored])
            for row, each, vector in zip(rows[start:], stored, vectors, strict=False):
                tokens = self._generation.tokens.of(each.row)
                sent = passage_row(row, each.passage, document.entry.digest, vector, tokens)
                if self._sparse:
                    sent[TERMS] = self._passage_weights.weigh(passage_terms(each.passage))
                yield sent

    def _document(self, document: Local, number: int) -> Json:
        held = HeldDocument(number, len(document.passages), document.place, document.entry)
        sent = document_row(held)
        if self._sparse:
            found = document_terms(document.entry, [each.passage for each in document.passages])
            sent[TERMS] = self._document_weights.weigh(found)
        return sent

    def _flush(self, total: int) -> None:
        self._connection.upsert(self._names.passages, self._rows)
        for start in range(0, len(self._finished), _BATCH):
            self._connection.upsert(self._names.documents, self._finished[start : start + _BATCH])
        self.sent += len(self._rows)
        self._rows, self._finished = [], []
        self._progress(self.sent, total)
        rate = self._connection.settings.rate
        if rate:
            time.sleep(max(0.0, self._started + self.sent / rate - time.monotonic()))
