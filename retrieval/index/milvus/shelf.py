"""What a server publishes: asked for in the background, so that no question waits to be told."""

import logging
import time
from threading import Lock, Thread

from retrieval.errors import MissingIndexError, RetrievalError
from retrieval.index.milvus.connection import Connection
from retrieval.index.milvus.edition import read_published
from retrieval.index.milvus.reader import Remote
from retrieval.settings import IndexSettings

logger = logging.getLogger(__name__)

_FRESH = 1.0
"""Seconds that what was heard is taken to be true."""


class MilvusShelf:
    """Holds the published generation of one collection."""

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self._connection = Connection(settings)
        self._lock = Lock()
        self._name = ""
        self._asked = 0.0

    def published(self) -> str:
        """The name of what is published, as of a second ago; only the first who asks waits.

        Raises:
            MissingIndexError: Nothing is published.
            EngineError: The server is away; later than the first time, what was heard last holds.
        """
        if not self._name:
            self._ask()
        elif time.monotonic() - self._asked > _FRESH and self._lock.acquire(blocking=False):
            Thread(target=self._ask_again, name="published", daemon=True).start()
        return self._name

    def open(self) -> Remote:
        """Open what is published.

        Raises:
            MissingIndexError: Nothing is published.
            StaleIndexError: Another version of Chuchu published it.
            EngineError: The server is away, or refuses.
        """
        self._ask()
        return Remote(self._connection)

    def _ask(self) -> None:
        edition = read_published(self._connection)
        if edition is None:
            raise MissingIndexError(
                f"{self._settings.uri}: nothing is published as {self._settings.name!r} yet; "
                "run: chuchu index"
            )
        self._name, self._asked = edition.name, time.monotonic()

    def _ask_again(self) -> None:
        try:
            self._ask()
        except RetrievalError as error:
            self._asked = time.monotonic()
            logger.debug("going on with what was published: %s", error)
        finally:
            self._lock.release()
