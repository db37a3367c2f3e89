"""The bot's SQLite file: opened once, written by short transactions, safe against ``kill -9``.

Write-ahead logging with ``synchronous=NORMAL``: what is committed survives the death of the
process; a power cut can take the last moments, but leaves the file whole.
"""

import fcntl
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from bot.errors import BotError

FILE = "bot.sqlite"
_VERSION = 1
_SCHEMA = """
CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    is_private INTEGER NOT NULL,
    thread_id INTEGER,
    replied_to INTEGER,
    answers_to INTEGER NOT NULL,
    language TEXT,
    date REAL NOT NULL,
    accepted REAL NOT NULL,
    wish TEXT NOT NULL,
    text TEXT NOT NULL,
    is_command INTEGER NOT NULL,
    is_quoted INTEGER NOT NULL,
    earlier TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    answer_id INTEGER,
    seconds REAL,
    UNIQUE (chat_id, message_id)
);
CREATE INDEX requests_by_answer ON requests (chat_id, answer_id);
CREATE INDEX requests_by_state ON requests (state);
CREATE TABLE votes (
    user_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    source TEXT NOT NULL,
    quote TEXT NOT NULL,
    is_helpful INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (user_id, question, source, quote)
);
CREATE TABLE chats (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL DEFAULT '',
    approval TEXT NOT NULL DEFAULT 'unasked',
    reach TEXT NOT NULL DEFAULT 'open',
    since REAL NOT NULL DEFAULT 0,
    added_by INTEGER,
    collection TEXT NOT NULL DEFAULT '',
    threshold REAL,
    language TEXT NOT NULL DEFAULT ''
);
CREATE TABLE pairings (
    code TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL UNIQUE,
    name TEXT NOT NULL,
    at REAL NOT NULL
);
"""


class Database:
    """One connection, used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the file, made where it is missing.

        Raises:
            BotError: The folder cannot be written, or the file is of another version.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                folder / FILE, check_same_thread=False, isolation_level=None
            )
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                self._connection.executescript(
                    f"BEGIN; {_SCHEMA} PRAGMA user_version={_VERSION}; COMMIT;"
                )
        except (OSError, sqlite3.Error) as error:
            raise BotError(
                f"{folder / FILE}: cannot be opened ({error}); make {folder} writable, or set "
                "[bot] folder in config/chuchu.toml"
            ) from None
        if version not in (0, _VERSION):
            raise BotError(f"{folder / FILE}: is of another version of Chuchu; move it away")
        self._lock = RLock()

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

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep a second bot out of a folder.

    Raises:
        BotError: Another is at work there.
    """
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BotError(
                f"{folder}: another bot is at work here; stop it, or set another [bot] folder"
            ) from None
        yield
