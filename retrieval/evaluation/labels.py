"""Labelled questions: JSON Lines, one question a line, answers named by file and verbatim quote.

A quote survives re-cutting, re-indexing and another model; a passage's number does not::

    {"question": "民宿有多少家", "answers": [{"source": "a.txt", "quote": "民宿271家"}],
     "language": "zh", "tags": ["short"], "note": "asked in the group"}

No answers: the documents do not say, and silence is right. An empty quote means the whole file. The
tag ``bad`` marks what somebody called a bad answer: it waits for a person to label it.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.errors import LabelError
from retrieval.text import fold, is_cjk
from retrieval.types import Json, Passage

BAD = "bad"
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Label:
    """A place that answers: a file, and words that stand in it."""

    source: str
    quote: str
    """As it stands there; line breaks, width, case and script do not matter. Empty: all of it."""

    def stands_in(self, passage: Passage) -> bool:
        """Whether the passage holds the quote whole."""
        return self.source == passage.source and bare(self.quote) in bare(passage.text)


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and every place that answers it."""

    question: str
    labels: tuple[Label, ...]
    tags: tuple[str, ...] = ()
    language: str = ""
    """``zh``, ``zh-Hant``, ``en``, ``mixed``; empty if it was not said."""
    note: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return bool(self.labels)

    @property
    def waits(self) -> bool:
        """Whether a person has yet to say which answer is right."""
        return BAD in self.tags

    @property
    def spoken(self) -> str:
        """The language: as labelled, else as its characters tell."""
        return self.language or ("zh" if any(map(is_cjk, self.question)) else "en")


def bare(text: str) -> str:
    """Text as quotes are compared: folded, without spaces and line breaks."""
    return _SPACE.sub("", fold(text))


def is_marked(quote: str, part: str) -> bool:
    """Whether marked words hold a quote, or are a part of it."""
    bare_quote, bare_part = bare(quote), bare(part)
    return bare_quote in bare_part or bare_part in bare_quote


def read_labels(file: Path) -> list[LabelledQuestion]:
    """Read labelled questions.

    Raises:
        LabelError: The file cannot be read, or a line is not a labelled question.
    """
    found = [question for _, question in _numbered(file)]
    if not found:
        raise LabelError(f"{file}: holds no questions; add one: chuchu labels add")
    return found


def write_labels(file: Path, questions: Sequence[LabelledQuestion]) -> None:
    """Write labelled questions; a file of the same name is replaced at once, or not at all.

    Raises:
        LabelError: The file cannot be written.
    """
    _replace(file, "".join(label_line(question) + "\n" for question in questions))


@dataclass(frozen=True, slots=True)
class Added:
    """What became of labelled questions that were added to a file."""

    new: int
    joined: int
    """Questions that the file had already, and whose answers, tags and notes were added."""
    refused: tuple[str, ...]
    """Why others were left out: what has answers was said to have none, or the reverse."""


def add_labels(file: Path, added: Iterable[LabelledQuestion]) -> Added:
    """Add labelled questions to a file, which is made where it is missing.

    Lines of questions that are not added to stay as they are.

    Raises:
        LabelError: The file cannot be read or written.
    """
    numbered = _numbered(file) if file.exists() else []
    known = {question.question: (number, question) for number, question in numbered}
    lines = file.read_text("utf-8-sig").rstrip("\n").split("\n") if numbered else []
    new = joined = 0
    refused: list[str] = []
    for question in added:
        number, old = known.get(question.question, (len(lines) + 1, None))
        if old is not None and old.answerable != question.answerable and not old.waits:
            says = "has answers" if old.answerable else "has none"
            refused.append(f"{file}, line {number}: {question.question!r} is there and {says}")
            continue
        joint = question if old is None else _join(old, question)
        known[question.question] = number, joint
        lines[number - 1 : number] = [label_line(joint)]
        new, joined = new + (old is None), joined + (old is not None)
    _replace(file, "".join(line + "\n" for line in lines))
    return Added(new, joined, tuple(refused))


def remove_label(file: Path, question: str, label: Label) -> None:
    """Take an answer from a question; a question that is left without any is taken out.

    Raises:
        LabelError: The file cannot be read or written, or has no such answer.
    """
    numbered = _numbered(file)
    found = [(n, q) for n, q in numbered if q.question == question and label in q.labels]
    if not found:
        raise LabelError(f"{file}: {question!r} has no answer {label.quote!r} in {label.source}")
    number, old = found[0]
    left = replace(old, labels=tuple(one for one in old.labels if one != label))
    lines = file.read_text("utf-8-sig").rstrip("\n").split("\n")
    lines[number - 1 : number] = [label_line(left)] if left.labels else []
    _replace(file, "".join(line + "\n" for line in lines))


def label_line(question: LabelledQuestion) -> str:
    """A labelled question as a line of the file, without its line break."""
    answers = [{"source": label.source, "quote": label.quote} for label in question.labels]
    line: Json = {"question": question.question, "answers": answers}
    optional = {
        "language": question.language,
        "tags": list(question.tags),
        "note": question.note,
    }
    line |= {name: value for name, value in optional.items() if value}
    return json.dumps(line, ensure_ascii=False)


def _numbered(file: Path) -> list[tuple[int, LabelledQuestion]]:
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{file}: cannot be read ({error})") from None
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append((number, read_label(json.loads(line))))
        except (ValueError, KeyError, TypeError) as error:
            raise LabelError(
                f"{file}, line {number}: not a labelled question ({error!r})"
            ) from None
    return found


def read_label(raw: Json) -> LabelledQuestion:
    """Read the object of one line.

    Raises:
        KeyError: ``question`` or ``answers`` is missing.
        TypeError: A field is of another type.
        ValueError: The question is empty.
    """
    question = raw["question"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError("question is not a text")
    if not isinstance(raw["answers"], list):
        raise TypeError("answers is not a list")
    labels = tuple(Label(str(a["source"]), str(a["quote"])) for a in raw["answers"])
    tags = raw.get("tags", ())
    if isinstance(tags, str):
        raise TypeError("tags is not a list")
    return LabelledQuestion(
        question=question,
        labels=labels,
        tags=tuple(map(str, tags)),
        language=str(raw.get("language", "")),
        note=str(raw.get("note", "")),
    )


def _join(old: LabelledQuestion, new: LabelledQuestion) -> LabelledQuestion:
    """Join two labellings of a question; one that a person made takes the place of a bad one."""
    if new.waits and not old.waits:
        return old
    kept = () if old.waits and not new.waits else old.labels
    tags = dict.fromkeys((*old.tags, *new.tags))
    return LabelledQuestion(
        question=old.question,
        labels=tuple(dict.fromkeys((*kept, *new.labels))),
        tags=tuple(tag for tag in tags if tag != BAD or new.waits),
        language=old.language or new.language,
        note="; ".join(dict.fromkeys(note for note in (old.note, new.note) if note)),
    )


def _replace(file: Path, content: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}.", delete=False
        ) as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        mode = file.stat().st_mode if file.exists() else 0o644
        Path(written.name).chmod(mode)
        Path(written.name).replace(file)
    except (OSError, UnicodeEncodeError) as error:
        raise LabelError(f"{file}: cannot be written ({error})") from None
