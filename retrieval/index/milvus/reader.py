"""The engine of many machines: asks a Milvus server for what the embedded one reads from files.

Needs nothing of the machine that wrote it. A question costs four calls: by vector, by terms, by
terms of documents, and one for the passages found; those that were met before are remembered.
"""

import time
from collections.abc import Sequence

from retrieval.embedding import TokenIds
from retrieval.errors import EngineError
from retrieval.index.engine import BEST_DOCUMENTS, PASSAGES_OF_DOCUMENT, Found
from retrieval.index.fields import passage_terms
from retrieval.index.lexical import telling
from retrieval.index.milvus.connection import Connection
from retrieval.index.milvus.edition import Edition, read_vocabularies
from retrieval.index.milvus.records import (
    DOCUMENT_FIELDS,
    PASSAGE_FIELDS,
    Held,
    HeldDocument,
    document_of,
    read_document,
    read_passage,
    rows_of,
)
from retrieval.index.milvus.schema import TERMS, VECTOR, Names
from retrieval.index.milvus.weights import Bm25, Vocabulary, product, weigh_question
from retrieval.index.recipe import Recipe
from retrieval.index.store import DocumentEntry, StoredPassage
from retrieval.types import Vectors

_REMEMBERED = 4096
"""Passages that are kept: some 20 MB."""
_WHOLE_WITHIN = 60.0
"""Seconds after an outage from which a server that lacks rows is asked all the same."""


