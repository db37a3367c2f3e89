"""Clean documents -> ``retrieval/frequencies.tsv.gz``: how common index terms are in general text.

It gives inverse document frequencies to corpora that are too small to have their own.
"""

import gzip
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from retrieval.text import terms
from retrieval.training.sources import CleanDocument, passages

KEPT = 60_000


def count_terms(documents: Iterable[CleanDocument]) -> tuple[int, Counter[str]]:
    """Count passages of about 120 characters, and in how many of them each term stands."""
    total = 0
    counts: Counter[str] = Counter()
    for document in documents:
        for section in document.sections:
            for passage in passages(section.paragraphs):
                total += 1
                counts.update(set(terms(passage)))
    return total, counts


def write_frequencies(path: Path, total: int, counts: Counter[str]) -> None:
    """Write the most frequent terms, ties by code point; the same counts give the same bytes."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
    lines = [f"#passages\t{total}", *(f"{term}\t{count}" for term, count in ranked)]
    raw = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(raw, compresslevel=9, mtime=0))
