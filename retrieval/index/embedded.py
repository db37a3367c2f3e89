"""The engine of one machine: a generation on disk, by SQLite, FAISS and tantivy."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.embedding import TokenIds
from retrieval.index.engine import BEST_DOCUMENTS, PASSAGES_OF_DOCUMENT, Found
from retrieval.index.generation import Generation
from retrieval.index.recipe import Recipe
from retrieval.index.store import DocumentEntry, StoredPassage
from retrieval.types import Vectors


@dataclass(frozen=True, slots=True)
class Embedded:
    """A generation as an `Engine`."""

    generation: Generation

    @property
    def name(self) -> str:
        """The name of the generation."""
        return self.generation.name

    @property
    def recipe(self) -> Recipe:
        """What it was made from."""
        return self.generation.manifest.recipe

    def count(self) -> int:
        """How many passages are held."""
        return self.generation.passages.count()

    def frequency(self, term: str) -> int:
        """In how many passages a term stands."""
        return self.generation.passages.frequency(term)

    def candidates(self, vector: Vectors, terms: Sequence[str], most: int) -> list[Found]:
        """Passages that may answer, in the order of their rows."""
        generation = self.generation
        lexical = dict(generation.passages.matching(terms, most))
        documents = dict(generation.documents.matching(terms, most))
        rows = {*lexical, *(row for row, _ in generation.vectors.nearest(vector, most))}
        for document in list(documents)[:BEST_DOCUMENTS]:
            rows.update(generation.store.rows_of(document, PASSAGES_OF_DOCUMENT))
        document_of = generation.store.documents_of(sorted(rows))
        cosines = generation.vectors.cosines(vector, list(document_of))
        return [
            Found(row, lexical.get(row, 0.0), documents.get(document, 0.0), float(cosine))
            for (row, document), cosine in zip(document_of.items(), cosines, strict=True)
        ]

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """Passages by row, in that order."""
        return self.generation.store.passages(rows)

    def tokens(self, stored: Sequence[StoredPassage]) -> list[TokenIds]:
        """Token ids of passages."""
        return [self.generation.tokens.of(found.row) for found in stored]

    def find(self, passage_id: str) -> StoredPassage | None:
        """The passage with an id."""
        return self.generation.store.find(passage_id)

    def digest_of(self, document_id: str) -> str:
        """SHA-256 of the file that a document stands in; empty for an unknown document."""
        return self.generation.store.digest_of(document_id)

    def documents(self) -> list[DocumentEntry]:
        """All documents, in the order they were read."""
        return self.generation.store.documents()

    def close(self) -> None:
        """Close the files."""
        self.generation.store.close()
