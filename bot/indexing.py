"""Builds the index anew in another process, so that the bot goes on answering meanwhile."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

_LONGEST = 600.0
"""Seconds until a build is ended."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """How a build went."""

    failure: str
    """One line that says why it failed; empty where it did not."""


Reindex = Callable[[], Awaitable[Indexed]]


async def run_index(config: Path | None) -> Indexed:
    """Run ``chuchu index`` to its end."""
    command = [sys.executable, "-m", "retrieval", "index"]
    if config is not None:
        command += ["--config", str(config)]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_LONGEST):
            _, complaints = await process.communicate()
    except TimeoutError:
        return Indexed(f"indexing took longer than {_LONGEST:.0f} s")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        lines = complaints.decode(errors="replace").strip().splitlines() or ["no reason given"]
        return Indexed(lines[-1].removeprefix("chuchu: "))
    return Indexed("")
