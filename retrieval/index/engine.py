"""The seam between what holds passages and what judges them.

An engine brings candidates and reads passages; it is embedded (`retrieval.index.generation`) or
serves many machines. Ranking, marking, silence and citations stand above it and are the same code
for every engine: what an engine measures are features, never a verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from retrieval.embedding import TokenIds
from retrieval.index.recipe import Recipe
from retrieval.index.store import DocumentEntry, StoredPassage
from retrieval.types import Vectors

BEST_DOCUMENTS = 2
"""Documents whose passages are candidates even where they share no term with the question."""
PASSAGES_OF_DOCUMENT = 20
"""So many of each, from its beginning."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that may answer, by its row, with what the engine measured of it."""

    row: int
    bm25: float
    """Of the passage (k1 1.2, b 0.75); 0 where it is not among the best by terms."""
    document_bm25: float
    """Of its document, among documents."""
    cosine: float
    """Of question and passage vectors, -1 to 1."""


class Engine(Protocol):
    """The passages of one generation; safe to use from several threads.

    A row is a passage's number: passages of one document follow each other in reading order.
    """

    @property
    def name(self) -> str:
        """The name of the generation."""

    @property
    def recipe(self) -> Recipe:
        """What it was made from."""

    def count(self) -> int:
        """How many passages are held."""

    def frequency(self, term: str) -> int:
        """In how many passages a term stands; those that were dropped may be counted too."""

    def candidates(self, vector: Vectors, terms: Sequence[str], most: int) -> list[Found]:
        """Passages that may answer, in the order of their rows.

        The nearest by vector, the best by terms, and those of the best documents.

        Args:
            vector: Of the question, shape ``(dimension,)``, length 1; or 0, which is near nothing.
            terms: Of the question; each counts once.
            most: Passages that each side brings.
        """

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """Passages by row; in the order of their rows, unknown ones left out."""

    def tokens(self, stored: Sequence[StoredPassage]) -> list[TokenIds]:
        """Token ids of passages, as `retrieval.index.segments` cuts them."""

    def find(self, passage_id: str) -> StoredPassage | None:
        """The passage with an id."""

    def digest_of(self, document_id: str) -> str:
        """SHA-256 of the file that a document stands in; empty for an unknown document."""

    def documents(self) -> list[DocumentEntry]:
        """All documents, in the order they were read."""

    def close(self) -> None:
        """Let go of files or connections."""
