"""Files, documents and passages in SQLite; a passage's row is its number everywhere else.

A store is written in one piece and never changed. A generation may hold two: the base, and one of
what changed since, whose rows go on counting where those of the base end.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from retrieval.types import Kind, Passage, Span

FILE = "store.sqlite"

SELECT_PASSAGES = """
SELECT p.row, p.document, p.id, p.headings, p.page, p.kind, p.text, p.spans,
       d.id, d.source, d.title, d.col
FROM passages p JOIN documents d ON d.row = p.document
"""
_WITH_ID = "WHERE p.id = ? AND d.file NOT IN (SELECT file FROM dropped)"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file as it was found."""

    path: str
    digest: str
    """SHA-256 of its bytes."""
    size: int


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """What was read from a file: its text, or one of an archive's; or why nothing was."""

    path: str
    encoding: str
    pages: int | None
    passages: int
    same_as: str
    """The source whose text it repeats, which alone is cut into passages; or ``""``."""
    text_digest: str
    notes: tuple[str, ...]
    """What was skipped, and why."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with its row."""

    row: int
    entry: FileEntry


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source with the row of its file."""

    file_row: int
    entry: SourceEntry


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


class Rows(NamedTuple):
    """How many rows there are, or where rows begin."""

    files: int = 0
    documents: int = 0
    passages: int = 0


class Store:
    """The read side; safe to use from several threads."""

    def __init__(self, folders: Sequence[Path], dropped: Sequence[int] = ()) -> None:
        """Open the stores of a generation.

        Args:
            folders: Where they stand, in the order of their rows.
            dropped: Rows of files that are no longer of the corpus.
        """
        self._connections = [_open(folder, dropped) for folder in folders]
        self._lock = Lock()

    def count(self) -> int:
        """How many passages are of the corpus."""
        return self._held("passages") - len(self.dropped_rows())

    def dropped_rows(self) -> list[int]:
        """Rows of passages that are no longer of the corpus."""
        found = self._query(
            "SELECT p.row FROM passages p JOIN documents d ON d.row = p.document "
            "WHERE d.file IN (SELECT file FROM dropped) ORDER BY p.row"
        )
        return [row for (row,) in found]

    def count_documents(self) -> int:
        """How many documents are of the corpus."""
        dropped = self._query(
            "SELECT count(*) FROM documents WHERE file IN (SELECT file FROM dropped)"
        )
        return self._held("documents") - sum(int(count) for (count,) in dropped)

    def rows(self) -> Rows:
        """Where the rows of another part would begin."""
        with self._lock:
            parts = [read_rows(connection) for connection in self._connections]
        return Rows(*map(max, zip(*parts, strict=True)))

    def files(self) -> list[StoredFile]:
        """All files, in the order they were read."""
        found = self._query(
            "SELECT row, path, digest, size FROM files d "
            "WHERE row NOT IN (SELECT file FROM dropped) ORDER BY row"
        )
        return [StoredFile(row, FileEntry(*entry)) for row, *entry in found]

    def sources(self) -> list[StoredSource]:
        """What was read from the files, in the order of their paths."""
        found = self._query(
            "SELECT file, path, encoding, pages, passages, same_as, text_digest, notes "
            "FROM sources WHERE file NOT IN (SELECT file FROM dropped)"
        )
        entries = (
            StoredSource(row, SourceEntry(path, encoding, pages, count, same_as, digest, notes))
            for row, path, encoding, pages, count, same_as, digest, notes in (
                (*row[:-1], tuple(json.loads(row[-1]))) for row in found
            )
        )
        return sorted(entries, key=lambda source: source.entry.path)

    def documents(self) -> list[DocumentEntry]:
        """All documents, in the order they were read."""
        rows = self._query(
            "SELECT id, source, digest, title, col FROM documents "
            "WHERE file NOT IN (SELECT file FROM dropped) ORDER BY row"
        )
        return [DocumentEntry(*row) for row in rows]

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """Passages by row; in the order of their rows, unknown ones left out."""
        found = self._query(
            f"{SELECT_PASSAGES} WHERE p.row IN ({marks(rows)}) ORDER BY p.row", rows
        )
        return [stored_passage(row) for row in found]

    def passages_of(self, document_row: int) -> list[StoredPassage]:
        """All passages of a document, in reading order."""
        found = self._query(
            f"{SELECT_PASSAGES} WHERE p.document = ? ORDER BY p.row", [document_row]
        )
        return [stored_passage(row) for row in found]

    def rows_of(self, document_row: int, limit: int) -> list[int]:
        """Rows of the first passages of a document."""
        found = self._query(
            "SELECT row FROM passages WHERE document = ? ORDER BY row LIMIT ?",
            [document_row, limit],
        )
        return [row for (row,) in found]

    def documents_of(self, rows: Sequence[int]) -> dict[int, int]:
        """The document of each passage, by row and in that order; unknown rows left out."""
        found = self._query(
            f"SELECT row, document FROM passages WHERE row IN ({marks(rows)}) ORDER BY row",  # noqa: S608
            rows,
        )
        return dict(found)

    def digest_of(self, document_id: str) -> str:
        """SHA-256 of the file that a document stands in; empty for an unknown document."""
        found = self._query("SELECT digest FROM documents WHERE id = ?", [document_id])
        return str(found[0][0]) if found else ""

    def passages_of_document(self, document_id: str) -> list[StoredPassage]:
        """All passages of a document by its id, in reading order."""
        found = self._query(f"{SELECT_PASSAGES} WHERE d.id = ? ORDER BY p.row", [document_id])
        return [stored_passage(row) for row in found]

    def passages_of_file(self, file_row: int) -> list[Passage]:
        """All passages of a file, in reading order."""
        found = self._query(f"{SELECT_PASSAGES} WHERE d.file = ? ORDER BY p.row", [file_row])
        return [stored_passage(row).passage for row in found]

    def find(self, passage_id: str) -> StoredPassage | None:
        """The passage with an id."""
        found = self._query(f"{SELECT_PASSAGES} {_WITH_ID}", [passage_id])
        return stored_passage(found[0]) if found else None

    def close(self) -> None:
        """Close the files."""
        for connection in self._connections:
            connection.close()

    def _held(self, table: str) -> int:
        """Rows of a table, counted by their numbers: they follow each other, and are many."""
        ends = f"SELECT (SELECT min(row) FROM {table}), (SELECT max(row) FROM {table})"  # noqa: S608
        found = self._query(ends)  # each by itself: asked for together, SQLite reads every row
        return sum(last - first + 1 for first, last in found if first is not None)

    def _query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        # Rows of one store all come before those of the next: what is ordered stays so.
        with self._lock:
            return [
                row for connection in self._connections for row in connection.execute(sql, values)
            ]


def _open(folder: Path, dropped: Sequence[int]) -> sqlite3.Connection:
    path = (folder / FILE).resolve()
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
    connection.execute("CREATE TEMP TABLE dropped (file INTEGER PRIMARY KEY)")
    connection.executemany("INSERT INTO dropped VALUES (?)", ((file,) for file in dropped))
    connection.commit()
    return connection


def read_rows(connection: sqlite3.Connection) -> Rows:
    """Where the rows of a store end."""
    tables = ("files", "documents", "passages")
    ends = (connection.execute(f"SELECT max(row) + 1 FROM {table}") for table in tables)  # noqa: S608
    return Rows(*(end.fetchone()[0] or 0 for end in ends))


def marks(values: Sequence[object]) -> str:
    """Question marks for SQL, one a value."""
    return ",".join("?" * len(values))


def stored_passage(row: tuple[Any, ...]) -> StoredPassage:
    """Read a row of `SELECT_PASSAGES`."""
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
