"""The index keeps up with the folder while questions are answered."""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.library import Collection, Library
from bot.watch import Build, Follow, Rebuilt, _matters, build_apart, follow_others, watch
from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.index.build import build_index
from retrieval.settings import Settings
from tests.conftest import settings_for

PATIENCE = 30.0


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.md").write_text("# 民宿\n\n蓟州区有乡村精品民宿271家。\n", "utf-8")
    return folder


@pytest.fixture
def settings(
    corpus: Path, tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    settings = settings_for(corpus, tmp_path / "index")
    build_index(settings, embedder, lambda done, total: None)
    monkeypatch.setenv("CHUCHU_CORPUS__FOLDER", str(corpus))
    monkeypatch.setenv("CHUCHU_INDEX__FOLDER", str(settings.index.folder))
    return settings


@asynccontextmanager
async def watching(folder: Path, build: Build, follow: Follow) -> AsyncIterator[None]:
    """Watch for as long as the block lasts."""
    task = asyncio.create_task(watch([folder], build, follow))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - files tell nobody
            await asyncio.sleep(0.05)


def says(answerer: Answerer, words: str) -> Callable[[], bool]:
    return lambda: words in answerer.ask("民宿有多少家？").excerpts[0].text


async def test_a_changed_document_is_answered_from_without_a_restart(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    answerer = Answerer(settings, embedder)
    async with watching(corpus, partial(build_apart, None), answerer.follow):
        await asyncio.sleep(0.5)
        (corpus / "a.md").write_text("# 民宿\n\n蓟州区有乡村精品民宿999家。\n", "utf-8")
        await until(says(answerer, "999家"))
        (corpus / "b.md").write_text(
            "# 新\n\n新添了一篇文章，民宿有多少家？民宿有多少家！\n", "utf-8"
        )
        await until(lambda: len(answerer.documents()) == 2)
        (corpus / "b.md").unlink()
        await until(lambda: len(answerer.documents()) == 1)


async def test_what_changed_while_the_bot_was_away_is_seen_at_start(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    answerer = Answerer(settings, embedder)
    (corpus / "a.md").write_text("# 民宿\n\n蓟州区有乡村精品民宿999家。\n", "utf-8")
    async with watching(corpus, partial(build_apart, None), answerer.follow):
        await until(says(answerer, "999家"))


async def test_a_change_during_a_build_starts_another(corpus: Path) -> None:
    builds = 0

    async def build() -> Rebuilt:
        nonlocal builds
        builds += 1
        if builds == 1:
            await asyncio.sleep(1)
            (corpus / "a.md").write_text("当中改了。", "utf-8")
            await asyncio.sleep(2)
        return Rebuilt("", False, 0, "")

    async with watching(corpus, build, lambda: None):
        await until(lambda: builds == 2)


async def test_a_build_for_a_server_that_is_away_is_tried_again(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.watch._AGAIN_SECONDS", 0.1)
    builds = 0

    async def build() -> Rebuilt:
        nonlocal builds
        builds += 1
        return Rebuilt("", False, 0, "the server is away", may_do_later=builds < 3)

    async with watching(corpus, build, lambda: None):
        await until(lambda: builds == 3)
        await asyncio.sleep(0.5)
        assert builds == 3


async def test_what_another_process_publishes_is_opened_before_a_question_comes(
    settings: Settings, corpus: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.watch._LOOK_MS", 100)
    library = Library({"": Collection.of(settings, lambda: (embedder, None))}, threads=1)
    await library.open()
    engine = library._whole[""]._searcher.engine
    following = asyncio.create_task(follow_others(library.follow))
    (corpus / "b.md").write_text("# 新\n\n新添了一篇文章。\n", "utf-8")
    await asyncio.to_thread(build_index, settings, embedder, lambda done, total: None)
    await until(lambda: library._whole[""]._searcher.engine is not engine)
    assert len(await library.documents()) == 2
    following.cancel()
    library.close()


async def test_a_failing_build_leaves_the_bot_answering_and_is_logged(
    settings: Settings, corpus: Path, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    answerer = Answerer(settings, embedder)
    (corpus / "golden.jsonl").write_text(
        '{"question": "民宿有多少家？", "answers": [{"source": "a.md", "quote": "271家"}]}\n',
        "utf-8",
    )
    (corpus / "a.md").write_text("# 民宿\n\n什么也没有说。\n", "utf-8")
    async with watching(corpus, partial(build_apart, None), answerer.follow):
        await until(lambda: "would no longer be answered" in caplog.text)
        assert says(answerer, "271家")()


async def test_a_folder_that_comes_back_is_seen(
    settings: Settings, corpus: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.watch._LOOK_MS", 200)
    answerer = Answerer(settings, embedder)
    away = corpus.with_name("away")
    corpus.rename(away)  # noqa: ASYNC240
    async with watching(corpus, partial(build_apart, None), answerer.follow):
        await asyncio.sleep(1)
        assert says(answerer, "271家")()
        (away / "a.md").write_text("# 民宿\n\n蓟州区有乡村精品民宿999家。\n", "utf-8")
        away.rename(corpus)
        await until(says(answerer, "999家"))


async def test_no_question_is_lost_while_generations_are_swapped(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    answerer = Answerer(settings, embedder)
    failures: list[object] = []
    asked = 0
    done = threading.Event()

    def ask() -> None:
        nonlocal asked
        while not done.is_set():
            try:
                answer = answerer.ask("民宿有多少家？")
                if not answer.answered or "家" not in answer.excerpts[0].marked_text:
                    failures.append(answer)
                asked += 1
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(8):
            text = f"# 民宿\n\n蓟州区有乡村精品民宿{number}家。\n"
            (corpus / "a.md").write_text(text, "utf-8")
            await asyncio.to_thread(build_index, settings, embedder, lambda done, total: None)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not failures
    assert asked > 8
    assert says(answerer, "7家")()


async def test_stopping_ends_the_build(settings: Settings, corpus: Path) -> None:
    (corpus / "a.md").write_text("改了。", "utf-8")
    before = _children()
    task = asyncio.create_task(watch([corpus], partial(build_apart, None), lambda: None))
    await until(lambda: bool(_children() - before))
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    started = time.monotonic()
    await until(lambda: not _children() - before)
    assert time.monotonic() - started < PATIENCE


def _children() -> set[str]:
    children: set[str] = set()
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that has ended meanwhile
            children |= set((task / "children").read_text().split())
    return {child for child in children if "retrieval" in _command(child)}


def _command(process: str) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


@pytest.mark.parametrize(
    ("path", "matters"),
    [("a.md", True), ("sub/b.md", True), (".chuchu/index/.lock", False), ("sub/~$a.docx", False)],
)
def test_what_is_hidden_starts_no_build(tmp_path: Path, path: str, matters: bool) -> None:
    assert _matters([tmp_path], None, str(tmp_path / path)) is matters
