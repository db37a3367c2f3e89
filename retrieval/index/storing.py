"""The write side of the store."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from retrieval.index.store import (
    FILE,
    SELECT_PASSAGES,
    DocumentEntry,
    FileEntry,
    Rows,
    SourceEntry,
    StoredPassage,
    marks,
    stored_passage,
)
from retrieval.types import Passage

_SCHEMA = """
CREATE TABLE files (
    row INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL
);
CREATE TABLE sources (
    row INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (row),
    path TEXT NOT NULL,
    encoding TEXT NOT NULL,
    pages INTEGER,
    passages INTEGER NOT NULL,
    same_as TEXT NOT NULL,
    text_digest TEXT NOT NULL,
    notes TEXT NOT NULL
);
CREATE TABLE documents (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    file INTEGER NOT NULL REFERENCES files (row),
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
CREATE INDEX documents_by_file ON documents (file);
CREATE INDEX passages_by_document ON passages (document);
"""


class StoreWriter:
    """Writes a new store, row by row in the order given."""

    def __init__(self, folder: Path, start: Rows) -> None:
        self._connection = sqlite3.connect(folder / FILE)
        # What a crash leaves half written is never opened, and all is synced when it is published.
        self._connection.execute("PRAGMA journal_mode=OFF").fetchall()
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")
        self.rows = start

    def add_file(self, file: FileEntry, sources: Iterable[SourceEntry]) -> int:
        """Add a file and what was read from it; its row."""
        row = self.rows.files
        self._connection.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?)", (row, file.path, file.digest, file.size)
        )
        self._connection.executemany(
            "INSERT INTO sources (file, path, encoding, pages, passages, same_as, text_digest,"
            " notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(row, s.path, s.encoding, s.pages, s.passages, s.same_as, s.text_digest),
                    json.dumps(s.notes, ensure_ascii=False),
                )
                for s in sources
            ),
        )
        self.rows = self.rows._replace(files=row + 1)
        return row

    def add_document(
        self, file_row: int, document: DocumentEntry, passages: Sequence[Passage]
    ) -> None:
        """Add a document of a file, and its passages."""
        row, first = self.rows.documents, self.rows.passages
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(row, document.id, file_row, document.source),
                *(document.digest, document.title, document.column),
            ),
        )
        self._connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(number, p.id, row, json.dumps(p.headings, ensure_ascii=False)),
                    *(p.page, p.kind.value, p.text, json.dumps(p.spans)),
                )
                for number, p in enumerate(passages, first)
            ),
        )
        self.rows = self.rows._replace(documents=row + 1, passages=first + len(passages))

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """Passages that were added, by row."""
        found = self._connection.execute(f"{SELECT_PASSAGES} WHERE p.row IN ({marks(rows)})", rows)
        return [stored_passage(row) for row in found]

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._connection.commit()
        self._connection.close()
