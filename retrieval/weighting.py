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

from retrieval.question import LIGHT_WORDS

FILE = Path(__file__).parent / "frequencies.tsv.gz"
PRIOR = 300.0
"""Passages of general text that are mixed in."""
# How much of a topic a word is beside a common noun; tried by hand on config/golden.jsonl.
_NAME = 1.5
_NO_TOPIC = 0.3
_LIGHT = 0.2


@dataclass(frozen=True, slots=True)
class Frequencies:
    """What general text knows of terms."""

    shares: dict[str, float]
    """In which share of general passages a term stands."""
    topics: frozenset[str]
    """Terms that name things: nouns, and words of no known class."""
    names: frozenset[str]
    """Terms that name one thing: people, places, organisations."""
    rarest: float
    """Share of a term that is not listed."""

    def share(self, term: str) -> float:
        """Share of passages, 0 to 1."""
        return self.shares.get(term, self.rarest)


@cache
def general_frequencies() -> Frequencies:
    """Read the shipped frequencies: ``term, passages of a million, word class``.

    The class is ``n`` for what names things, ``p`` for proper names, ``-`` for the rest.
    """
    shares: dict[str, float] = {}
    classes: dict[str, set[str]] = {"n": set(), "p": set(), "-": set()}
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        for line in lines:
            term, count, word_class = line.rstrip("\n").split("\t")
            shares[term] = float(count) / 1e6
            classes[word_class].add(term)
    topics, names = frozenset(classes["n"]), frozenset(classes["p"])
    return Frequencies(shares, topics, names, min(shares.values()) / 2)


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

    def emphasis(self, term: str) -> float:
        """How much of a question's topic a term is; 1 for a common noun.

        «学费» in «学费贵不贵» is what is asked for; «打算», «东西» and «起来» only carry it.
        """
        if term in LIGHT_WORDS:
            return _LIGHT
        if self.is_name(term):
            return _NAME
        is_topic = term in self.general.topics or term not in self.general.shares
        return 1.0 if is_topic else _NO_TOPIC

    def is_name(self, term: str) -> bool:
        """Whether a term names one person, place or organisation."""
        return term in self.general.names and term not in LIGHT_WORDS

    @property
    def most(self) -> float:
        """The weight of a term that stands nowhere."""
        total = self.passages + PRIOR
        return math.log(1 + (total + 0.5) / 0.5)