class Remote:
    """What a server publishes, as an `Engine`.

    Every method that asks the server raises `EngineError` where it is away or too slow.
    """

    def __init__(self, connection: Connection) -> None:
        """Read what is said of it, and the terms that it knows."""
        self._connection = connection
        self._edition, self._passage_terms, self._document_terms = read_vocabularies(connection)
        self._names = Names(connection.settings.name, self._edition.number)
        self._whole = float("-inf")
        self._known: dict[int, Held] = {}
        self._digests: dict[str, str] = {}

    @property
    def name(self) -> str:
        """The name of the generation and of the edition that holds it."""
        return self._edition.name

    @property
    def edition(self) -> Edition:
        """What is said of it."""
        return self._edition

    @property
    def recipe(self) -> Recipe:
        """What it was made from."""
        return self._edition.recipe

    def count(self) -> int:
        """How many passages are held."""
        return self._edition.passages

    def frequency(self, term: str) -> int:
        """In how many passages a term stands."""
        return self._passage_terms.frequency(term)

    def candidates(self, vector: Vectors, terms: Sequence[str], most: int) -> list[Found]:
        """Passages that may answer, in the order of their rows."""
        self._see_that_all_is_there()
        rows = set(self._nearest(vector, most))
        lexical = self._matching_passages(terms, most)
        documents = self._matching_documents(terms, most)
        rows |= lexical.keys()
        for document, _ in documents[:BEST_DOCUMENTS]:
            rows.update(rows_of(document.number, min(document.passages, PASSAGES_OF_DOCUMENT)))
        document_scores = {document.number: score for document, score in documents}
        held = self._held(rows)
        if not self._edition.sparse:
            lexical = self._measured(terms, held)
        return [
            Found(
                row,
                lexical.get(row, 0.0),
                document_scores.get(document_of(row), 0.0),
                float(each.vector @ vector),
            )
            for row, each in held
        ]

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """Passages by row; in the order of their rows, unknown ones left out."""
        return [held.stored for _, held in self._held(rows)]

    def tokens(self, stored: Sequence[StoredPassage]) -> list[TokenIds]:
        """Token ids of passages."""
        held = dict(self._held([each.row for each in stored]))
        return [held[each.row].tokens for each in stored]

    def find(self, passage_id: str) -> StoredPassage | None:
        """The passage with an id."""
        rows = self._connection.where(
            self._names.passages, "id", passage_id, (*PASSAGE_FIELDS, VECTOR)
        )
        return self._remember(read_passage(rows[0])).stored if rows else None

    def digest_of(self, document_id: str) -> str:
        """SHA-256 of the file that a document stands in; empty for an unknown document."""
        if document_id not in self._digests:
            rows = self._connection.where(self._names.documents, "id", document_id, DOCUMENT_FIELDS)
            self._digests[document_id] = read_document(rows[0]).entry.digest if rows else ""
        return self._digests[document_id]

    def documents(self) -> list[DocumentEntry]:
        """All documents, by the files they stand in, in the order they were read."""
        rows = self._connection.each(self._names.documents, DOCUMENT_FIELDS)
        found = sorted(map(read_document, rows), key=_in_order)
        return [document.entry for document in found]

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _see_that_all_is_there(self) -> None:
        """After an outage a server may answer from what it has loaded so far.

        Raises:
            EngineError: It does.
        """
        failed = self._connection.failed
        if failed <= self._whole:
            return
        found = self._connection.count(self._names.passages)
        if found < self.count() and time.monotonic() - failed < _WHOLE_WITHIN:
            raise EngineError(
                f"{self._connection.uri}: the index server has loaded {found} of {self.count()} "
                "passages so far; if that stays so, run: chuchu doctor"
            )
        self._whole = failed

    def _nearest(self, vector: Vectors, most: int) -> list[int]:
        limit = min(most, self.count())
        if not limit or not vector.any():
            return []
        found = self._connection.search(self._names.passages, VECTOR, vector, limit)
        if not found:  # a node that has just come back: silence would be wrong
            raise EngineError(
                f"{self._connection.uri}: the index server finds nothing among {self.count()} "
                "passages; if it goes on so, run: chuchu index"
            )
        return [row for row, _, _ in found]

    def _matching_passages(self, terms: Sequence[str], most: int) -> dict[int, float]:
        count = self._edition.passages
        found = self._matching(self._names.passages, terms, self._passage_terms, count, most)
        return {row: score for row, score, _ in found}

    def _measured(
        self, terms: Sequence[str], held: "Sequence[tuple[int, Held]]"
    ) -> dict[int, float]:
        """BM25 of passages that vectors found, where the server knows no terms."""
        frequency, count = self._passage_terms.frequency, self._edition.passages
        question = weigh_question(telling(terms, frequency, count), frequency, count)
        weights = Bm25(self._edition.passage_length)
        return {
            row: product(question, weights.weigh(passage_terms(each.stored.passage)))
            for row, each in held
        }

    def _matching_documents(
        self, terms: Sequence[str], most: int
    ) -> list[tuple[HeldDocument, float]]:
        count = self._edition.documents
        found = self._matching(
            self._names.documents, terms, self._document_terms, count, most, DOCUMENT_FIELDS
        )
        return [(read_document(entity), score) for _, score, entity in found]

    def _matching(
        self,
        collection: str,
        terms: Sequence[str],
        vocabulary: Vocabulary,
        count: int,
        most: int,
        fields: Sequence[str] = (),
    ) -> "list[tuple[int, float, dict[str, object]]]":
        if not self._edition.sparse:
            return []
        wanted = telling(terms, vocabulary.frequency, count)
        weights = weigh_question(wanted, vocabulary.frequency, count)
        limit = min(most, count)
        if not weights or not limit:
            return []
        found = self._connection.search(collection, TERMS, weights, limit, fields)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _held(self, rows: "Sequence[int] | set[int]") -> list[tuple[int, Held]]:
        """Passages with their vectors, in the order of their rows; unknown ones left out."""
        known = self._known
        found = {row: known[row] for row in rows if row in known}
        lacking = [row for row in rows if row not in found]
        if lacking:
            fields = (*PASSAGE_FIELDS, VECTOR)
            for row in self._connection.rows(self._names.passages, lacking, fields):
                held = self._remember(read_passage(row))
                found[held.stored.row] = held
        return sorted(found.items())

    def _remember(self, held: Held) -> Held:
        if len(self._known) >= _REMEMBERED:
            self._known = {}  # others may still be reading the one before
        self._known[held.stored.row] = held
        self._digests[held.stored.passage.document_id] = held.digest
        return held


def _in_order(document: HeldDocument) -> tuple[str, int]:
    return document.entry.source, document.place
