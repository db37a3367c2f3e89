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
    read_rows,
    stored_passage,
)
from retrieval.types import Passage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    row INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS sources (
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
CREATE TABLE IF NOT EXISTS documents (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    file INTEGER NOT NULL REFERENCES files (row),
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    title TEXT NOT NULL,
    col TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS passages (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents (row),
    headings TEXT NOT NULL,
    page INTEGER,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    spans TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_by_file ON documents (file);
CREATE INDEX IF NOT EXISTS passages_by_document ON passages (document);
"""
_DELETIONS = (
    "DELETE FROM passages WHERE document IN (SELECT row FROM documents WHERE file >= ?)",
    "DELETE FROM documents WHERE file >= ?",
    "DELETE FROM sources WHERE file >= ?",
    "DELETE FROM files WHERE row >= ?",
)
_CACHE_KB = 64_000
"""Of pages in memory: ids stand in no order, and each is looked up in all of theirs."""


class StoreWriter:
    """Writes a store, row by row in the order given."""

    def __init__(self, folder: Path, start: Rows, *, resumable: bool = False) -> None:
        """Begin a store, or go on with one that was begun.

        Args:
            folder: Where it stands.
            start: Where its rows begin.
            resumable: Whether what was synced is to survive a crash.
        """
        self._connection = sqlite3.connect(folder / FILE)
        if resumable:
            self._connection.execute("PRAGMA journal_mode=WAL").fetchall()
            self._connection.execute("PRAGMA synchronous=NORMAL")
        else:
            # What a crash leaves half written is never opened; all is synced when it is published.
            self._connection.execute("PRAGMA journal_mode=OFF").fetchall()
            self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")
        self.rows = Rows(*map(max, start, read_rows(self._connection)))

    def cut(self, files: int) -> None:
        """Leave out files from this row on, and all that came from them."""
        for delete in _DELETIONS:
            self._connection.execute(delete, (files,))
        self.rows = read_rows(self._connection)

    def sync(self) -> None:
        """Make what was added survive a crash, if the store is resumable."""
        self._connection.commit()
        self._connection.execute("BEGIN")

    def files(self) -> list[FileEntry]:
        """All files that were added, in order."""
        found = self._connection.execute("SELECT path, digest, size FROM files ORDER BY row")
        return [FileEntry(*entry) for entry in found]

    def texts(self) -> dict[str, str]:
        """The source of each text that was added, by the text's digest."""
        return dict(
            self._connection.execute("SELECT text_digest, path FROM sources WHERE passages > 0")
        )

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
        self._connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        self._connection.close()
