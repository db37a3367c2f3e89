"""The folders of documents watched, and the index kept up with them while the bot answers.

Each change starts ``chuchu index`` in a process of its own. What it builds goes live only when it
is whole, and answers the labelled questions in the folder as well as before; until then, and if it
fails, the bot answers from what is open.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

logger = logging.getLogger(__name__)

_QUIET_MS = 800
"""Changes that follow one another sooner come together."""
_LOOK_MS = 5000
"""Until a folder that is not there is looked for again."""
_AGAIN_SECONDS = 5.0
"""Until a server that was away is built for again."""
_GRACE_SECONDS = 5.0
"""That a build gets to end by itself when the bot stops."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How a build went."""

    generation: str
    """What was published; of several collections, each."""
    is_new: bool
    files_read: int
    problem: str
    """Why something failed; empty where nothing did."""
    may_do_later: bool = False
    """Whether it failed for a server that is away."""


Build = Callable[[], Awaitable[Rebuilt]]
"""Builds whatever is not up to date."""
Follow = Callable[[], None]
"""Opens what was published; runs in a thread."""


async def watch(folders: Sequence[Path], build: Build, follow: Follow) -> None:
    """Build at once, and whenever something under a folder changes, until cancelled.

    Args:
        folders: Where the documents stand; one that is missing is waited for.
        build: Called once for any number of changes that come together.
        follow: Called when a build gave something new.
    """
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    changed = asyncio.Event()
    changed.set()
    async with asyncio.TaskGroup() as group:
        # Beside the builds, so that a change during one is not missed.
        group.create_task(_notice(folders, changed))
        while True:
            await changed.wait()
            changed.clear()
            if await _rebuild(build, follow):
                asyncio.get_running_loop().call_later(_AGAIN_SECONDS, changed.set)


async def follow_others(follow: Follow) -> None:
    """Open what another process publishes soon after it did, until cancelled."""
    while True:
        await asyncio.sleep(_LOOK_MS / 1000)
        await asyncio.to_thread(follow)


async def _notice(folders: Sequence[Path], changed: asyncio.Event) -> None:
    """Tell when something under a folder changes, or a folder comes or goes."""
    from watchfiles import awatch

    while True:
        there = [folder for folder in folders if folder.is_dir()]
        if not there:
            await asyncio.sleep(_LOOK_MS / 1000)
            if any(folder.is_dir() for folder in folders):
                changed.set()
            continue
        with contextlib.suppress(FileNotFoundError):  # gone between two looks
            async for changes in awatch(
                *there,
                watch_filter=partial(_matters, there),
                step=_QUIET_MS,
                rust_timeout=_LOOK_MS,
                yield_on_timeout=True,
            ):
                if changes:
                    changed.set()
                if [folder for folder in folders if folder.is_dir()] != there:
                    break
        changed.set()


def _matters(folders: Sequence[Path], _: object, path: str) -> bool:
    """Whether a file is one of the people's: what is hidden, the index too, is never read."""
    for folder in folders:
        with contextlib.suppress(ValueError):
            parts = Path(path).relative_to(folder.absolute()).parts
            return not any(part.startswith((".", "~$")) for part in parts)
    return True


async def _rebuild(build: Build, follow: Follow) -> bool:
    """Build once; whether that is to be tried again."""
    rebuilt = await build()
    if rebuilt.problem:
        logger.error("the documents are not up to date: %s", rebuilt.problem)
    if rebuilt.is_new:
        await asyncio.to_thread(follow)
        logger.info(
            "documents changed: %d files read, answering from generation %s",
            rebuilt.files_read,
            rebuilt.generation,
        )
    return rebuilt.may_do_later


async def build_apart(config: Path | None) -> Rebuilt:
    """Run ``chuchu index`` in a process of its own; it ends with the bot.

    Args:
        config: The settings file, as the bot was given it.
    """
    command = [sys.executable, "-m", "retrieval", "index", "--json", "--wait"]
    command += ["--config", str(config)] if config else []
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        told, complaints = await process.communicate()
    finally:
        if process.returncode is None:
            await _end(process)
    reports = [json.loads(line) for line in told.splitlines()]
    new = [report for report in reports if not report["unchanged"]]
    return Rebuilt(
        generation=", ".join(report["generation"] for report in new),
        is_new=bool(new),
        files_read=sum(report["files_read"] for report in new),
        problem=_problem(process.returncode or 0, complaints.decode(errors="replace")),
        may_do_later=process.returncode == os.EX_TEMPFAIL,
    )


def _problem(code: int, complaints: str) -> str:
    if not code:
        return ""
    lines = [line for line in complaints.splitlines() if line.startswith("chuchu: ")]
    return "; ".join(line.removeprefix("chuchu: ") for line in lines) or f"exit code {code}"


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_GRACE_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
