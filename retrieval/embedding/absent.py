"""Stands in for a model that is still being loaded, so that terms can be looked up meanwhile."""

from collections.abc import Sequence

import numpy as np

from retrieval.embedding import TokenIds
from retrieval.question import Question
from retrieval.types import Vectors


class NoVectors:
    """Every vector is zero."""

    def __init__(self, name: str, fingerprint: str, dimension: int) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.is_light = True

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Zeros, shape ``(len(texts), dimension)``."""
        return np.zeros((len(texts), self.dimension), dtype=np.float32)

    def embed_question(self, question: Question) -> Vectors:
        """Zeros, shape ``(dimension,)``."""
        return np.zeros(self.dimension, dtype=np.float32)

    def tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        """Return no tokens."""
        return [np.empty(0, dtype=np.uint32) for _ in texts]

    def token_texts(self, ids: TokenIds) -> list[str]:
        """Return no texts."""
        return []

    def token_vectors(self, ids: TokenIds) -> Vectors:
        """Return no vectors, shape ``(0, dimension)``."""
        return np.empty((0, self.dimension), dtype=np.float32)

    def embed_tokens(self, rows: Sequence[TokenIds]) -> None:
        """Nothing: no model, no vectors."""

    def token_cosines(self, vectors: Vectors, ids: TokenIds) -> Vectors:
        """Zeros, shape ``(len(vectors), len(ids))``."""
        return np.zeros((len(vectors), len(ids)), dtype=np.float32)
