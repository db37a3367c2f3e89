"""What is published on a server follows the local generation, whatever comes between."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.errors import EngineError
from retrieval.index.generation import Generation, open_generation
from retrieval.index.milvus.connection import Connection
from retrieval.index.milvus.edition import read_published
from retrieval.index.milvus.mirror import Mirrored, mirror
from retrieval.index.milvus.records import rows_of
from retrieval.index.milvus.schema import Names
from retrieval.settings import IndexSettings
from tests.milvus import MilvusServer
from tests.retrieval.index.engines import Place, placed


class StoppedError(Exception):
    """Stands for whatever ends a process."""


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, embedder: Embedder) -> Iterator[Place]:
    """A place with thirty documents of three passages each."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(30):
        write(corpus, number)
    with placed(request, "lite_file", corpus, tmp_path / "index", embedder) as found:
        yield found


def write(corpus: Path, number: int) -> None:
    lines = (
        f"## 第{part}节\n\n{number}号果园第{part}年收苹果{number * part}斤。" for part in (1, 2, 3)
    )
    (corpus / f"{number:02}.md").write_text(f"# 果园{number}\n\n" + "\n\n".join(lines), "utf-8")


def published(place: Place) -> Mirrored:
    done = place.publish()
    assert done is not None
    return done


def generation(place: Place) -> Generation:
    return open_generation(place.settings.index.folder)


def collections(place: Place) -> set[str]:
    name = place.settings.index.name
    return {
        each for each in Connection(place.settings.index).collections() if each.startswith(name)
    }


def test_all_is_sent_once_and_then_only_what_changed(place: Place) -> None:
    first = published(place)
    assert (first.documents, first.passages, first.sent) == (30, 90, 90)
    again = published(place)
    assert (again.sent, again.removed, again.is_new, again.name) == (0, 0, False, first.name)
    corpus = place.settings.corpus.folder
    write(corpus, 30)
    (corpus / "07.md").unlink()
    changed = published(place)
    assert (changed.sent, changed.removed, changed.is_new) == (3, 3, False)
    assert (changed.documents, changed.passages) == (30, 90)
    assert changed.name != first.name
    assert place.open().count() == 90


def test_what_was_stopped_is_gone_on_with(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.index.milvus.sending._BATCH", 10)

    def stop(done: int, total: int) -> None:
        assert total == 90
        if done >= 40:
            raise StoppedError

    build_only(place)
    with pytest.raises(StoppedError):
        mirror(generation(place), place.settings.index, stop)
    assert read_published(Connection(place.settings.index)) is None
    done = published(place)
    assert 0 < done.sent < 60
    assert done.passages == 90
    assert place.open().count() == 90


def test_what_a_stopped_run_left_of_documents_that_are_gone_is_removed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.index.milvus.sending._BATCH", 2)
    build_only(place)

    def stop(done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        mirror(generation(place), place.settings.index, stop)
    (place.settings.corpus.folder / "00.md").unlink()  # of which two of three passages are there
    done = published(place)
    assert (done.documents, done.passages) == (29, 87)


def test_another_recipe_gets_collections_of_its_own_and_readers_are_led_there(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(place)
    before = collections(place)
    reader, shelf = place.open(), place.shelf()
    local = generation(place)
    recipe = replace(local.manifest.recipe, model_fingerprint="another")
    other = replace(local, manifest=replace(local.manifest, recipe=recipe))
    kept: list[int] = []
    done = mirror(other, place.settings.index, lambda d, t: kept.append(reader.count()), grace=0)
    assert done.is_new
    assert done.sent == 90
    assert kept  # who read the one before could go on meanwhile
    assert not collections(place) & before
    assert shelf.published() == done.name
    assert place.open().recipe.model_fingerprint == "another"


def test_passages_that_the_server_lost_are_sent_again(place: Place) -> None:
    published(place)
    connection, names = there(place)
    row = next(connection.each(names.documents, ["row"]))["row"]
    connection.delete(names.passages, list(rows_of(row, 2)))
    done = published(place)
    assert (done.sent, done.passages) == (3, 90)


def test_passages_that_the_server_loses_each_time_are_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.index.milvus.sending._BATCH", 10)
    build_only(place)

    def lose(done: int, total: int) -> None:
        connection, names = there(place, 1)
        connection.delete(names.passages, [next(connection.each(names.passages, ["row"]))["row"]])

    with pytest.raises(EngineError, match=r"holds \d+ passages of \d+ documents, but was sent 90"):
        mirror(generation(place), place.settings.index, lose)
    assert read_published(Connection(place.settings.index)) is None


def there(place: Place, number: int = 0) -> tuple[Connection, Names]:
    """A connection, and the collections of an edition; of the published one, if none is named."""
    connection = Connection(place.settings.index)
    held = None if number else read_published(connection)
    return connection, Names(place.settings.index.name, held.number if held else number)


@pytest.mark.milvus
def test_an_old_server_is_refused_unless_vectors_alone_are_wanted(
    place: Place, real_server: MilvusServer
) -> None:
    build_only(place)
    old = IndexSettings(uri=real_server.uri, name="t_refused", folder=place.settings.index.folder)
    with pytest.raises(EngineError, match=r"knows no sparse vectors.*dense_only = true"):
        mirror(generation(place), old)


def build_only(place: Place) -> None:
    """Index here, without the server."""
    here = place.settings.index.model_copy(update={"uri": ""})
    replace(place, settings=place.settings.model_copy(update={"index": here})).publish()
