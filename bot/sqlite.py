"""The bot's SQLite file: opened once, written by short transactions, safe against ``kill -9``.

Write-ahead logging with ``synchronous=NORMAL``: what is committed survives the death of the
process; a power cut can take the last moments, but leaves the file whole.
"""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from bot.errors import BotError
from bot.schema import TABLES, VERSION, digest

FILE = "bot.sqlite"
_TABLES = TABLES.format(number="INTEGER PRIMARY KEY")
_UPGRADE = """
ALTER TABLE requests ADD COLUMN owner BIGINT NOT NULL DEFAULT 0;
CREATE TABLE updates (id BIGINT PRIMARY KEY, at DOUBLE PRECISION NOT NULL);
CREATE TABLE counted AS SELECT *, digest(question, source, quote) AS about FROM votes;
DROP TABLE votes;
ALTER TABLE counted RENAME TO votes;
CREATE UNIQUE INDEX votes_by_person ON votes (user_id, about);
CREATE INDEX votes_by_subject ON votes (about);
"""
"""From version 1."""


class SqliteDatabase:
    """One connection, used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the file, made where it is missing.

        Raises:
            BotError: The folder cannot be written, or the file is of another version.
        """
        self.me = secrets.randbits(31)
        self._lock = RLock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                folder / FILE, check_same_thread=False, isolation_level=None
            )
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            version = self._make_tables()
        except (OSError, sqlite3.Error) as error:
            raise BotError(
                f"{folder / FILE}: cannot be opened ({error}); make {folder} writable, or set "
                "[bot] folder in config/chuchu.toml"
            ) from None
        if version > VERSION:
            raise BotError(f"{folder / FILE}: is of another version of Chuchu; move it away")

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Run one statement, and return what it gives."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements of the block, or none."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def gone(self, owners: Iterable[int]) -> list[int]:
        """Which processes are at work no more: all but this one, for the folder is locked."""
        return [owner for owner in owners if owner != self.me]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _make_tables(self) -> int:
        """Bring an older file up to date; the version that it had."""
        version = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        if version < VERSION:
            self._connection.create_function("digest", -1, digest, deterministic=True)
            script = _UPGRADE if version else _TABLES
            self._connection.executescript(
                f"BEGIN; {script} PRAGMA user_version={VERSION}; COMMIT;"
            )
        return version
