"""Clean documents and general word frequencies -> ``retrieval/frequencies.tsv.gz``.

Two sources, since each is blind to something: passages of the training text know pairs of
characters that are no words, general word frequencies (PyPI ``wordfreq``) know how people talk. A
term is as common as the more generous of the two says. The class of a word comes from jieba's
dictionary: what names things is more of a question's topic than what is done with them.
"""

import gzip
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from retrieval.text import fold, terms
from retrieval.training.duplicates import SeenText
from retrieval.training.sources import CleanDocument, archives, passages, read_archive

KEPT = 80_000
_PER = 1_000_000
_WORDS_A_PASSAGE = {"zh": 60, "en": 30}
"""Words in a passage of 120 Chinese characters, or of as many bytes of English."""
_RAREST = 2e-7
"""Share of all words below which a word is not worth its place."""
_COMMON_ENGLISH = 0.02
"""An English word in a larger share of passages is not a topic; jieba knows no classes of them."""

# Tags of jieba's dictionary: places and organisations (those of people are too often wrong); then
# nouns, times, idioms, nominal verbs and adjectives, and abbreviations.
_NAMES = ("ns", "nt")
_THINGS = ("n", "s", "i", "j", "l", "t", "vn", "an", "eng")


def make_frequencies(data: Path, out: Path) -> None:
    """Count the archives of a data folder and write the result.

    Raises:
        CorpusError: The folder holds no archives.
    """
    seen = SeenText()
    documents = (document for path in archives(data) for document in read_archive(path, seen))
    write_frequencies(out, *count_terms(documents), general_shares(), jieba_tags())


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


def general_shares() -> Iterator[tuple[str, float]]:
    """Words and the share of passages that hold them: ``1 - exp(-words a passage * frequency)``."""
    from wordfreq import get_frequency_dict

    for language, words in _WORDS_A_PASSAGE.items():
        for word, frequency in get_frequency_dict(language, wordlist="large").items():
            if frequency > _RAREST and " " not in word:
                yield fold(word), 1 - math.exp(-words * frequency)


def word_class(term: str, tags: dict[str, str], share: float) -> str:
    """``p`` for a proper name, ``n`` for what names things, ``-`` for the rest."""
    tag = tags.get(term, "")
    if tag.startswith(_NAMES):
        return "p"
    if tag:
        return "n" if tag.startswith(_THINGS) and not tag.startswith("tg") else "-"
    return "n" if term.isascii() and term.isalpha() and share < _COMMON_ENGLISH else "-"


def jieba_tags() -> dict[str, str]:
    """Part-of-speech tags of jieba's dictionary by folded word."""
    import jieba

    lines = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    entries = (line.split(" ") for line in lines)
    return {fold(word): tag for word, _, tag in entries}


def write_frequencies(
    path: Path,
    total: int,
    counts: Counter[str],
    general: Iterable[tuple[str, float]],
    tags: dict[str, str],
) -> None:
    """Write the most common terms, ties by code point; the same input gives the same bytes."""
    shares = {term: count / total for term, count in counts.items()}
    for term, share in general:
        shares[term] = max(share, shares.get(term, 0.0))
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
    lines = (
        f"{term}\t{max(1, round(share * _PER))}\t{word_class(term, tags, share)}\n"
        for term, share in ranked
    )
    path.write_bytes(gzip.compress("".join(lines).encode(), compresslevel=9, mtime=0))
