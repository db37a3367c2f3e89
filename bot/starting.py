"""How long a start takes, from the process to the first answer, and what the bot takes at rest."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import BotError
from bot.settings import TOKEN_VARIABLE
from bot.simulator.client import SimulatorClient
from bot.simulator.process import RunningSimulator, start_simulator

_PATIENCE = 60.0
_REST = 5.0
"""Seconds after the answer at which memory is looked at: everything is loaded."""
_GRACE = 15.0


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the bot."""

    seconds: float
    """From the process to the answer of a question that was waiting."""
    megabytes: float
    """At rest, some seconds later."""


def measure_starts(
    config: Path | None, question: str, runs: int, told: Callable[[Start], None]
) -> list[Start]:
    """Start the bot again and again in front of a Telegram on this machine.

    Args:
        config: The settings file, as ``chuchu bot`` takes it.
        question: Waits for the bot.
        runs: How often.
        told: Hears of each start.

    Raises:
        StartError: The simulator cannot start.
        BotError: The bot does not answer.
    """
    starts = []
    for _ in range(runs):
        with start_simulator() as simulator, TemporaryDirectory() as folder:
            starts.append(asyncio.run(_start_once(simulator, config, question, folder)))
        told(starts[-1])
    return starts


async def _start_once(
    simulator: RunningSimulator, config: Path | None, question: str, folder: str
) -> Start:
    async with SimulatorClient(simulator.api) as people:
        chat = next(chat for chat in await people.chats() if chat.kind == "private")
        asked = await people.send(chat.id, chat.people[0].id, question)
        started = time.monotonic()
        bot = _spawn(simulator, config, folder)
        try:
            await people.wait_for_message(chat.id, asked, timeout=_PATIENCE)
            seconds = time.monotonic() - started
            await asyncio.sleep(_REST)
            return Start(seconds, _resident(bot.pid))
        except (TimeoutError, OSError):
            raise BotError("the bot did not answer; see what it says: chuchu bot") from None
        finally:
            bot.terminate()
            await asyncio.to_thread(bot.wait, _GRACE)


def _spawn(
    simulator: RunningSimulator, config: Path | None, folder: str
) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", "from bot.cli import main; main()", "bot"]
    command += ["--config", str(config)] if config else []
    own = {
        TOKEN_VARIABLE: simulator.token,
        "CHUCHU_BOT__API_BASE": simulator.api,
        "CHUCHU_BOT__FOLDER": folder,
        "CHUCHU_BOT__STATUS_PORT": "0",
    }
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | own,
    )


def _resident(pid: int) -> float:
    """Memory of a process in MB, 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 1e6
