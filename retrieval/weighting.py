"""How much a term tells: inverse document frequency, sound for a corpus of any size.

Ten passages cannot tell a rare word from a common one. So general text (``frequencies.tsv.gz``,
counted by `retrieval.training.frequencies`) votes too, as if `PRIOR` of its passages were in the
corpus; with thousands of passages the corpus speaks for itself.
"""

import gzip
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "frequencies.tsv.gz"
PRIOR = 300.0
"""Passages of general text that are mixed in."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In which share of general passages a term stands."""

    shares: dict[str, float]
    rarest: float
    """For a term that is not listed."""

    def share(self, term: str) -> float:
        """Share of passages, 0 to 1."""
        return self.shares.get(term, self.rarest)


@cache
def general_frequencies() -> Frequencies:
    """Read the shipped frequencies."""
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        total = float(next(lines).split("\t")[1])
        counts = {}
        for line in lines:
            term, _, count = line.rpartition("\t")
            counts[term] = float(count) / total
    return Frequencies(counts, min(counts.values()) / 2)


@dataclass(frozen=True, slots=True)
class TermWeights:
    """Weights of terms in one index."""

    passages: int
    frequency: Callable[[str], int]
    """In how many of its passages a term stands."""
    general: Frequencies

    def weight(self, term: str) -> float:
        """Inverse document frequency in nats, as in BM25 (Robertson and Zaragoza 2009), never < 0.

        ``log(1 + (N - n + 0.5) / (n + 0.5))`` over the corpus and `PRIOR` general passages.
        """
        total = self.passages + PRIOR
        standing = min(self.frequency(term) + PRIOR * self.general.share(term), total)
        return math.log(1 + (total - standing + 0.5) / (standing + 0.5))
