"""Vectors that were computed once, by the text and the model that they were computed from.

One SQLite file a model, beside the generations: what a generation needs is copied from here, so an
unchanged text is never embedded again, whichever generation or model came in between. Each batch
is committed by itself: what a crash interrupts goes on where it stopped.

A model with vectors for each token would keep them in a second `VectorCache`, in a folder of its
own: whatever is float32 with rows of one length can be kept, under a key of its own.
"""

import contextlib
import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from retrieval.types import Vectors

logger = logging.getLogger(__name__)

FOLDER = "embeddings"
_SUFFIX = ".sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    row INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL
);
"""
_AT_ONCE = 500
"""Keys asked for in one statement."""
_PAGE_BYTES = 32_768
"""Large beside a vector: of a smaller page much would stay empty."""
_OVERHEAD = 64
"""Bytes that SQLite needs for an entry beside its vector, roughly: the key twice, and headers."""


def text_key(text: str) -> bytes:
    """The name that a text's vector is kept under; 16 bytes."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class VectorCache:
    """The vectors that one model gave; a damaged file is emptied, as nothing in it is unique."""

    def __init__(self, folder: Path, fingerprint: str, dimension: int) -> None:
        """Open or make the model's file.

        Args:
            folder: Where the files of all models stand.
            fingerprint: What tells the model, and its use, from every other.
            dimension: Length of a vector.
        """
        self._dimension = dimension
        name = hashlib.sha256(f"{fingerprint} {dimension}".encode()).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}{_SUFFIX}"
        self._connection = self._open()
        self.path.touch()  # the file longest out of use is removed first

    def __enter__(self) -> "VectorCache":
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def missing(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those keys under which no sound vector is kept."""
        wanted = set(keys)
        for chunk in _chunks(wanted.copy()):
            wanted.difference_update(self._find(chunk))
        return wanted

    def add(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep vectors, shape ``(len(keys), dimension)``, for good: they survive a crash."""
        rows = zip(keys, (vector.tobytes() for vector in vectors), strict=True)
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors (key, vector) VALUES (?, ?)", rows
            )

    def vectors(self, keys: Sequence[bytes]) -> Vectors:
        """The vectors of keys, shape ``(len(keys), dimension)``.

        Raises:
            KeyError: A key is `missing`.
        """
        found = np.empty((len(keys), self._dimension), dtype=np.float32)
        for start in range(0, len(keys), _AT_ONCE):
            chunk = keys[start : start + _AT_ONCE]
            kept = self._find(chunk)
            for row, key in enumerate(chunk, start):
                found[row] = kept[key]
        return found

    def trim(self, needed: Iterable[bytes], spare_bytes: int) -> None:
        """Keep what is needed; of the rest the youngest, in this file and those of other models.

        Args:
            needed: The keys of every passage that is indexed now.
            spare_bytes: Most bytes of vectors that nothing needs now.
        """
        entry = 4 * self._dimension + _OVERHEAD
        keys = set(needed)
        spare = self._count() - len(keys)
        left = spare_bytes - max(spare, 0) * entry
        others = [path for path in self.path.parent.glob(f"*{_SUFFIX}") if path != self.path]
        for path in sorted(others, key=_last_used, reverse=True):
            left -= path.stat().st_size
            if left < 0:
                _remove(path)
        if spare > spare_bytes // entry:
            self._drop_oldest(spare - spare_bytes // entry, keys)

    def _drop_oldest(self, count: int, needed: set[bytes]) -> None:
        with self._connection:
            self._connection.execute("CREATE TEMP TABLE needed (key BLOB PRIMARY KEY)")
            self._connection.executemany("INSERT INTO needed VALUES (?)", ((k,) for k in needed))
            self._connection.execute(
                "DELETE FROM vectors WHERE row IN (SELECT row FROM vectors "
                "WHERE key NOT IN (SELECT key FROM needed) ORDER BY row LIMIT ?)",
                (count,),
            )
            self._connection.execute("DROP TABLE needed")
        self._connection.execute("PRAGMA incremental_vacuum").fetchall()

    def _find(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        marks = ",".join("?" * len(keys))
        found = self._connection.execute(
            f"SELECT key, vector FROM vectors WHERE key IN ({marks})",  # noqa: S608 - marks alone
            keys,
        ).fetchall()
        sound = [(key, blob) for key, blob in found if len(blob) == 4 * self._dimension]
        if not sound:
            return {}
        vectors = np.frombuffer(b"".join(blob for _, blob in sound), dtype=np.float32)
        vectors = vectors.reshape(len(sound), self._dimension)
        with np.errstate(all="ignore"):
            lengths = np.linalg.norm(vectors, axis=1)
        # Every vector has length 1, or 0 where the text holds no token: else its bytes are damaged.
        whole = (np.abs(lengths - 1) < 1e-3) | (lengths == 0)
        return {key: vectors[at] for at, (key, _) in enumerate(sound) if whole[at]}

    def _count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM vectors").fetchone()[0])

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(self.path)
        except sqlite3.OperationalError:
            raise  # the disk is full, or the folder cannot be written: nothing is damaged
        except sqlite3.DatabaseError as error:
            logger.warning("%s: is damaged (%s); its texts are embedded anew", self.path, error)
            _remove(self.path)
            return _connect(self.path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60)
    try:
        connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(_SCHEMA)
        _check(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()


def _last_used(path: Path) -> float:
    return path.stat().st_mtime


def _chunks(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    iterator = iter(keys)
    while chunk := list(islice(iterator, _AT_ONCE)):
        yield chunk
