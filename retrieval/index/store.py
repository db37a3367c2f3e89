"""Documents and passages in one SQLite file; a passage's row is its number everywhere else."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from retrieval.types import Kind, Passage, Span

FILE = "store.sqlite"

_SCHEMA = """
CREATE TABLE documents (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    title TEXT NOT NULL,
    col TEXT NOT NULL
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents (row),
    headings TEXT NOT NULL,
    page INTEGER,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    spans TEXT NOT NULL
);
CREATE INDEX passages_by_document ON passages (document);
"""
_SELECT = """
SELECT p.row, p.document, p.id, p.headings, p.page, p.kind, p.text, p.spans,
       d.id, d.source, d.title, d.col
FROM passages p JOIN documents d ON d.row = p.document
"""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document as it is listed."""

    id: str
    source: str
    digest: str
    """SHA-256 of the file it stands in."""
    title: str
    column: str


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its row and its document's row."""

    row: int
    document_row: int
    passage: Passage


def write_store(
    folder: Path, documents: Sequence[DocumentEntry], passages: Iterable[Passage]
) -> None:
    """Write a new store; rows count from 0 in the order given."""
    rows = {document.id: row for row, document in enumerate(documents)}
    connection = sqlite3.connect(folder / FILE)
    try:
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
            ((rows[d.id], d.id, d.source, d.digest, d.title, d.column) for d in documents),
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(row, p.id, rows[p.document_id], json.dumps(p.headings, ensure_ascii=False)),
                    *(p.page, p.kind.value, p.text, json.dumps(p.spans)),
                )
                for row, p in enumerate(passages)
            ),
        )
        connection.commit()
    finally:
        connection.close()


class Store:
    """The read side; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        path = (folder / FILE).resolve()
        self._connection = sqlite3.connect(
            f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._lock = Lock()

    def count(self) -> int:
        """How many passages are stored."""
        return int(self._query("SELECT count(*) FROM passages")[0][0])

    def documents(self) -> list[DocumentEntry]:
        """All documents, in the order they were read."""
        rows = self._query("SELECT id, source, digest, title, col FROM documents ORDER BY row")
        return [DocumentEntry(*row) for row in rows]

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """Passages by row; in the order of their rows, unknown ones left out."""
        marks = ",".join("?" * len(rows))
        found = self._query(f"{_SELECT} WHERE p.row IN ({marks}) ORDER BY p.row", rows)
        return [_stored(row) for row in found]

    def passages_of(self, document_row: int) -> list[StoredPassage]:
        """All passages of a document, in reading order."""
        found = self._query(f"{_SELECT} WHERE p.document = ? ORDER BY p.row", [document_row])
        return [_stored(row) for row in found]

    def find(self, passage_id: str) -> StoredPassage | None:
        """The passage with an id."""
        found = self._query(f"{_SELECT} WHERE p.id = ?", [passage_id])
        return _stored(found[0]) if found else None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()


def _stored(row: tuple[Any, ...]) -> StoredPassage:
    number, document, id_, headings, page, kind, text, spans, document_id, source, title, column = (
        row
    )
    passage = Passage(
        id=id_,
        document_id=document_id,
        source=source,
        title=title,
        column=column,
        headings=tuple(json.loads(headings)),
        page=page,
        kind=Kind(kind),
        text=text,
        spans=tuple(Span(*span) for span in json.loads(spans)),
    )
    return StoredPassage(number, document, passage)
