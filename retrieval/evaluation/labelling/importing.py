"""Questions that others labelled -> labelled questions, and the documents they are about.

=========  ==========================================================================
SQuAD      ``{"data": [{"title", "paragraphs": [{"context", "qas": [...]}]}]}``, one JSON file
BEIR       a folder with ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/<split>.tsv``
CSV        columns ``question``, ``source``, ``quote``, and optionally ``tags``, ``language``,
           ``note``; rows with the same question are one question, an empty source is no answer
feedback   JSON Lines as the bot writes them: labelled questions, what was called bad tagged so
=========  ==========================================================================

SQuAD and BEIR bring their own documents; they are written as files, to be indexed as any folder.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from retrieval.errors import LabelError
from retrieval.evaluation.contexts import file_name
from retrieval.evaluation.labels import Label, LabelledQuestion, read_labels
from retrieval.evaluation.squad import read_contexts
from retrieval.types import Json

_TAG_SIGNS = ";，,、|"


class Format(Enum):
    """Formats that are read."""

    SQUAD = "squad"
    BEIR = "beir"
    CSV = "csv"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A document that came with the questions."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file or folder held."""

    questions: tuple[LabelledQuestion, ...]
    documents: tuple[ImportedFile, ...] = ()
    """Empty where the questions are about documents that are here already."""
    empty: int = 0
    """Entries that ask nothing, and were left out."""


def guess_format(path: Path) -> Format:
    """Tell the format by the name: a folder is BEIR, the rest goes by suffix.

    Raises:
        LabelError: There is nothing, or its suffix is none of ours.
    """
    if path.is_dir():
        return Format.BEIR
    suffixes = {".json": Format.SQUAD, ".csv": Format.CSV, ".jsonl": Format.FEEDBACK}
    if not path.exists():
        raise LabelError(f"{path}: no such file or folder")
    if path.suffix.lower() not in suffixes:
        known = ", ".join(format_.value for format_ in Format)
        raise LabelError(f"{path}: format unknown; name it with --format ({known})")
    return suffixes[path.suffix.lower()]


def import_labels(path: Path, format_: Format) -> Imported:
    """Read questions that others labelled.

    Raises:
        LabelError: A file is missing or not of that format.
    """
    readers = {
        Format.SQUAD: _squad,
        Format.BEIR: _beir,
        Format.CSV: _csv,
        Format.FEEDBACK: _feedback,
    }
    try:
        imported = readers[format_](path)
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{path}: cannot be read ({error})") from None
    if not imported.questions:
        raise LabelError(f"{path}: holds no questions")
    return imported


def write_documents(folder: Path, documents: tuple[ImportedFile, ...]) -> None:
    """Write documents under a folder that is empty or new.

    Raises:
        LabelError: The folder holds files already, or cannot be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise LabelError(f"{folder}: holds files already; name a new folder with --documents")
    try:
        for document in documents:
            file = folder / document.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(document.text, "utf-8")
    except OSError as error:
        raise LabelError(f"{folder}: cannot be written ({error.strerror})") from None


def _squad(path: Path) -> Imported:
    contexts = read_contexts(path)
    documents = (
        ImportedFile(file_name(number), context.text) for number, context in enumerate(contexts)
    )
    questions = (
        LabelledQuestion(
            asked.text, tuple(Label(file_name(number), answer) for answer in asked.answers)
        )
        for number, context in enumerate(contexts)
        for asked in context.questions
    )
    return _imported(questions, tuple(documents))


def _beir(path: Path) -> Imported:
    corpus = {str(raw["_id"]): raw for raw in _objects(path / "corpus.jsonl", "_id")}
    queries = {
        str(raw["_id"]): str(raw["text"]) for raw in _objects(path / "queries.jsonl", "_id", "text")
    }
    names = {id_: f"d{number:06d}.md" for number, id_ in enumerate(corpus)}
    documents = (ImportedFile(names[id_], _markdown(raw)) for id_, raw in corpus.items())
    questions = []
    for file in sorted((path / "qrels").glob("*.tsv")):
        for query, document in _judgements(file):
            if query not in queries or document not in names:
                what = query if query not in queries else document
                raise LabelError(f"{file}: names {what!r}, which is in no other file")
            label = Label(names[document], "")
            questions.append(LabelledQuestion(queries[query], (label,), (file.stem,)))
    if not questions:
        raise LabelError(f"{path}: not a BEIR folder: qrels/*.tsv is missing or empty")
    return _imported(iter(questions), tuple(documents))


def _markdown(raw: Json) -> str:
    title = " ".join(str(raw.get("title") or "").split())
    text = str(raw.get("text") or "")
    return f"# {title}\n\n{text}\n" if title else f"{text}\n"


def _judgements(file: Path) -> Iterator[tuple[str, str]]:
    """Query and document of each row that says they belong together."""
    rows = csv.reader(io.StringIO(file.read_text("utf-8")), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, start=1):
        is_heading = number == 1 and len(row) == 3 and not row[2].strip().lstrip("-").isdigit()
        if is_heading or not row:
            continue
        try:
            query, document, grade = row
            if int(grade) > 0:
                yield query, document
        except ValueError:
            raise LabelError(f"{file}, line {number}: not query, document and grade") from None


def _csv(path: Path) -> Imported:
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    missing = {"question", "source", "quote"} - set(rows.fieldnames or ())
    if missing:
        raise LabelError(f"{path}: has no column {', '.join(sorted(missing))}")
    return _imported(map(_row, rows))


def _row(row: dict[str, str | None]) -> LabelledQuestion:
    source = (row["source"] or "").strip()
    signs = str.maketrans(dict.fromkeys(_TAG_SIGNS, " "))
    return LabelledQuestion(
        question=(row["question"] or "").strip(),
        labels=(Label(source, row["quote"] or ""),) if source else (),
        tags=tuple((row.get("tags") or "").translate(signs).split()),
        language=(row.get("language") or "").strip(),
        note=(row.get("note") or "").strip(),
    )


def _feedback(path: Path) -> Imported:
    return _imported(iter(read_labels(path)))


def _imported(
    questions: Iterator[LabelledQuestion], documents: tuple[ImportedFile, ...] = ()
) -> Imported:
    """The same question asked twice is one question with the answers of both.

    What was called bad by one and good by another is good; what was only called bad keeps its tag.
    """
    found: dict[str, LabelledQuestion] = {}
    empty = 0
    for new in questions:
        empty += not new.question.strip()
        old = found.get(new.question)
        if old is None or (old.waits and not new.waits):
            found[new.question] = new
        elif old.waits == new.waits:
            labels = tuple(dict.fromkeys((*old.labels, *new.labels)))
            tags = tuple(dict.fromkeys((*old.tags, *new.tags)))
            found[new.question] = replace(old, labels=labels, tags=tags)
    asked = tuple(question for question in found.values() if question.question.strip())
    return Imported(asked, documents, empty)


def _objects(file: Path, *fields: str) -> Iterator[Json]:
    for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            raw: Json = json.loads(line)
            for field in fields:
                raw[field]
        except (ValueError, KeyError, TypeError) as error:
            raise LabelError(f"{file}, line {number}: not of BEIR ({error!r})") from None
        yield raw
