"""PostgreSQL beneath several bots: one connection each, found again whenever it is lost.

A process at work holds an advisory lock on its number, and PostgreSQL lets go of that when the
connection ends: by ``kill -9`` at once, by a dead host when its keepalives are missed. A slow or
stopped process keeps its connection, and with it all that it has begun.
"""

import logging
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row

from bot.errors import AwayError, BotError
from bot.schema import TABLES, VERSION

logger = logging.getLogger(__name__)

_TABLES = TABLES.format(number="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
_GRACE = 5.0
"""Seconds that a process gets to come back after its connection broke: it may yet live."""
_PAUSE = 0.5
"""Seconds between attempts to connect."""
_LOCKS = int.from_bytes(b"chu!")
"""The first half of our advisory locks' keys, so that they are nobody else's."""
_CONNECTING = {
    "application_name": "chuchu",
    "connect_timeout": 5,
    "target_session_attrs": "read-write",
    # Seconds, and in the last milliseconds, until this side knows that the other is dead.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""What an address that does not say otherwise is completed by."""
_SESSION = """
SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 3;
SET lock_timeout = '5s';
"""
"""The same for the server's side."""


class PostgresDatabase:
    """One connection, used by one thread at a time."""

    def __init__(self, address: str, *, grace: float = _GRACE) -> None:
        """Connect, and make the tables where they are missing.

        Args:
            address: As libpq takes it; a password is libpq's own matter (PGPASSWORD, ~/.pgpass).
            grace: Seconds for which a process may be without connection, and not be gone.

        Raises:
            AwayError: It cannot be reached.
            BotError: The address makes no sense, or the tables are another version's.
        """
        self.me = secrets.randbits(31)
        self._told = _read(address)
        self._grace = grace
        self._lock = RLock()
        self._connection: psycopg.Connection[DictRow] | None = None
        self._missing: dict[int, float] = {}
        self._lost = 0.0
        self._tried = -_PAUSE
        try:
            version = self._make_tables()
        except psycopg.Error as error:
            self.close()
            raise BotError(_complaint(self._told, error)) from None
        if version != VERSION:
            self.close()
            raise BotError(
                f"{_place(self._told)}: its tables are of another version of Chuchu; "
                "set another [bot] database"
            )

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[DictRow]:
        """Run one statement, and return what it gives."""
        with self._connected() as connection:
            stored = [_storable(value) for value in values]
            # Several statements at once take no values.
            found = connection.execute(_dialect(sql), stored) if stored else connection.execute(sql)
            return found.fetchall() if found.description else []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements of the block, or none."""
        with self._connected() as connection, connection.transaction():
            yield

    def gone(self, owners: Iterable[int]) -> list[int]:
        """Which processes hold no lock, and have held none for the time of grace.

        Numbers are never used again, and the locks tried here are kept until the transaction ends:
        one that comes back meanwhile has to wait.
        """
        now = time.monotonic()
        free = [owner for owner in owners if owner != self.me and self._is_free(owner)]
        self._missing = {owner: self._missing.get(owner, now) for owner in free}
        return [owner for owner in free if now - self._missing[owner] >= self._grace]

    def close(self) -> None:
        """End the connection, and with it our lock."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[DictRow]]:
        with self._lock:
            try:
                yield self._connection or self._connect()
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                self._lose(error)
                raise AwayError(_complaint(self._told, error)) from None

    def _connect(self) -> psycopg.Connection[DictRow]:
        now = time.monotonic()
        if now - self._tried < _PAUSE:
            raise AwayError(f"{_place(self._told)} cannot be reached for now")
        self._tried = now
        connection = psycopg.connect(
            make_conninfo(**self._told), autocommit=True, row_factory=dict_row
        )
        try:
            connection.execute(_SESSION)
            connection.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCKS, self.me))
        except psycopg.Error:
            connection.close()
            raise
        self._connection = connection
        if self._lost:
            logger.info("PostgreSQL is back after %.0f s", now - self._lost)
        self._lost = 0.0
        # Who was missing then may only have lost the connection, as we did.
        self._missing = {}
        return connection

    def _lose(self, error: psycopg.Error) -> None:
        """Let a broken connection go, and say so; one that only refused a statement is kept."""
        if self._connection is not None and self._connection.closed:
            self._connection = None
            self._lost = time.monotonic()
            logger.warning("%s; trying on", _complaint(self._told, error))

    def _make_tables(self) -> int:
        with self.transaction():
            # Of processes that start together one makes them, and the others wait.
            self.rows("SELECT pg_advisory_xact_lock(?, 0)", (_LOCKS,))
            if self.rows("SELECT to_regclass('chuchu') AS found")[0]["found"] is None:
                self.rows(_TABLES)
                self.rows("CREATE TABLE chuchu (version INTEGER NOT NULL)")
                self.rows("INSERT INTO chuchu VALUES (?)", (VERSION,))
            return int(self.rows("SELECT version FROM chuchu")[0]["version"])

    def _is_free(self, owner: int) -> bool:
        tried = self.rows("SELECT pg_try_advisory_xact_lock(?, ?) AS is_free", (_LOCKS, owner))
        return bool(tried[0]["is_free"])


def describe(address: str) -> str:
    """Say which server answers at an address, and change nothing there.

    Raises:
        BotError: None answers, or it does not let us make tables.
    """
    told = _read(address)
    started = time.monotonic()
    try:
        with psycopg.connect(make_conninfo(**told), row_factory=dict_row) as connection:
            found = connection.execute(
                "SELECT current_setting('server_version') AS version, current_user AS name,"
                " has_schema_privilege(current_schema(), 'CREATE')"
                " OR to_regclass('chuchu') IS NOT NULL AS may_serve"
            ).fetchone()
    except psycopg.Error as error:
        raise BotError(_complaint(told, error)) from None
    if not found or not found["may_serve"]:
        raise BotError(
            f"{_place(told)} does not let us make tables; run there: "
            f"GRANT CREATE ON SCHEMA public TO {found and found['name']}"
        )
    took = 1000 * (time.monotonic() - started)
    return f"{_place(told)}, version {found['version']}, answers after {took:.0f} ms"


def _read(address: str) -> dict[str, Any]:
    try:
        return _CONNECTING | conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        said = str(error).strip()
        raise BotError(f"[bot] database is no address of PostgreSQL ({said})") from None


def _place(told: dict[str, Any]) -> str:
    """Where a database stands, without the rest of its address."""
    return f"PostgreSQL at {told.get('host') or 'this machine'}/{told.get('dbname') or ''}"


def _complaint(told: dict[str, Any], error: psycopg.Error) -> str:
    said = " ".join(str(error).partition("\n")[0].split())[:200]
    cure = "start it, set PGPASSWORD or ~/.pgpass, or correct [bot] database"
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        cure = "let the bot's user make tables (GRANT CREATE ON SCHEMA public TO …)"
    return f"{_place(told)} does not serve ({said}); {cure}"


def _dialect(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def _storable(value: object) -> object:
    """A value as PostgreSQL takes it: no text may hold a zero byte there."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
