"""Terms as sparse vectors: the product of a question's and a passage's is its BM25.

The formula is tantivy's (k1 1.2, b 0.75, lengths rounded to what one byte holds), so that both
engines measure the same. A question's weights are what its terms tell (idf), a passage's how often
they stand in it. These depend on the mean length of passages, which an edition keeps as it was
when it was begun: else each new document would change every row.
"""

import base64
import hashlib
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_K1 = 1.2
_B = 0.75
_LAST = 2**32 - 2
"""The last dimension that a sparse vector of Milvus has."""
_BLOCK = 4000
"""Terms in a block: 64,000 characters, of the 65,535 that a field holds."""
_WAITING = 4_000_000
"""Terms that wait, 32 MB, before they are counted."""
_ENTRY = np.dtype([("hash", "<u8"), ("count", "<u4")])


def _rounded_lengths() -> list[int]:
    """The lengths that tantivy tells apart: the first 40, then eight a doubling."""
    return [
        code if code < 32 else 24 + ((8 | (code & 7)) << ((code - 24 >> 3) - 1))
        for code in range(256)
    ]


_LENGTHS = _rounded_lengths()


@lru_cache(maxsize=200_000)
def term_hash(term: str) -> int:
    """64 bits that stand for a term."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


def dimension(term: str) -> int:
    """The dimension of a term. Of a million terms, some hundred share theirs with another."""
    return min(term_hash(term) >> 32, _LAST)


@dataclass(frozen=True, slots=True)
class Bm25:
    """Weights of terms in rows of some mean length."""

    mean_length: float

    def weigh(self, terms: Sequence[str]) -> dict[int, float]:
        """How much each term of a row counts, by dimension; terms repeat as they stand there."""
        length = _LENGTHS[bisect_right(_LENGTHS, len(terms)) - 1]
        norm = _K1 * (1 - _B + _B * length / (self.mean_length or 1.0))
        weights: dict[int, float] = {}
        for term, times in Counter(terms).items():
            at = dimension(term)
            weights[at] = weights.get(at, 0.0) + (_K1 + 1) * times / (times + norm)
        return weights


def weigh_question(
    terms: Iterable[str], frequency: Callable[[str], int], count: int
) -> dict[int, float]:
    """What the terms of a question tell, by dimension; those that stand nowhere tell nothing.

    Args:
        terms: Each once.
        frequency: In how many rows a term stands.
        count: How many rows there are.
    """
    found = ((term, frequency(term)) for term in terms)
    return {
        dimension(term): math.log(1 + (count - times + 0.5) / (times + 0.5))
        for term, times in found
        if times
    }


def product(question: Mapping[int, float], row: Mapping[int, float]) -> float:
    """What a server makes of both: the BM25 of a row."""
    return sum(weight * row.get(at, 0.0) for at, weight in question.items())


class Vocabulary:
    """In how many rows each term stands."""

    def __init__(self, hashes: NDArray[np.uint64], counts: NDArray[np.uint32]) -> None:
        """Keep what was counted.

        Args:
            hashes: Of terms, sorted, shape ``(terms,)``.
            counts: Rows of each, shape ``(terms,)``.
        """
        self.hashes = hashes
        self.counts = counts

    def frequency(self, term: str) -> int:
        """In how many rows a term stands."""
        wanted = np.uint64(term_hash(term))
        at = int(np.searchsorted(self.hashes, wanted))
        found = at < len(self.hashes) and self.hashes[at] == wanted
        return int(self.counts[at]) if found else 0

    def blocks(self) -> list[str]:
        """As text, in pieces that a field holds."""
        entries = np.empty(len(self.hashes), _ENTRY)
        entries["hash"], entries["count"] = self.hashes, self.counts
        return [
            base64.b64encode(entries[start : start + _BLOCK].tobytes()).decode()
            for start in range(0, len(entries), _BLOCK)
        ]

    @classmethod
    def of(cls, blocks: Iterable[str]) -> "Vocabulary":
        """Read what `blocks` gave."""
        entries = np.frombuffer(b"".join(map(base64.b64decode, blocks)), _ENTRY)
        return cls(np.ascontiguousarray(entries["hash"]), np.ascontiguousarray(entries["count"]))


class TermCount:
    """Counts in how many rows each term stands, and how long rows are."""

    def __init__(self) -> None:
        self.rows = 0
        self.terms = 0
        self._hashes = np.empty(0, np.uint64)
        self._counts = np.empty(0, np.int64)
        self._waiting: list[int] = []

    @property
    def mean_length(self) -> float:
        """Terms in a row, repetitions too."""
        return self.terms / max(self.rows, 1)

    def add(self, terms: Sequence[str]) -> None:
        """Count a row."""
        self.rows += 1
        self.terms += len(terms)
        self._waiting += map(term_hash, set(terms))
        if len(self._waiting) > _WAITING:
            self._merge()

    def vocabulary(self) -> Vocabulary:
        """What was counted."""
        self._merge()
        return Vocabulary(self._hashes, self._counts.astype(np.uint32))

    def _merge(self) -> None:
        waiting = np.array(self._waiting, np.uint64)
        counts = np.concatenate([self._counts, np.ones(len(waiting), np.int64)])
        hashes, where = np.unique(np.concatenate([self._hashes, waiting]), return_inverse=True)
        self._hashes = hashes
        self._counts = np.bincount(where, counts, len(hashes)).astype(np.int64)
        self._waiting = []
