"""Starts the simulator as a child process, as tests and the bot's command line do."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from bot.simulator.errors import StartError

_PATIENCE = 20.0
_PATIENCE_AT_END = 5.0


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """Where a simulator listens."""

    page: str
    api: str
    token: str
    pid: int

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as ``base_url``."""
        return f"{self.api}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot takes as ``base_file_url``."""
        return f"{self.api}/file/bot"


@contextmanager
def start_simulator(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    token: str | None = None,
    has_flood_limits: bool = True,
    down_for: float = 0.0,
    fault_rate: float = 0.0,
    fault_seed: int = 0,
    pace: float = 1.0,
) -> Iterator[RunningSimulator]:
    """Run a simulator in its own process; it ends with the block, or with this process.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        token: The bot's token; a random one if it is None.
        has_flood_limits: Whether who sends or polls too fast is slowed down.
        down_for: Seconds at the start in which connections are refused.
        fault_rate: Share of the Bot API's calls that go wrong at random.
        fault_seed: Which of them, and how.
        pace: Seconds of its clock that pass in a true one.

    Raises:
        StartError: If it does not start; the text is what it said.
    """
    command = [sys.executable, "-m", "bot.simulator", "--exit-with-parent"]
    command += ["--host", host, "--port", str(port)]
    if token is not None:
        command += ["--token", token]
    if not has_flood_limits:
        command.append("--no-flood")
    command += ["--down", str(down_for)]
    command += ["--fault-rate", str(fault_rate), "--fault-seed", str(fault_seed)]
    command += ["--pace", str(pace)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        child = _spawn(command, complaints)
        try:
            yield _read_address(child, complaints)
        finally:
            _end(child)


def _spawn(command: Sequence[str], complaints: IO[str]) -> "subprocess.Popen[str]":
    # A session of its own, so that Ctrl-C in a terminal reaches the bot first.
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def _read_address(child: "subprocess.Popen[str]", complaints: IO[str]) -> RunningSimulator:
    # A child that hangs is ended, which ends its output and with it the wait below.
    watchdog = threading.Timer(_PATIENCE, child.kill)
    watchdog.start()
    try:
        line = _output(child).readline()
    finally:
        watchdog.cancel()
    try:
        ready = json.loads(line)
        return RunningSimulator(ready["page"], ready["api"], ready["token"], child.pid)
    except (ValueError, KeyError):
        child.wait(_PATIENCE_AT_END)
        complaints.seek(0)
        reason = complaints.read().strip().rpartition("\n")[2]
        reason = reason or f"it ended with status {child.returncode} and said nothing"
        raise StartError(f"the simulator did not start: {reason}") from None


def _end(child: "subprocess.Popen[str]") -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(_PATIENCE_AT_END)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    finally:
        _output(child).close()


def _output(child: "subprocess.Popen[str]") -> IO[str]:
    if child.stdout is None:
        raise StartError("the simulator has no output to read its address from")
    return child.stdout
