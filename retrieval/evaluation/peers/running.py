"""One driver in a process of its own, with its children watched -> what it measured."""

import json
import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from retrieval.evaluation.peers.environments import PeerError, last_line

_DRIVE = Path(__file__).parent / "drivers" / "drive.py"
_EVERY_SECONDS = 0.05
_LONGEST_SECONDS = 3600
_POOLS = ("OMP", "OPENBLAS", "MKL", "RAYON")


@dataclass(frozen=True, slots=True)
class Reply:
    """Passages found for a question, best first."""

    ids: tuple[str, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What a driver wrote down."""

    versions: tuple[str, ...]
    start_seconds: float
    """To import the library and load the model."""
    build_seconds: float
    """From passages (Chuchu: from files) to the first question that can be asked."""
    peak_mb: float
    """Most memory of the process, its children with it, in MiB."""
    replies: tuple[Reply, ...]
    """In the order of the questions."""


def run_driver(python: Path, driver: str, job: Path, threads: int) -> Measured:
    """Run a driver on a job.

    Args:
        python: The interpreter that has the library.
        driver: The module in `drivers`.
        job: The job's folder.
        threads: Most threads of each pool that numerical libraries keep.

    Raises:
        PeerError: It failed, took an hour, or wrote something else than it should.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(  # noqa: S603 - our driver, in an environment of ours
            [str(python), str(_DRIVE), driver, str(job)],
            stdout=said,
            stderr=said,
            env=_environment(threads),
            start_new_session=True,  # so that its children are known by it
        )
        try:
            peak = _watch(process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        said.seek(0)
        if process.returncode:
            raise PeerError(f"fails: {last_line(said.read())}")
    return _read(job / "measured.json", peak)


def _environment(threads: int) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    offline = {"HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}
    return own | offline | {f"{pool}_NUM_THREADS": str(threads) for pool in _POOLS}


def _watch(process: "subprocess.Popen[bytes]") -> float:
    """Wait for a process; most MiB that its session held at one time, 0 where nothing tells."""
    peak = 0.0
    started = time.monotonic()
    while time.monotonic() - started < _LONGEST_SECONDS:
        try:
            process.wait(_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            peak = max(peak, _resident_mb(process.pid))
        else:
            return peak
    raise PeerError(f"takes longer than {_LONGEST_SECONDS / 60:.0f} minutes")


def _resident_mb(session: int) -> float:
    """Memory of all processes of a session; what they share counts for each, so it is no less."""
    pages = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # "pid (name) state parent group session ...": the name may hold anything.
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                pages += int((folder / "statm").read_text().split()[1])
        except (OSError, ValueError):
            continue  # it has ended
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def _read(file: Path, peak: float) -> Measured:
    try:
        found = json.loads(file.read_text("utf-8"))
        return Measured(
            versions=tuple(f"{name} {version}" for name, version in found["versions"].items()),
            start_seconds=float(found["start_seconds"]),
            build_seconds=float(found["build_seconds"]),
            peak_mb=max(peak, float(found["peak_mb"])),
            replies=tuple(
                Reply(tuple(each["ids"]), float(each["milliseconds"])) for each in found["answers"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PeerError(f"its driver wrote no measurement ({error!r})") from None
