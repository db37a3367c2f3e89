"""The engines that must agree, over the same generation: the embedded one, and servers' ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from retrieval.embedding import Embedder
from retrieval.index.build import build_index
from retrieval.index.engine import Engine
from retrieval.index.generation import open_generation
from retrieval.index.milvus.connection import Connection
from retrieval.index.milvus.mirror import Mirrored, mirror
from retrieval.index.shelf import Shelf, find_shelf
from retrieval.settings import IndexSettings, Settings
from tests.conftest import settings_for

ENGINES = [
    "embedded",
    "lite_file",
    "lite_server",
    pytest.param("real_server", marks=pytest.mark.milvus),
]
SERVERS = ENGINES[1:]


@dataclass(frozen=True)
class Place:
    """Where what is indexed is published, and who publishes it."""

    settings: Settings
    embedder: Embedder

    @property
    def has_terms(self) -> bool:
        """Whether it is searched by terms."""
        return not self.settings.index.dense_only

    def publish(self) -> Mirrored | None:
        """Index what stands in the corpus now, and publish it."""
        build_index(self.settings, self.embedder, lambda done, total: None)
        if not self.settings.index.uri:
            return None
        generation = open_generation(self.settings.index.folder)
        return mirror(generation, self.settings.index, grace=0)

    def shelf(self) -> Shelf:
        """What readers are led by."""
        return find_shelf(self.settings.index)

    def open(self) -> Engine:
        """What is published."""
        return self.shelf().open()

    def embedded(self) -> Engine:
        """The same on this machine."""
        return find_shelf(self.settings.index.model_copy(update={"uri": ""})).open()


def index_settings(request: pytest.FixtureRequest, engine: str) -> IndexSettings:
    """Settings that lead to an engine, to collections that nothing else uses."""
    if engine == "embedded":
        return IndexSettings()
    server = request.getfixturevalue(engine)
    return IndexSettings(
        uri=server if isinstance(server, str) else server.uri,
        name=f"t_{uuid4().hex}",
        consistency="Strong",
        timeout=30,
        dense_only=engine == "real_server",
    )


@contextmanager
def placed(
    request: pytest.FixtureRequest, engine: str, corpus: Path, folder: Path, embedder: Embedder
) -> Iterator[Place]:
    """A place for what stands in a corpus; what it left on a server is removed at the end."""
    settings = settings_for(corpus, folder)
    index = index_settings(request, engine).model_copy(update={"folder": folder})
    yield Place(settings.model_copy(update={"index": index}), embedder)
    if index.uri:
        remove_all(index)


def remove_all(index: IndexSettings) -> None:
    """Remove whatever stands on a server under a name."""
    connection = Connection(index)
    if connection.target(index.name):
        connection.apply(lambda client, timeout: client.drop_alias(index.name, timeout=timeout))
    for collection in connection.collections():
        if collection.startswith(f"{index.name}_"):
            connection.drop(collection)
    connection.close()
