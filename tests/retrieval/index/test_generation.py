"""A generation is whole or refused; a crash or a rebuild never breaks what is published."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.errors import CorpusError, MissingIndexError, RetrievalError, StaleIndexError
from retrieval.index.build import build_index
from retrieval.index.generation import open_generation
from retrieval.index.publishing import writing
from retrieval.settings import Settings
from tests.conftest import ROOT, settings_for

KILLS = 20


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.md").write_text("# 题\n\n蓟州有乡村精品民宿271家。\n", "utf-8")
    return folder


@pytest.fixture
def settings(corpus: Path, tmp_path: Path, embedder: Embedder) -> Settings:
    settings = settings_for(corpus, tmp_path / "index")
    build(settings, embedder)
    return settings


def build(settings: Settings, embedder: Embedder) -> bool:
    """Build, and tell whether anything was written."""
    return not build_index(settings, embedder, lambda done, total: None).unchanged


def published(settings: Settings) -> Path:
    folder = settings.index.folder
    return folder / (folder / "CURRENT").read_text().strip()


def test_what_was_written_is_opened(settings: Settings) -> None:
    generation = open_generation(settings.index.folder)
    assert generation.manifest.passages == generation.store.count() == 1


def test_nothing_indexed_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(MissingIndexError, match="run: chuchu index"):
        open_generation(tmp_path / "none")


def test_an_unchanged_corpus_is_not_built_again(settings: Settings, embedder: Embedder) -> None:
    before = published(settings).stat().st_mtime_ns
    assert not build(settings, embedder)
    assert published(settings).stat().st_mtime_ns == before


def test_a_changed_corpus_is(settings: Settings, corpus: Path, embedder: Embedder) -> None:
    first = published(settings)
    (corpus / "b.md").write_text("# 二\n\n又一篇。\n", "utf-8")
    assert build(settings, embedder)
    assert published(settings) != first
    assert open_generation(settings.index.folder).manifest.documents == 2


@pytest.mark.parametrize(
    "file", ["base/store.sqlite", "base/vectors.faiss", "base/tokens.npy", "manifest.json"]
)
@pytest.mark.parametrize("damage", ["missing", "cut", "altered"])
def test_a_damaged_file_is_refused_then_cured_by_indexing(
    settings: Settings, embedder: Embedder, file: str, damage: str
) -> None:
    path = published(settings) / file
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    with pytest.raises(StaleIndexError, match="run: chuchu index"):
        open_generation(settings.index.folder)
    assert build(settings, embedder)
    assert open_generation(settings.index.folder).store.count() == 1


def test_a_damaged_term_index_is_refused(settings: Settings) -> None:
    next((published(settings) / "base/passages").glob("*.idx")).unlink()
    with pytest.raises(StaleIndexError, match="is missing; run: chuchu index"):
        open_generation(settings.index.folder)


def test_a_manifest_of_other_counts_is_refused(settings: Settings) -> None:
    path = published(settings) / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(manifest | {"passages": 2}), "utf-8")
    with pytest.raises(StaleIndexError, match="hold different passages"):
        open_generation(settings.index.folder)


def test_another_format_is_refused(settings: Settings) -> None:
    path = published(settings) / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["recipe"]["format"] = 0
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(StaleIndexError, match="another version"):
        open_generation(settings.index.folder)


def test_other_passage_settings_are_refused(settings: Settings, embedder: Embedder) -> None:
    other = settings.model_copy(
        update={"passages": settings.passages.model_copy(update={"longest": 150})}
    )
    with pytest.raises(StaleIndexError, match=r"other \[passages\] settings; run: chuchu index"):
        Answerer(other, embedder)


def test_a_reader_lives_through_rebuilds(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    held = open_generation(settings.index.folder)
    for number in range(3):
        (corpus / "a.md").write_text(f"# 题\n\n第{number}次修改了这一句话。\n", "utf-8")
        build(settings, embedder)
    assert "民宿271家" in held.store.passages([0])[0].passage.text
    assert held.passages.matching(["民宿"], 3)


def test_an_answerer_follows_what_is_published(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    answerer = Answerer(settings, embedder)
    first = answerer.ask("民宿有多少家").generation
    (corpus / "a.md").write_text("# 题\n\n蓟州有乡村精品民宿999家。\n", "utf-8")
    build(settings, embedder)
    answer = answerer.ask("民宿有多少家")
    assert answer.generation != first
    assert "999" in answer.excerpts[0].text


def test_an_answerer_keeps_what_it_has_when_the_new_one_is_damaged(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    answerer = Answerer(settings, embedder)
    (settings.index.folder / "CURRENT").write_text("0123456789abcdef\n")
    assert "271" in answerer.ask("民宿有多少家").excerpts[0].text


def test_two_writers_do_not_meet(settings: Settings, embedder: Embedder) -> None:
    with (
        writing(settings.index.folder),
        pytest.raises(RetrievalError, match="another 'chuchu index' is at work"),
    ):
        build(settings, embedder)


def test_old_generations_and_leftovers_are_swept(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    (settings.index.folder / ".building-crashed").mkdir()
    for number in range(4):
        (corpus / "a.md").write_text(f"# 题\n\n第{number}次。\n", "utf-8")
        build(settings, embedder)
    folders = [path.parent for path in settings.index.folder.glob("*/manifest.json")]
    assert not list(settings.index.folder.glob(".building-*"))
    assert len(folders) == 2  # what is published, and the one before for those still reading it


def test_kill_at_any_moment_leaves_the_index_answering(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    drawn = random.Random(20)  # noqa: S311 - moments, not secrets
    environment = os.environ | {
        "CHUCHU_CORPUS__FOLDER": str(corpus),
        "CHUCHU_INDEX__FOLDER": str(settings.index.folder),
    }
    command = [sys.executable, "-m", "retrieval", "index"]
    started = time.monotonic()
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    whole = time.monotonic() - started
    for number in range(KILLS):
        text = f"# 题\n\n第{number}版：蓟州有乡村精品民宿271家。\n"
        (corpus / "a.md").write_text(text * 20, "utf-8")
        child = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
        time.sleep(drawn.uniform(0.3, 1.05) * whole)
        child.send_signal(signal.SIGKILL)
        child.wait()
        answer = Answerer(settings, embedder).ask("民宿有多少家")
        assert answer.answered
        assert "271" in answer.excerpts[0].marked_text
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    assert f"第{KILLS - 1}版" in Answerer(settings, embedder).ask("民宿有多少家").excerpts[0].text


def test_nothing_but_generations_is_ever_removed(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    for name in ("precious", ".git", "0123456789abcdef"):
        (settings.index.folder / name).mkdir()
        (settings.index.folder / name / "file").write_text("kept")
    for number in range(3):
        (corpus / "a.md").write_text(f"# 题\n\n第{number}次。\n", "utf-8")
        build(settings, embedder)
    for name in ("precious", ".git", "0123456789abcdef"):
        assert (settings.index.folder / name / "file").read_text() == "kept"


def test_a_corpus_without_text_is_refused(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    (corpus / "a.md").write_text("# 只有标题\n", "utf-8")
    with pytest.raises(CorpusError, match="hold no text"):
        build(settings, embedder)
