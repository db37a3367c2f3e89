"""A corpus of a chosen size: a folder's own files, and texts whose sentences are drawn from them.

What is drawn is real text in a made-up order: terms, passage lengths and vectors are spread as in
the folder, so that cost is measured as it would be; what it says means nothing.
"""

import math
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.corpus.files import FoundFile, find_files, limited_reader
from retrieval.corpus.workers import Failure, work_on
from retrieval.index.preparing import Preparation, PreparedSource
from retrieval.settings import CorpusSettings, PassageSettings
from retrieval.text import CJK, clauses, sentences

_SAMPLE = 300
"""Files that tell how many passages a byte of the folder gives."""
_POOL = 200_000
"""Sentences that are drawn from, at most."""
_SECTIONS = 8
"""Of a text that is made up."""
_SENTENCES = 12
"""Of a section; it gives about four passages."""
_PASSAGES = 32
"""Of a text that is made up, about."""
_OF_A_TEXT = 3
"""Passages of an encyclopedia's paragraph, about."""
_TITLE = 20
"""Characters of a title, at most."""
_SHORTEST, _LONGEST = 12, 120
"""Characters of a sentence that is drawn."""
_PER_FOLDER = 1000
"""Files in one folder."""
_IS_CHINESE = re.compile(f"[{CJK}]{{4}}")


@dataclass(frozen=True, slots=True)
class Enlarged:
    """What was written."""

    files: int
    made_up: int
    """Files of these whose sentences were drawn."""


def enlarge(
    source: Path, texts: Sequence[str], target: Path, passages: int, drawn: random.Random
) -> Enlarged:
    """Write a folder that gives about so many passages.

    Args:
        source: A folder of documents; some of its files, where all are too many, are copied.
        texts: More documents, plain text: those that questions are asked about.
        target: Where to write; must not exist.
        passages: How many passages are wanted.
        drawn: Where chance comes from.

    Raises:
        CorpusError: The folder cannot be read.
    """
    for number, text in enumerate(texts):
        _write(target / "asked", number, ".txt", text)
    files = list(find_files(source).files)
    drawn.shuffle(files)
    sample = files[:_SAMPLE]
    given = sum(found.passages for found in _prepared(source, sample))
    per_byte = given / max(sum(file.size for file in sample), 1)
    left = float(passages - _OF_A_TEXT * len(texts))
    own = 0
    for file in files:
        if left <= 0:
            break
        _copy(source / file.path, target / "own" / file.path)
        left -= file.size * per_byte
        own += 1
    made_up = _make_up(draw_sentences(source, files), target / "drawn", left, drawn)
    return Enlarged(len(texts) + own + made_up, made_up)


def _make_up(sentences_: Iterator[str], folder: Path, passages: float, drawn: random.Random) -> int:
    """Write texts that give about so many passages; how many."""
    if passages <= 0:
        return 0
    pool = list(sentences_)
    count = math.ceil(passages / _PASSAGES)
    for number in range(count):
        _write(folder, number, ".md", _text(pool, drawn))
    return count


def _text(pool: Sequence[str], drawn: random.Random) -> str:
    parts = [f"# {_title(pool, drawn)}"]
    for _ in range(_SECTIONS):
        parts.append(f"## {_title(pool, drawn)}")
        parts.append("".join(drawn.choices(pool, k=_SENTENCES)))
    return "\n\n".join(parts) + "\n"


def _title(pool: Sequence[str], drawn: random.Random) -> str:
    """The first clause of a sentence, without its comma."""
    sentence = drawn.choice(pool)
    first = clauses(sentence)[0]
    return sentence[first.start : first.end].rstrip("，；：,;:。")[:_TITLE]


def draw_sentences(source: Path, files: Sequence[FoundFile]) -> Iterator[str]:
    """Chinese sentences of passages of these files, in their order, until there are enough."""
    found = 0
    for prepared in _prepared(source, files):
        for document in prepared.documents:
            for passage in document.passages:
                for span in sentences(passage.text):
                    sentence = passage.text[span.start : span.end].replace("\n", " ")
                    if _is_drawn(sentence):
                        found += 1
                        yield sentence
        if found >= _POOL:
            return


def _is_drawn(sentence: str) -> bool:
    return _SHORTEST <= len(sentence) <= _LONGEST and bool(_IS_CHINESE.search(sentence))


def _prepared(source: Path, files: Sequence[FoundFile]) -> Iterator[PreparedSource]:
    reader, limits = limited_reader(CorpusSettings(folder=source))
    preparation = Preparation(reader, PassageSettings())
    for _, found in work_on(files, preparation, limits, preload=(Preparation.__module__,)):
        if not isinstance(found, Failure):
            yield from found


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(folder: Path, number: int, suffix: str, text: str) -> None:
    file = folder / f"{number // _PER_FOLDER:04d}" / f"{number:07d}{suffix}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
