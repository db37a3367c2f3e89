"""Killed at any moment, or out of space: what answers is always one whole generation.

Fifty kills take a minute: ``pytest -m slow``.
"""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.errors import RetrievalError
from retrieval.index.build import build_index
from retrieval.index.generation import open_generation
from retrieval.index.publishing import roll_back
from retrieval.settings import Settings
from tests.conftest import ROOT, settings_for

pytestmark = pytest.mark.slow

KILLS = 50
FULL_DISKS = 10
FILES = 30
VERSION = re.compile(r"第(\d+)版")

# What the bot does beside answering: watching, building in another process, swapping.
_WATCHER = """
import asyncio, sys
from functools import partial
from pathlib import Path
from bot.watch import build_apart, watch
asyncio.run(watch([Path(sys.argv[1])], partial(build_apart, None), lambda: None))
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:02}.md").write_text(
            f"# 第{number}篇\n\n这一篇说的是第{number}件事情。\n" * 20, "utf-8"
        )
    write(folder, 0)
    return folder


def write(corpus: Path, version: int) -> None:
    (corpus / "a.md").write_text(f"# 民宿\n\n第{version}版：蓟州区有乡村精品民宿271家。\n", "utf-8")


@pytest.fixture
def settings(corpus: Path, tmp_path: Path, embedder: Embedder) -> Settings:
    settings = settings_for(corpus, tmp_path / "index")
    build_index(settings, embedder, lambda done, total: None)
    return settings


def environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "CHUCHU_CORPUS__FOLDER": str(settings.corpus.folder),
        "CHUCHU_INDEX__FOLDER": str(settings.index.folder),
    }


def start(settings: Settings, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own, so that all it starts can be killed."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments],
        env=environment(settings),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass
class Heard:
    """What somebody was told who asked all the while, as the bot does."""

    versions: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@contextmanager
def asking(settings: Settings, embedder: Embedder) -> Iterator[Heard]:
    """Ask again and again, of an index that was opened once and follows what is published."""
    heard, over = Heard(), threading.Event()

    def ask() -> None:
        answerer = Answerer(settings, embedder)
        while not over.wait(0.02):
            try:
                answer = answerer.ask("民宿有多少家")
                told = VERSION.match(answer.excerpts[0].text)
                if answer.answered and told and "271" in answer.excerpts[0].marked_text:
                    heard.versions.append(int(told[1]))
                else:
                    heard.faults.append(repr(answer))
            except Exception as error:
                heard.faults.append(repr(error))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield heard
    finally:
        over.set()
        thread.join()


def assert_told_throughout(heard: Heard, last: int) -> None:
    """Every question was answered, from one generation after another, never an older one again."""
    assert not heard.faults
    assert heard.versions == sorted(heard.versions)
    assert heard.versions[0] == 0
    assert heard.versions[-1] <= last
    told = len(set(heard.versions))
    print(f"{len(heard.versions)} questions, all answered, from {told} generations")  # noqa: T201


def assert_answers(settings: Settings, embedder: Embedder) -> str:
    """What is published is whole and answers; the text of its answer."""
    open_generation(settings.index.folder)
    answer = Answerer(settings, embedder).ask("民宿有多少家")
    assert answer.answered
    assert "271" in answer.excerpts[0].marked_text
    return answer.excerpts[0].text


def assert_finishes(settings: Settings, embedder: Embedder, version: int) -> None:
    """The next run finishes the work, and leaves nothing of those that were killed."""
    build_index(settings, embedder, lambda done, total: None, wait=True)
    assert f"第{version}版" in assert_answers(settings, embedder)
    assert not list(settings.index.folder.glob(".building-*"))
    assert len(list(settings.index.folder.glob("*/manifest.json"))) <= 2


def test_kills_during_index_swap_and_watch(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    (corpus / "new.md").write_text("# 新\n\n一份新的文件。\n", "utf-8")
    started = time.monotonic()
    assert start(settings, "-m", "retrieval", "index").wait() == 0
    whole = time.monotonic() - started
    with asking(settings, embedder) as heard:
        for version in range(1, KILLS + 1):
            change(corpus, version)
            kill_a_build(settings, version, whole)
            assert_answers(settings, embedder)
    assert_told_throughout(heard, KILLS)
    assert_finishes(settings, embedder, KILLS)


def change(corpus: Path, version: int) -> None:
    """Write another version; of every tenth, enough is new for a base of its own."""
    write(corpus, version)
    if version % 10 == 0:
        for number in range(FILES):
            path = corpus / f"{number:02}.md"
            path.write_text(path.read_text("utf-8") + f"第{version}版添了一句。\n", "utf-8")


def kill_a_build(settings: Settings, version: int, whole: float) -> None:
    """Start a build, each fifth time by the watch, and kill it before it is over, or just after.

    Args:
        settings: Where.
        version: Which one, from 1; the moment is drawn by it.
        whole: Seconds that a build takes.
    """
    drawn = random.Random(version)  # noqa: S311 - moments, not secrets
    if version % 5 == 0:
        process = start(settings, "-c", _WATCHER, str(settings.corpus.folder))
        time.sleep(drawn.uniform(0.5, 3) * whole)
    else:
        process = start(settings, "-m", "retrieval", "index")
        # More often while files are renamed, near the end, than while modules are imported.
        time.sleep(drawn.uniform(0.4, 1.4) * whole)
    kill(process)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)  # noqa: S603
    except OSError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip("a file system can only be mounted by root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607


def test_full_disks(corpus: Path, small_disk: Path, embedder: Embedder) -> None:
    drawn = random.Random(10)  # noqa: S311 - sizes, not secrets
    settings = settings_for(corpus, small_disk / "index")
    build_index(settings, embedder, lambda done, total: None)
    ballast = small_disk / "ballast"
    refused = 0
    with asking(settings, embedder) as heard:
        for version in range(1, FULL_DISKS + 1):
            write(corpus, version)
            free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
            ballast.write_bytes(b"\0" * max(free - drawn.randrange(0, 200_000), 0))
            process = subprocess.run(
                [sys.executable, "-m", "retrieval", "index"],
                env=environment(settings), cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert "Traceback" not in process.stderr
            if process.returncode:
                refused += 1
                assert process.stderr.startswith("chuchu: ")
            assert_answers(settings, embedder)
            ballast.unlink()
    assert_told_throughout(heard, FULL_DISKS)
    assert refused >= FULL_DISKS // 2
    assert_finishes(settings, embedder, FULL_DISKS)


def test_two_at_once(settings: Settings, corpus: Path, embedder: Embedder) -> None:
    write(corpus, 1)
    processes = [start(settings, "-m", "retrieval", "index", "--wait") for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert_finishes(settings, embedder, 1)


def test_rolling_back_while_another_builds_is_refused(
    settings: Settings, embedder: Embedder
) -> None:
    process = start(
        settings,
        "-c",
        "import time\nfrom pathlib import Path\nfrom retrieval.index.publishing import locked\nimport os\nwith locked(Path(os.environ['CHUCHU_INDEX__FOLDER'])):\n    time.sleep(60)",
    )
    try:
        time.sleep(2)
        with pytest.raises(RetrievalError, match="another 'chuchu index' is at work"):
            roll_back(settings.index.folder)
    finally:
        kill(process)
