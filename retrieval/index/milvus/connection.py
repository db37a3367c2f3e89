"""One client of a Milvus server: a deadline for every call, and errors that a person can cure."""

import contextlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from retrieval.errors import EngineError, SettingsError
from retrieval.settings import IndexSettings
from retrieval.types import Json, Vectors

if TYPE_CHECKING:
    from pymilvus import MilvusClient

TOKEN = "MILVUS_TOKEN"  # noqa: S105 - where the token is, not what
_LITE = "milvus-lite:"
_T = TypeVar("_T")
_PAGE = 1000
"""Rows in one message."""
_SPARSE_SINCE = (2, 4)
_ABSENT = re.compile(r"not found|not exist|can't find", re.IGNORECASE)
_RELEASED = re.compile(r"not (?:been |fully )?loaded|released", re.IGNORECASE)
_FORBIDDEN = re.compile(r"auth|permission|privilege|token", re.IGNORECASE)
# A server that is back must be noticed soon: by itself gRPC waits for up to two minutes.
_CHANNEL = {"grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 1000}

Sparse = Mapping[int, float]


class AbsentError(EngineError):
    """There is no collection or alias of that name."""


class Connection:
    """Speaks to a server when it is first asked to. Safe to use from several threads.

    Every method raises `EngineError` where the server is away, too slow, or refuses.
    """

    def __init__(self, settings: IndexSettings) -> None:
        self.settings = settings
        self.uri = settings.uri
        self._lock = Lock()
        self._client: MilvusClient | None = None
        self._version = ""
        self.failed = time.monotonic()
        """When a call last failed, or none had been made yet: until all is seen to be there, a
        server that is back may answer from a part of it."""

    @property
    def version(self) -> str:
        """What the server says of itself: ``v2.3.5``, ``milvus_lite-3.2.2``."""
        if not self._version:
            self._version = str(self._call(lambda client, t: client.get_server_version(timeout=t)))
        return self._version

    @property
    def is_lite(self) -> bool:
        """Whether it is Milvus Lite, which stands in for a server in tests."""
        return self.version.startswith("milvus_lite")

    @property
    def knows_sparse(self) -> bool:
        """Whether it can hold sparse vectors."""
        found = re.search(r"(\d+)\.(\d+)", self.version)
        return self.is_lite or not found or (int(found[1]), int(found[2])) >= _SPARSE_SINCE

    def collections(self) -> list[str]:
        """Names of all collections."""
        return [str(name) for name in self._call(lambda c, t: c.list_collections(timeout=t))]

    def target(self, alias: str) -> str:
        """The collection that an alias leads to; empty where there is no such alias."""
        try:
            found = self._call(lambda c, t: c.describe_alias(alias, timeout=t))
        except AbsentError:
            return ""
        return str(found["collection_name"])

    def point(self, alias: str, collection: str) -> None:
        """Let an alias lead to a collection."""
        if self.target(alias):
            self._call(lambda c, t: c.alter_alias(collection, alias, timeout=t))
        else:
            self._call(lambda c, t: c.create_alias(collection, alias, timeout=t))

    def drop(self, collection: str) -> None:
        """Remove a collection and all it holds."""
        self._call(lambda c, t: c.drop_collection(collection, timeout=t))

    def apply(self, work: Callable[["MilvusClient", float], _T]) -> _T:
        """Do something with the client, which is given the seconds that it may take."""
        return self._call(work)

    def load(self, collection: str) -> None:
        """Hold a collection ready to be searched, on as many replicas as the settings say."""
        replicas = self.settings.replicas
        self._call(lambda c, t: c.load_collection(collection, replica_number=replicas, timeout=t))

    def load_anew(self, collection: str) -> None:
        """The same, also where it is held on another number of replicas: new ones are, on one."""
        try:
            self.load(collection)
        except EngineError as error:
            if "replica number" not in str(error):
                raise
            self._call(lambda c, t: c.release_collection(collection, timeout=t))
            self.load(collection)

    def upsert(self, collection: str, rows: Sequence[Json]) -> None:
        """Write rows, in the place of those of the same number."""
        if rows:
            self._call(lambda c, t: c.upsert(collection, list(rows), timeout=t))

    def delete(self, collection: str, rows: Sequence[int]) -> None:
        """Remove rows by number."""
        for start in range(0, len(rows), _PAGE):
            some = list(rows[start : start + _PAGE])
            self._call(lambda c, t, some=some: c.delete(collection, ids=some, timeout=t))  # type: ignore[misc]

    def flush(self, collection: str) -> None:
        """Let what was written be indexed: until then it is searched row by row."""
        self._call(lambda c, t: c.flush(collection, timeout=t))

    def count(self, collection: str) -> int:
        """How many rows there are, those written a moment ago too."""
        found = self._ready(
            collection,
            lambda c, t: c.query(
                collection,
                filter="",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=t,
            ),
        )
        return int(found[0]["count(*)"])

    def rows(
        self, collection: str, numbers: Sequence[int], fields: Sequence[str], consistency: str = ""
    ) -> list[Json]:
        """Rows by number, those that are there, in no order."""
        level = consistency or self.settings.consistency
        found: list[Json] = []
        for start in range(0, len(numbers), _PAGE):
            some = list(numbers[start : start + _PAGE])
            found += self._ready(
                collection,
                lambda c, t, some=some: c.query(  # type: ignore[misc]
                    collection,
                    ids=some,
                    output_fields=list(fields),
                    consistency_level=level,
                    timeout=t,
                ),
            )
        return found

    def where(self, collection: str, field: str, value: str, fields: Sequence[str]) -> list[Json]:
        """Rows whose field holds a value of letters and digits."""
        if not value.isalnum():
            return []
        found: list[Json] = self._ready(
            collection,
            lambda c, t: c.query(
                collection,
                filter=f'{field} == "{value}"',
                output_fields=list(fields),
                consistency_level=self.settings.consistency,
                timeout=t,
            ),
        )
        return found

    def each(self, collection: str, fields: Sequence[str]) -> Iterator[Json]:
        """Every row, those written a moment ago too."""
        cursor = self._ready(
            collection,
            lambda c, t: c.query_iterator(
                collection,
                batch_size=_PAGE,
                output_fields=list(fields),
                consistency_level="Strong",
                timeout=t,
            ),
        )
        while found := self._call(lambda _client, _timeout: cursor.next()):
            yield from found
        cursor.close()

    def search(
        self,
        collection: str,
        field: str,
        vector: "Vectors | Sparse",
        limit: int,
        fields: Sequence[str] = (),
    ) -> list[tuple[int, float, Json]]:
        """Rows by inner product with a vector, best first: number, product, and some fields."""
        found = self._ready(
            collection,
            lambda c, t: c.search(
                collection,
                data=[vector],
                anns_field=field,
                limit=limit,
                search_params={"metric_type": "IP", "params": {"ef": max(2 * limit, 128)}},
                output_fields=["row", *fields],
                consistency_level=self.settings.consistency,
                timeout=t,
            ),
        )
        return [(int(hit["row"]), float(hit["distance"]), hit["entity"]) for hit in found[0]]

    def close(self) -> None:
        """End the connection; a later call makes another."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):  # it may be broken: that is why it is closed
                client.close()

    def _ready(self, collection: str, work: "Callable[[MilvusClient, float], _T]") -> _T:
        """Ask a collection; one that a restarted server has not loaded is loaded first."""
        try:
            return self._call(work)
        except EngineError as error:
            if not _RELEASED.search(str(error)):
                raise
        self.load(collection)
        return self._call(work)

    def _call(self, work: "Callable[[MilvusClient, float], _T]") -> _T:
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            return work(self._connected(), self.settings.timeout)
        except (MilvusException, grpc.RpcError) as error:
            self.failed = time.monotonic()
            raise self._explained(error) from None

    def _connected(self) -> "MilvusClient":
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> "MilvusClient":
        client = _client_type()
        settings = self.settings
        return client(
            uri=settings.uri.removeprefix(_LITE),
            token=os.environ.get(TOKEN, ""),
            timeout=settings.timeout,
            grpc_options=_CHANNEL,
        )

    def _explained(self, error: Exception) -> EngineError:
        code = getattr(error, "code", None)
        name = str(getattr(code() if callable(code) else code, "name", ""))
        said = " ".join(str(getattr(error, "message", "") or error).split())[:300]
        away = ("UNAVAILABLE", "DEADLINE_EXCEEDED")
        if name in away or any(word in said for word in (*away, "Retry timeout", "connect")):
            return EngineError(
                f"{self.uri}: the index server does not answer within "
                f"{self.settings.timeout:g} s; start it, or correct [index] uri or timeout"
            )
        if _ABSENT.search(said):
            return AbsentError(f"{self.uri}: {said}; run: chuchu index")
        if name in ("UNAUTHENTICATED", "PERMISSION_DENIED") or _FORBIDDEN.search(said):
            return EngineError(f"{self.uri}: refuses us ({said}); set {TOKEN} in the environment")
        return EngineError(f"{self.uri}: the index server refuses ({said}); run: chuchu doctor")


def _client_type() -> "type[MilvusClient]":
    for name in ("pymilvus", "milvus_lite", "grpc._server"):  # the last is Lite's too
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they log is raised as well
    try:
        from pymilvus import MilvusClient
    except ImportError:
        raise SettingsError(
            "[index] uri: pymilvus is not installed; run: pip install -e '.[milvus]'"
        ) from None
    found: type[MilvusClient] = MilvusClient
    return found
