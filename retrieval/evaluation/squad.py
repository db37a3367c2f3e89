"""SQuAD-format files -> contexts with their questions."""

import json
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import LabelError
from retrieval.evaluation.split import is_development


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the strings that answer it, as written."""

    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """A paragraph with the questions that were written while looking at it."""

    title: str
    text: str
    questions: tuple[Question, ...]

    @property
    def is_development(self) -> bool:
        """Whether it is held out from training."""
        return is_development(self.text)


def read_contexts(path: Path) -> list[Context]:
    """Read all contexts of a file, in its order.

    Raises:
        LabelError: The file is not SQuAD-format JSON.
    """
    try:
        articles = json.loads(path.read_text("utf-8"))["data"]
        return [
            _context(str(article.get("title", "")), paragraph)
            for article in articles
            for paragraph in article["paragraphs"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise LabelError(f"{path}: not a SQuAD-format file ({error!r})") from error


def _context(title: str, paragraph: dict[str, object]) -> Context:
    entries = paragraph["qas"]
    if not isinstance(entries, list):
        raise TypeError("qas is not a list")
    questions = tuple(
        Question(str(entry["question"]), tuple(sorted({a["text"] for a in entry["answers"]})))
        for entry in entries
    )
    return Context(title, str(paragraph["context"]), questions)
