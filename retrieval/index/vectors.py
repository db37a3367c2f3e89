"""Passage vectors in FAISS, and the token ids of passages in two flat arrays."""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from retrieval.embedding import TokenIds
from retrieval.types import Vectors

FILE = "vectors.faiss"
TOKENS_FILE = "tokens.npy"
OFFSETS_FILE = "token_offsets.npy"


def write_vectors(folder: Path, vectors: Vectors) -> None:
    """Write unit vectors, shape ``(passages, dimension)``, as an exact inner-product index."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(folder / FILE))


def write_tokens(folder: Path, tokens: Sequence[TokenIds]) -> None:
    """Write each passage's token ids, one after another."""
    offsets = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.cumsum([len(ids) for ids in tokens], out=offsets[1:])
    flat = np.concatenate([*tokens, np.empty(0, dtype=np.uint32)]).astype(np.uint32)
    np.save(folder / TOKENS_FILE, flat)
    np.save(folder / OFFSETS_FILE, offsets)


class VectorIndex:
    """Nearest passages by inner product of unit vectors (cosine)."""

    def __init__(self, folder: Path) -> None:
        self._index = faiss.read_index(str(folder / FILE))

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def count(self) -> int:
        """How many vectors are held."""
        return int(self._index.ntotal)

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Rows and cosines of the nearest passages, best first; equal ones by row.

        Args:
            vector: Shape ``(dimension,)``, of length 1.
            limit: Most rows to return; FAISS pads with -1 beyond its count, so it is clamped.
        """
        limit = min(limit, self.count())
        if limit == 0 or not vector.any():
            return []
        scores, rows = self._index.search(vector.reshape(1, -1), limit)
        found = ((int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True))
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def cosines(self, vector: Vectors, rows: Sequence[int]) -> Vectors:
        """Cosines of a question vector with the passages of some rows, shape ``(len(rows),)``."""
        stored = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        cosines: Vectors = stored @ vector
        return cosines


class TokenIndex:
    """Token ids by passage row, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        self._tokens = np.load(folder / TOKENS_FILE, mmap_mode="r")
        self._offsets = np.load(folder / OFFSETS_FILE)

    def count(self) -> int:
        """How many passages are held."""
        return len(self._offsets) - 1

    def of(self, row: int) -> TokenIds:
        """Token ids of a passage, in order."""
        ids: TokenIds = self._tokens[self._offsets[row] : self._offsets[row + 1]]
        return ids
