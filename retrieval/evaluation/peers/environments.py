"""A virtual environment for each library, made when first needed and kept for the next time."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from retrieval.evaluation.peers.roster import Peer

_MARK = ".installed"
_LONGEST_SECONDS = 3600


class PeerError(Exception):
    """A library cannot be installed, or its driver failed; a row of the table says why."""


def interpreter_of(peer: Peer, folder: Path, say: Callable[[str], None]) -> Path:
    """Find the interpreter that has a library, installing it first where it is missing.

    Args:
        peer: What is wanted.
        folder: Where environments are kept, one folder each.
        say: Told, before anything is installed, what is and how it is removed.

    Raises:
        PeerError: It cannot be installed.
    """
    if not peer.requirements:
        return Path(sys.executable)
    home = folder.absolute() / peer.name
    python = home / "bin" / "python"
    wanted = "\n".join((sys.version, *peer.requirements))
    mark = home / _MARK
    if mark.exists() and mark.read_text("utf-8") == wanted:
        return python
    say(
        f"installing {', '.join(peer.requirements)} into {folder / peer.name} "
        "(once; about 1.5 GB); "
        f"to remove it: rm -r {folder / peer.name}"
    )
    shutil.rmtree(home, ignore_errors=True)
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    try:
        _run(sys.executable, "-m", "venv", str(home))
        _run(str(python), *pip, *peer.requirements)
    except PeerError:
        shutil.rmtree(home, ignore_errors=True)
        raise
    mark.write_text(wanted, "utf-8")
    return python


def _run(*command: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our interpreter and that of the environment
            command, capture_output=True, text=True, check=False, timeout=_LONGEST_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerError(f"cannot be installed: {error}") from None
    if done.returncode:
        raise PeerError(f"cannot be installed: {last_line(done.stdout + done.stderr)}")


def last_line(output: str) -> str:
    """The line that says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["it said nothing"])[-1].removeprefix("ERROR: ")
