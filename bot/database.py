"""Where the bot keeps what it must not forget: a SQLite file, or PostgreSQL for many bots."""

import asyncio
import fcntl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.errors import AwayError, BotError
from bot.sqlite import SqliteDatabase

_T = TypeVar("_T")
_PAUSE = 0.5
"""Seconds until a database that was away is tried again."""


class Row(Protocol):
    """What a statement gives, by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any:  # noqa: ANN401 - whatever stands there
        """The value of a column."""


class Database(Protocol):
    """Statements in the words that SQLite and PostgreSQL share, ``?`` for each value.

    Where the database is away for now, everything raises `AwayError`.
    """

    @property
    def me(self) -> int:
        """The number of this process, drawn anew at every start."""

    def rows(self, sql: str, values: Sequence[object] = ()) -> Sequence[Row]:
        """Run one statement, and return what it gives."""

    def transaction(self) -> AbstractContextManager[None]:
        """All statements of the block, or none."""

    def gone(self, owners: Iterable[int]) -> list[int]:
        """Which of some processes are at work no more; true until the transaction's end."""

    def close(self) -> None:
        """Let it go."""


def open_database(address: str, folder: Path) -> Database:
    """Open what ``[bot] database`` names, its tables made where they are missing.

    Args:
        address: Of PostgreSQL; empty for the file in the folder.
        folder: The bot's own.

    Raises:
        BotError: It cannot be opened, or is of another version.
    """
    if not address:
        return SqliteDatabase(folder)
    with _psycopg():
        from bot.postgres import PostgresDatabase
    return PostgresDatabase(address)


def describe_database(address: str, folder: Path) -> str:
    """Say which database `open_database` would open, and change nothing there.

    Raises:
        BotError: It does not serve.
    """
    if not address:
        return f"SQLite, in {folder}"
    with _psycopg():
        from bot.postgres import describe
    return describe(address)


@contextmanager
def _psycopg() -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise BotError(
            "[bot] database is PostgreSQL, and psycopg is not installed; run: "
            "pip install -e '.[postgres]'"
        ) from None


async def patiently(work: Callable[[], _T]) -> _T:
    """Do something in a thread, again and again until the database is there."""
    while True:
        try:
            return await asyncio.to_thread(work)
        except AwayError:
            await asyncio.sleep(_PAUSE)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep a second bot out of a folder.

    Raises:
        BotError: Another is at work there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BotError(
                f"{folder}: another bot is at work here; stop it, or set another [bot] folder"
            ) from None
        yield
