"""Passage vectors in FAISS, and the token ids of passages in two flat arrays.

Both are written in parts, as the store is: rows of one part all come before those of the next.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import TokenIds
from retrieval.types import Vectors

FILE = "vectors.faiss"
TOKENS_FILE = "tokens.npy"
OFFSETS_FILE = "token_offsets.npy"


def write_vectors(folder: Path, vectors: Iterable[Vectors], dimension: int) -> None:
    """Write unit vectors, in batches of shape ``(n, dimension)``, as an exact inner product.

    Raises:
        OSError: The file cannot be written.
    """
    index = faiss.IndexFlatIP(dimension)
    for batch in vectors:
        index.add(batch)
    try:
        faiss.write_index(index, str(folder / FILE))
    except RuntimeError as error:  # a full disk, say
        reason = str(error).splitlines()[-1]
        raise OSError(f"{folder / FILE}: cannot be written ({reason})") from None


class TokenWriter:
    """Gathers each passage's token ids, one after another."""

    def __init__(self) -> None:
        self._flat: list[TokenIds] = []
        self._lengths: list[NDArray[np.int64]] = []

    def add(self, tokens: Sequence[TokenIds]) -> None:
        """Add the token ids of some passages."""
        if tokens:
            self._flat.append(np.concatenate(tokens).astype(np.uint32))
            self._lengths.append(np.array([len(ids) for ids in tokens], dtype=np.int64))

    def write(self, folder: Path) -> None:
        """Write what was gathered."""
        lengths = np.concatenate([*self._lengths, np.empty(0, dtype=np.int64)])
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        flat = np.concatenate([*self._flat, np.empty(0, dtype=np.uint32)])
        np.save(folder / TOKENS_FILE, flat.astype(np.uint32))
        np.save(folder / OFFSETS_FILE, offsets)


class VectorIndex:
    """Nearest passages by inner product of unit vectors (cosine)."""

    def __init__(self, folders: Sequence[Path], dropped: Sequence[int] = ()) -> None:
        """Map the vectors of a generation into memory.

        Args:
            folders: Where they stand, in the order of their rows.
            dropped: Rows that are never near anything, in order.
        """
        self._parts = [
            faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP_IFC) for folder in folders
        ]
        self._starts = np.cumsum([0, *(part.ntotal for part in self._parts)])
        self._parameters = [self._without(dropped, part) for part in range(len(self._parts))]
        self._dropped = len(dropped)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._parts[0].d)

    def count(self) -> int:
        """How many vectors are held."""
        return int(self._starts[-1]) - self._dropped

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Rows and cosines of the nearest passages, best first; equal ones by row.

        Args:
            vector: Shape ``(dimension,)``, of length 1.
            limit: Most rows to return.
        """
        if limit == 0 or not vector.any():
            return []
        found: list[tuple[int, float]] = []
        for part, start, parameters in zip(
            self._parts, self._starts[:-1], self._parameters, strict=True
        ):
            most = min(limit, part.ntotal)
            if most:
                scores, rows = part.search(vector.reshape(1, -1), most, params=parameters)
                found += (
                    (int(start + row), float(score))
                    for row, score in zip(rows[0], scores[0], strict=True)
                    if row >= 0  # FAISS pads with -1 where fewer are left
                )
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def cosines(self, vector: Vectors, rows: Sequence[int]) -> Vectors:
        """Cosines of a question vector with the passages of some rows, shape ``(len(rows),)``."""
        wanted = np.asarray(rows, dtype=np.int64)
        stored = np.empty((len(wanted), self.dimension), dtype=np.float32)
        parts = np.searchsorted(self._starts, wanted, side="right") - 1
        for number, part in enumerate(self._parts):
            here = parts == number
            if here.any():
                stored[here] = part.reconstruct_batch(wanted[here] - self._starts[number])
        cosines: Vectors = stored @ vector
        return cosines

    def _without(self, dropped: Sequence[int], part: int) -> "faiss.SearchParameters | None":
        rows = np.asarray(dropped, dtype=np.int64)
        start, end = self._starts[part], self._starts[part + 1]
        rows = rows[(rows >= start) & (rows < end)] - start
        if not len(rows):
            return None
        kept = np.ones(end - start, dtype=bool)
        kept[rows] = False
        bits = np.packbits(kept, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
        return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]


class TokenIndex:
    """Token ids by passage row, memory-mapped."""

    def __init__(self, folders: Sequence[Path], dropped: Sequence[int] = ()) -> None:
        self._dropped = len(dropped)
        self._tokens = [np.load(folder / TOKENS_FILE, mmap_mode="r") for folder in folders]
        self._offsets = [np.load(folder / OFFSETS_FILE) for folder in folders]

    def count(self) -> int:
        """How many passages are held."""
        return sum(len(offsets) - 1 for offsets in self._offsets) - self._dropped

    def of(self, row: int) -> TokenIds:
        """Token ids of a passage, in order."""
        for tokens, offsets in zip(self._tokens, self._offsets, strict=True):
            if row < len(offsets) - 1:
                ids: TokenIds = tokens[offsets[row] : offsets[row + 1]]
                return ids
            row -= len(offsets) - 1
        raise IndexError(row)
