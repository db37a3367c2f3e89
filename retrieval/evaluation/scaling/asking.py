"""Questions to measure with: those of question files, or clauses of a folder's own sentences."""

import random
from collections.abc import Sequence
from pathlib import Path

from retrieval.corpus.files import find_files
from retrieval.evaluation.scaling.enlarging import draw_sentences
from retrieval.evaluation.squad import Context
from retrieval.text import clauses

_ASKED = "是什么？"
_FEWEST, _MOST = 6, 24
"""Characters of a clause that is asked about."""


def questions_of(
    contexts: Sequence[Context], source: Path, count: int, drawn: random.Random
) -> tuple[str, ...]:
    """So many questions, each once: those that people wrote, if there are any.

    Args:
        contexts: Of question files; without any, questions are made from sentences.
        source: The folder whose sentences are taken.
        count: How many, at most.
        drawn: Where chance comes from.

    Raises:
        CorpusError: The folder cannot be read.
    """
    asked = [question.text for context in contexts for question in context.questions]
    if not asked:
        files = list(find_files(source).files)
        drawn.shuffle(files)
        found = (_asked(sentence) for sentence in draw_sentences(source, files))
        asked = list(dict.fromkeys(text for text in found if text))
    return tuple(drawn.sample(asked, min(count, len(asked))))


def _asked(sentence: str) -> str:
    """The longest clause that is short enough to be asked about, as a question."""
    parts = [
        sentence[span.start : span.end].rstrip("，；：,;:。！？!?") for span in clauses(sentence)
    ]
    short = [part for part in parts if _FEWEST <= len(part) <= _MOST]
    return max(short, key=len) + _ASKED if short else ""
