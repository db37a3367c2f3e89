"""All libraries, one after another, on the same passages and questions -> one row each."""

import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.embedding import Embedder
from retrieval.evaluation.found import Found, found_in
from retrieval.evaluation.peers.environments import PeerError, interpreter_of
from retrieval.evaluation.peers.material import Material, prepare, write_job
from retrieval.evaluation.peers.roster import Peer
from retrieval.evaluation.peers.running import Measured, run_driver
from retrieval.evaluation.squad import Context


@dataclass(frozen=True, slots=True)
class Figures:
    """What one library does and takes."""

    found: Found
    start_seconds: float
    build_seconds: float
    p50_ms: float
    p99_ms: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Row:
    """One library: its figures, or why there are none."""

    peer: Peer
    versions: tuple[str, ...]
    figures: Figures | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured."""

    processor: str
    cores: int
    system: str
    python: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run."""

    machine: Machine
    threads: int
    """Most threads of each pool of a numerical library, the same for all."""
    model: str
    documents: int
    passages: int
    mean_chars: float
    questions: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is the same for all."""

    model: Path
    """A sentence-transformers folder."""
    folder: Path
    """Where environments are kept."""
    threads: int
    development: bool
    """Ask only the development part's questions."""


def compare_peers(
    contexts: Sequence[Context],
    embedder: Embedder,
    peers: Sequence[Peer],
    conditions: Conditions,
    say: Callable[[str], None],
) -> Comparison:
    """Install what is missing, then measure one library after another.

    Args:
        contexts: Contexts of all files.
        embedder: The same model, to cut passages with.
        peers: Who is measured, in the order of the rows.
        conditions: What is the same for all.
        say: Told what is being done.
    """
    by_name = {peer.name: peer for peer in peers}
    interpreters = {
        name: _interpreter(peer, conditions.folder, say) for name, peer in by_name.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        material = prepare(contexts, embedder, Path(folder), development=conditions.development)
        rows = []
        for number, peer in enumerate(peers):
            say(f"measuring {peer.label}")
            job = Path(folder) / f"job{number}"
            write_job(job, material, peer, conditions.model)
            rows.append(_measure(peer, interpreters[peer.name], job, material, conditions.threads))
    lengths = [len(passage.text) for passage in material.passages]
    return Comparison(
        machine=_machine(),
        threads=conditions.threads,
        model=conditions.model.name,
        documents=len(contexts),
        passages=len(lengths),
        mean_chars=float(np.mean(lengths)),
        questions=len(material.asked),
        rows=tuple(rows),
    )


def _interpreter(peer: Peer, folder: Path, say: Callable[[str], None]) -> Path | PeerError:
    try:
        return interpreter_of(peer, folder, say)
    except PeerError as error:
        return error


def _measure(
    peer: Peer, python: Path | PeerError, job: Path, material: Material, threads: int
) -> Row:
    try:
        if isinstance(python, PeerError):
            raise python
        measured = run_driver(python, peer.driver, job, threads)
        return Row(peer, measured.versions, judge(measured, material))
    except PeerError as error:
        return Row(peer, (), None, str(error))


def judge(measured: Measured, material: Material) -> Figures:
    """Look up which passages found are right, and sum up.

    Raises:
        PeerError: There are fewer answers than questions, or of passages that were not given.
    """
    if len(measured.replies) != len(material.asked):
        raise PeerError(f"answers {len(measured.replies)} of {len(material.asked)} questions")
    milliseconds = [reply.milliseconds for reply in measured.replies]
    p50, p99 = np.percentile(milliseconds, (50, 99))
    return Figures(
        found=found_in(
            list(_right(measured, material)), np.array([asked.context for asked in material.asked])
        ),
        start_seconds=measured.start_seconds,
        build_seconds=measured.build_seconds,
        p50_ms=float(p50),
        p99_ms=float(p99),
        peak_mb=measured.peak_mb,
    )


def _right(measured: Measured, material: Material) -> Iterator[list[bool]]:
    by_id = {passage.id: passage for passage in material.passages}
    for asked, reply in zip(material.asked, measured.replies, strict=True):
        if unknown := set(reply.ids) - set(by_id):
            raise PeerError(f"finds passages that it was not given: {unknown.pop()}")
        yield [material.is_right(asked, by_id[each]) for each in reply.ids]


def _machine() -> Machine:
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
    )


def _processor() -> str:
    """Its name, where the kernel tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
