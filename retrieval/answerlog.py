"""The log of answers: what was said to whom is told by its trace, one JSON object a line.

::

    {"trace": "qx3…", "question": "民宿有多少家", "answered": true,
     "excerpts": [{"source": "a.txt", "spans": [[3075, 3198]]}]}

The bot writes such lines (with fields of its own beside these, if it likes); ``chuchu replay``
asks their questions again.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import LogError
from retrieval.types import Answer, Json, Span


@dataclass(frozen=True, slots=True)
class LoggedExcerpt:
    """Where an excerpt stood."""

    source: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class LoggedAnswer:
    """What was said to a question."""

    trace: str
    question: str
    answered: bool
    excerpts: tuple[LoggedExcerpt, ...]
    """What was shown, best first."""

    @classmethod
    def of(cls, answer: Answer) -> "LoggedAnswer":
        """Keep of an answer what the log keeps."""
        shown = tuple(LoggedExcerpt(e.citation.source, e.citation.spans) for e in answer.shown)
        return cls(answer.trace, answer.question, answer.answered, shown)

    @property
    def line(self) -> str:
        """The answer as a line of the log, without its line break."""
        excerpts = [{"source": e.source, "spans": list(e.spans)} for e in self.excerpts]
        return json.dumps(
            {
                "trace": self.trace,
                "question": self.question,
                "answered": self.answered,
                "excerpts": excerpts,
            },
            ensure_ascii=False,
        )


def append_answer(file: Path, answer: Answer) -> None:
    """Add an answer to a log, which is made where it is missing.

    Raises:
        OSError: The file cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    line = LoggedAnswer.of(answer).line.encode("utf-8", "surrogatepass")
    with file.open("ab") as log:
        # A line that a crash cut off is ended first.
        log.write((b"" if _ends_a_line(file) else b"\n") + line + b"\n")


def read_log(file: Path) -> list[LoggedAnswer]:
    """Read a log; fields that it does not know are passed over.

    Lines that a crash cut off are passed over too.

    Raises:
        LogError: The file cannot be read, or a line is not a logged answer.
    """
    try:
        text = file.read_text("utf-8", errors="surrogatepass")
    except (OSError, UnicodeDecodeError) as error:
        raise LogError(f"{file}: cannot be read ({error})") from None
    return list(_answers(file, text))


def _answers(file: Path, text: str) -> Iterator[LoggedAnswer]:
    found = False
    torn = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except ValueError:
            torn = torn or number
            continue
        try:
            answer = _read_line(raw)
        except (ValueError, KeyError, TypeError) as error:
            raise LogError(f"{file}, line {number}: not a logged answer ({error!r})") from None
        found = True
        yield answer
    if torn and not found:
        raise LogError(f"{file}, line {torn}: not a logged answer (no JSON)")


def _ends_a_line(file: Path) -> bool:
    with file.open("rb") as log:
        end = log.seek(0, os.SEEK_END)
        log.seek(max(end - 1, 0))
        return log.read() in (b"", b"\n")


def _read_line(raw: Json) -> LoggedAnswer:
    excerpts = tuple(
        LoggedExcerpt(str(e["source"]), tuple(Span(int(a), int(b)) for a, b in e["spans"]))
        for e in raw["excerpts"]
    )
    return LoggedAnswer(str(raw["trace"]), str(raw["question"]), bool(raw["answered"]), excerpts)
