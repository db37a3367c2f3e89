"""Passage vectors in FAISS, searched memory-mapped: `retrieval.index.kinds` says in which index.

They are written in parts, as the store is: rows of one part all come before those of the next. A
part may be several files, the rows of one before those of the next.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np

from retrieval.index.kinds import Kind, Shape, kind_of, only, trained
from retrieval.types import Vectors

FILE = "vectors.faiss"
_BATCH = 4096
"""Vectors in memory at once, beside what the index makes of them."""
_SEED = 5

OfRows = Callable[[Sequence[int]], Vectors]
"""The unit vectors of some passages of a part, counted from its first; shape ``(n, dimension)``."""
Progress = Callable[[int, int], None]
"""Called with vectors written so far, and vectors to write."""


def write_vectors(folder: Path, of_rows: OfRows, shape: Shape, progress: Progress) -> None:
    """Write vectors as they come; never all of them are in memory as floats.

    Args:
        folder: Where to.
        of_rows: Asked for each passage once, in order; before, for a sample of them.
        shape: As `retrieval.index.kinds.shape_of` chose it.
        progress: Told of vectors written.

    Raises:
        OSError: A file cannot be written.
    """
    empty = faiss.serialize_index(trained(shape, _sample(of_rows, shape)))
    for number, start in enumerate(range(0, max(shape.passages, 1), shape.at_once)):
        index = faiss.deserialize_index(empty)
        end = min(start + shape.at_once, shape.passages)
        for batch in _batches(range(start, end), _BATCH):
            index.add(of_rows(batch))
            progress(batch[-1] + 1, shape.passages)
        _write(index, folder / (f"{FILE}-{number:04}" if number else FILE))


def _sample(of_rows: OfRows, shape: Shape) -> Vectors:
    drawn = np.random.default_rng(_SEED).choice(shape.passages, shape.samples, replace=False)
    rows = np.sort(drawn).tolist()
    sample = np.empty((len(rows), shape.dimension), dtype=np.float32)
    for at in _batches(range(len(rows)), _BATCH):
        sample[at.start : at.stop] = of_rows(rows[at.start : at.stop])
    return sample


def _batches(rows: range, size: int) -> Iterator[range]:
    for start in range(rows.start, rows.stop, size):
        yield range(start, min(start + size, rows.stop))


def _write(index: faiss.Index, path: Path) -> None:
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # a full disk, say
        reason = str(error).splitlines()[-1]
        raise OSError(f"{path}: cannot be written ({reason})") from None


class VectorIndex:
    """Nearest passages by inner product of unit vectors (cosine).

    Exact in small parts. Where a part is large its vectors are held a byte a number: a cosine is
    then true to about 0.001, and a few of the nearest may be missed.
    """

    def __init__(self, folders: Sequence[Path], dropped: Sequence[int] = ()) -> None:
        """Map the vectors of a generation into memory.

        Args:
            folders: Where they stand, in the order of their rows.
            dropped: Rows that are never near anything, in order.
        """
        files = [path for folder in folders for path in sorted(folder.glob(f"{FILE}*"))]
        self._parts = [faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC) for path in files]
        self._starts = np.cumsum([0, *(part.ntotal for part in self._parts)])
        self._chosen = [self._without(dropped, part) for part in range(len(self._parts))]
        self._dropped = len(dropped)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._parts[0].d)

    @property
    def kind(self) -> Kind:
        """What the largest part is held in."""
        return kind_of(max(self._parts, key=lambda part: part.ntotal))

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
        for part, start, chosen in zip(self._parts, self._starts[:-1], self._chosen, strict=True):
            most = min(limit, part.ntotal)
            if most:
                scores, rows = part.search(vector.reshape(1, -1), most, params=chosen)
                found += (
                    (int(start + row), float(score))
                    for row, score in zip(rows[0], scores[0], strict=True)
                    if row >= 0  # FAISS pads with -1 where fewer are left
                )
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def cosines(self, vector: Vectors, rows: Sequence[int]) -> Vectors:
        """Cosines of a question vector with the passages of some rows, shape ``(len(rows),)``."""
        cosines: Vectors = self.vectors(rows) @ vector
        return cosines

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """Vectors of passages as they are held, shape ``(len(rows), dimension)``."""
        wanted = np.asarray(rows, dtype=np.int64)
        stored = np.empty((len(wanted), self.dimension), dtype=np.float32)
        parts = np.searchsorted(self._starts, wanted, side="right") - 1
        for number, part in enumerate(self._parts):
            here = parts == number
            if here.any():
                stored[here] = part.reconstruct_batch(wanted[here] - self._starts[number])
        return stored

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
        chosen: faiss.SearchParameters = only(self._parts[part], selector)
        return chosen
