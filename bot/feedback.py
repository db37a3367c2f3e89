"""Votes on excerpts -> labelled questions, in the format that ``chuchu evaluate`` reads.

👍 says that a quote answers a question; 👎 and ``/bad`` say that the reply was bad: the question is
written without an answer and tagged ``bad``, what was quoted stands in its note. A line is written
once, whoever says it again; people look through the file before it becomes a test.
"""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

from bot.database import Database
from bot.schema import digest

FILE = "feedback.jsonl"
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What someone says of an excerpt that was shown for a question."""

    user_id: int
    chat_id: int
    question: str
    source: str
    quote: str
    is_helpful: bool


class Feedback:
    """Keeps votes and writes the label file."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._file = folder / FILE

    def record(self, opinion: Opinion) -> None:
        """Keep an opinion, one a person and excerpt; its line is written the first time."""
        about = digest(opinion.question, opinion.source, opinion.quote)
        with self._database.transaction():
            known = self._database.rows(
                "SELECT 1 FROM votes WHERE about = ? AND is_helpful = ?",
                (about, opinion.is_helpful),
            )
            self._database.rows(
                "INSERT INTO votes (user_id, chat_id, question, source, quote, is_helpful, at,"
                " about) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id, about) DO UPDATE SET"
                " chat_id = excluded.chat_id, is_helpful = excluded.is_helpful, at = excluded.at",
                (
                    *(opinion.user_id, opinion.chat_id, opinion.question, opinion.source),
                    *(opinion.quote, opinion.is_helpful, time.time(), about),
                ),
            )
        if not known:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(_line(opinion) + "\n")


def _line(opinion: Opinion) -> str:
    answer = {"source": opinion.source, "quote": opinion.quote}
    label = {
        "question": opinion.question,
        "answers": [answer] if opinion.is_helpful else [],
        "tags": ["feedback", "helpful" if opinion.is_helpful else "bad"],
        "language": "zh" if _CHINESE.search(opinion.question) else "en",
        "note": "" if opinion.is_helpful else f"{opinion.source}: {opinion.quote}",
    }
    return json.dumps(label, ensure_ascii=False)
