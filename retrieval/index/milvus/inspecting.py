"""How a server is: for those who look after it."""

import time
from dataclasses import dataclass

from retrieval.errors import MissingIndexError
from retrieval.index.milvus.connection import Connection
from retrieval.index.milvus.edition import read_published
from retrieval.index.milvus.schema import Names
from retrieval.settings import IndexSettings


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found."""

    version: str
    held: int
    """Passages that it counts."""
    published: int
    """Passages that it was sent."""
    has_terms: bool
    milliseconds: float
    """That it takes to say what is published."""

    @property
    def is_whole(self) -> bool:
        """Whether it holds what it was sent."""
        return self.held == self.published


def inspect(settings: IndexSettings) -> Inspected:
    """Look at the server that the settings name.

    Raises:
        EngineError: It is away, or refuses.
        MissingIndexError: Nothing is published there.
    """
    connection = Connection(settings)
    try:
        version = connection.version
        started = time.perf_counter()
        edition = read_published(connection)
        took = time.perf_counter() - started
        if edition is None:
            raise MissingIndexError(
                f"{settings.uri}: nothing is published as {settings.name!r}; run: chuchu index"
            )
        held = connection.count(Names(settings.name, edition.number).passages)
        return Inspected(version, held, edition.passages, edition.sparse, took * 1000)
    finally:
        connection.close()
