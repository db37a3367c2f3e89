"""What a kill interrupts is gone on with; what comes of it is what one run would have given."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.index.build import Built, build_index
from retrieval.index.generation import open_generation
from retrieval.settings import Settings
from tests.conftest import ROOT, settings_for

FILES = 30
KILLED_AT = 12
_KILLED = """
import functools, os, signal, sys
from pathlib import Path
from retrieval.embedding import load_embedder
from retrieval.index import build
from retrieval.settings import Settings

def on_file(done, total, passages):
    if done == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

def main():
    build.PartWriter = functools.partial(build.PartWriter, sync_seconds=0)
    settings = Settings.model_validate(
        {"corpus": {"folder": sys.argv[1]}, "index": {"folder": sys.argv[2]}}
    )
    build.build_index(settings, load_embedder(settings.embedding), lambda *_: None, on_file)

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(FILES):
        text = f"# 第{number}篇\n\n这里有民宿{number}家。\n\n鱼虫鸟兽{number}种。\n"
        (corpus / f"{number:02}.md").write_text(text, "utf-8")
    (corpus / "99.md").write_bytes((corpus / "03.md").read_bytes())
    return settings_for(corpus, tmp_path / "index")


def kill_in_the_middle(settings: Settings, tmp_path: Path) -> Path:
    """Kill a build after some files; the folder that it leaves."""
    script = tmp_path / "killed.py"
    script.write_text(_KILLED, "utf-8")
    command = [sys.executable, script, settings.corpus.folder, settings.index.folder]
    done = subprocess.run([*command, str(KILLED_AT)], cwd=ROOT, capture_output=True)  # noqa: S603
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    (left,) = (
        path for path in settings.index.folder.glob(".building-*") if (path / "base").exists()
    )
    return left


def build(settings: Settings, embedder: Embedder) -> Built:
    return build_index(settings, embedder, lambda done, total: None)


def assert_as_in_one_run(settings: Settings, tmp_path: Path, embedder: Embedder) -> None:
    other = settings_for(settings.corpus.folder, tmp_path / "another")
    build(other, embedder)
    mine, new = open_generation(settings.index.folder), open_generation(other.index.folder)
    assert mine.name == new.name
    rows = range(new.manifest.passages)
    assert mine.store.passages(rows) == new.store.passages(rows)
    assert mine.store.sources() == new.store.sources()
    assert [mine.tokens.of(row).tolist() for row in rows] == [
        new.tokens.of(row).tolist() for row in rows
    ]
    for terms in (["民", "宿"], ["7"], ["鱼", "虫", "11"]):
        for held, expected in ((mine.passages, new.passages), (mine.documents, new.documents)):
            found, wanted = held.matching(terms, 50), expected.matching(terms, 50)
            assert {row for row, _ in found} == {row for row, _ in wanted}
            # Scores may differ: what was deleted counts until its segment is merged away.
    assert (mine.vectors.vectors(rows) == new.vectors.vectors(rows)).all()


def test_a_killed_build_is_gone_on_with(
    settings: Settings, tmp_path: Path, embedder: Embedder
) -> None:
    kill_in_the_middle(settings, tmp_path)
    told: list[int] = []
    built = build_index(
        settings, embedder, lambda done, total: None, lambda done, *_: told.append(done)
    )
    assert built.files_read == FILES + 1 - KILLED_AT
    assert told == list(range(KILLED_AT + 1, FILES + 2))
    assert {s.path: s.same_as for s in built.sources if s.same_as} == {"99.md": "03.md"}
    assert_as_in_one_run(settings, tmp_path, embedder)
    assert not list(settings.index.folder.glob(".building-*"))


def test_files_that_changed_meanwhile_are_read_again(
    settings: Settings, tmp_path: Path, embedder: Embedder
) -> None:
    kill_in_the_middle(settings, tmp_path)
    (settings.corpus.folder / "05.md").write_text("# 新的一篇\n\n这里有民宿七家。\n", "utf-8")
    assert build(settings, embedder).files_read == FILES + 1 - 5
    assert_as_in_one_run(settings, tmp_path, embedder)


def test_what_was_left_behind_damaged_is_begun_anew(
    settings: Settings, tmp_path: Path, embedder: Embedder
) -> None:
    left = kill_in_the_middle(settings, tmp_path)
    (left / "base" / "token_offsets.npy").write_bytes(b"")
    assert build(settings, embedder).files_read == FILES + 1
    assert_as_in_one_run(settings, tmp_path, embedder)


def test_who_stops_a_build_goes_on_with_it_later(
    settings: Settings, tmp_path: Path, embedder: Embedder
) -> None:
    def stop(done: int, total: int, passages: int) -> None:
        if done == KILLED_AT:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(settings, embedder, lambda done, total: None, stop)
    assert build(settings, embedder).files_read == FILES + 1 - KILLED_AT
    assert_as_in_one_run(settings, tmp_path, embedder)


def test_an_error_leaves_nothing_behind(
    settings: Settings, tmp_path: Path, embedder: Embedder
) -> None:
    def fail(done: int, total: int, passages: int) -> None:
        raise OSError("no room left")

    with pytest.raises(OSError, match="no room left"):
        build_index(settings, embedder, lambda done, total: None, fail)
    assert not list(settings.index.folder.glob(".building-*"))


def test_a_finished_store_needs_no_journal(settings: Settings, embedder: Embedder) -> None:
    build(settings, embedder)
    path = open_generation(settings.index.folder).path / "base"
    assert not list(path.glob("*-wal"))
    with sqlite3.connect(path / "store.sqlite") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()
