"""Readers follow what is published, and no question waits to be told of it."""

import time
from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.errors import EngineError, StaleIndexError
from retrieval.index.milvus.connection import Connection
from retrieval.index.milvus.schema import NOTHING, VECTOR
from retrieval.index.shelf import find_shelf
from tests.conftest import settings_for
from tests.milvus import MilvusServer, running_lite
from tests.retrieval.index.engines import Place, remove_all

PATIENCE = 60


def place_at(server: MilvusServer, folder: Path, embedder: Embedder) -> Place:
    """A place on a server, where a document is published."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# 甲\n\n苹果一斤十二元。\n", "utf-8")
    settings = settings_for(corpus, folder / "index")
    index = {"uri": server.uri, "timeout": 2, "consistency": "Strong", "name": "shelf"}
    settings = settings.model_copy(update={"index": settings.index.model_copy(update=index)})
    place = Place(settings, embedder)
    place.publish()
    return place


def test_what_is_published_is_known_while_the_server_is_away(
    tmp_path: Path, embedder: Embedder
) -> None:
    with running_lite() as server:
        shelf = place_at(server, tmp_path, embedder).shelf()
        name = shelf.published()
        server.kill()
        for _ in range(30):  # some of these ask again
            assert shelf.published() == name
            time.sleep(0.05)
        with pytest.raises(EngineError):
            shelf.open()


def test_what_was_published_just_before_the_server_went_is_opened_when_it_is_back(
    tmp_path: Path, embedder: Embedder
) -> None:
    with running_lite() as server:
        place = place_at(server, tmp_path, embedder)
        answerer = Answerer(place.settings, embedder)
        before = answerer._shelf.published()
        (place.settings.corpus.folder / "b.md").write_text("# 乙\n\n香蕉一斤十三元。\n", "utf-8")
        place.publish()
        deadline = time.monotonic() + PATIENCE
        while answerer._shelf.published() == before:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        server.kill()
        answerer.follow()  # it cannot be opened now
        server.start()
        while found(answerer) != ["甲", "乙"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def found(answerer: Answerer) -> list[str]:
    try:
        return [document.title for document in answerer.documents()]
    except EngineError:
        return []


def test_what_another_version_published_is_refused(
    lite_server: MilvusServer, tmp_path: Path, embedder: Embedder
) -> None:
    place = place_at(lite_server, tmp_path, embedder)
    index = place.settings.index
    connection = Connection(index)
    row = {"row": 0, "content": '{"form": 99}', VECTOR: NOTHING}
    connection.upsert(connection.target(index.name), [row])
    with pytest.raises(StaleIndexError, match="another version of Chuchu; run: chuchu index"):
        find_shelf(index).open()
    place.publish()  # which cures it
    assert place.open().count() == 1
    remove_all(index)
