"""Near-duplicate paragraphs: laws repeat each other, manuals repeat themselves."""

import numpy as np
from numpy.typing import NDArray

_SHINGLE = 6
_SKETCH = 8
_SAME = 5
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class SeenText:
    """Remembers paragraphs by a bottom-k sketch of their shingles (Broder 1997).

    A paragraph is a near-duplicate if at least `_SAME` of its `_SKETCH` smallest hashes of
    `_SHINGLE` letters are those of one earlier paragraph.
    """

    def __init__(self) -> None:
        self._owners: dict[int, int] = {}
        self._count = 0

    def add(self, folded: str) -> bool:
        """Remember a folded paragraph; return whether it was new."""
        sketch = _sketch(folded)
        owners = [self._owners[h] for h in sketch if h in self._owners]
        if owners and max(map(owners.count, owners)) >= min(_SAME, len(sketch)):
            return False
        for shingle in sketch:
            self._owners[shingle] = self._count
        self._count += 1
        return True


def _sketch(folded: str) -> list[int]:
    """Return the smallest distinct hashes of the text's shingles of letters and digits."""
    letters = "".join(char for char in folded if char.isalnum()).ljust(_SHINGLE)
    codes: NDArray[np.uint64] = np.frombuffer(letters.encode("utf-32-le"), np.uint32).astype(
        np.uint64
    )
    count = len(codes) - _SHINGLE + 1
    hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(_SHINGLE):
        hashes = (hashes ^ codes[offset : offset + count]) * _MULTIPLIER
        hashes ^= hashes >> np.uint64(29)
    return [int(value) for value in np.unique(hashes)[:_SKETCH]]
