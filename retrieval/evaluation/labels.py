"""Labelled questions: JSON Lines, one question a line, answers named by file and verbatim quote.

A quote survives re-cutting, re-indexing and another model; a passage's number does not::

    {"question": "民宿有多少家", "answers": [{"source": "a.txt", "quote": "民宿271家"}], "tags": []}

No answers: the documents do not say, and silence is right.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import LabelError
from retrieval.types import Excerpt, Json, Passage

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Label:
    """A place that answers: a file, and words that stand in it."""

    source: str
    quote: str

    def answered_by(self, excerpt: Excerpt, *, marked: bool = False) -> bool:
        """Whether the excerpt (or its marked part) holds the quote, line breaks aside."""
        text = excerpt.marked_text if marked else excerpt.text
        return self._is_in(excerpt.citation.source, text)

    def stands_in(self, passage: Passage) -> bool:
        """Whether the passage holds the quote."""
        return self._is_in(passage.source, passage.text)

    def _is_in(self, source: str, text: str) -> bool:
        return self.source == source and _bare(self.quote) in _bare(text)


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and every place that answers it."""

    question: str
    labels: tuple[Label, ...]
    tags: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return bool(self.labels)


def read_labels(file: Path) -> list[LabelledQuestion]:
    """Read labelled questions.

    Raises:
        LabelError: The file cannot be read, or a line is not a labelled question.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{file}: cannot be read ({error})") from None
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(_read_line(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise LabelError(
                f"{file}, line {number}: not a labelled question ({error!r})"
            ) from None
    if not found:
        raise LabelError(f"{file}: holds no questions")
    return found


def check_labels(questions: Collection[LabelledQuestion], sources: Mapping[str, str]) -> None:
    """Check that each quote stands in its file.

    Args:
        questions: What is to be asked.
        sources: Decoded text by path.

    Raises:
        LabelError: A file is not in the corpus, or a quote not in its file.
    """
    bare = {path: _bare(text) for path, text in sources.items()}
    for question in questions:
        for label in question.labels:
            if label.source not in bare:
                raise LabelError(f"{question.question!r}: {label.source} is not in the corpus")
            if _bare(label.quote) not in bare[label.source]:
                raise LabelError(
                    f"{question.question!r}: {label.quote!r} does not stand in {label.source}"
                )


def _read_line(raw: Json) -> LabelledQuestion:
    labels = tuple(Label(str(a["source"]), str(a["quote"])) for a in raw["answers"])
    return LabelledQuestion(str(raw["question"]), labels, tuple(map(str, raw.get("tags", ()))))


def _bare(text: str) -> str:
    return _SPACE.sub("", text)
