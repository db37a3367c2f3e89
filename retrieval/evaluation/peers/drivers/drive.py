"""Let one library index passages and answer questions, and write down what it took.

Run by the interpreter of the library's own environment::

    python drive.py with_txtai JOB

The folder JOB holds ``job.json`` (the model's folder, the weight of terms or null, how many
passages are wanted of each question), ``passages.jsonl`` (id, text), ``warm_up.jsonl`` and
``questions.jsonl`` (text); ``corpus/`` holds the same text in files. ``measured.json`` is put
beside them.
"""

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol


class Driver(Protocol):
    """What a module ``with_…`` offers."""

    DISTRIBUTIONS: Sequence[str]
    """Whose versions are told."""

    def load(self, model: str) -> object:
        """Load what embeds, from a sentence-transformers folder."""

    def build(
        self,
        loaded: object,
        passages: Sequence[tuple[str, str]],
        job: Path,
        depth: int,
        lexical: float | None,
    ) -> Callable[[str], list[str]]:
        """Index passages (id, text); what is returned answers a question with ids, best first."""


def main(name: str, job: Path) -> None:
    """Run a driver on a job."""
    wanted = json.loads((job / "job.json").read_text("utf-8"))
    passages = [(line["id"], line["text"]) for line in _lines(job / "passages.jsonl")]
    started = time.perf_counter()
    driver: Driver = importlib.import_module(name)
    loaded = driver.load(wanted["model"])
    start_seconds = time.perf_counter() - started
    started = time.perf_counter()
    ask = driver.build(loaded, passages, job, wanted["depth"], wanted["lexical"])
    build_seconds = time.perf_counter() - started
    for line in _lines(job / "warm_up.jsonl"):
        ask(line["text"])
    answers = [_timed(ask, line["text"]) for line in _lines(job / "questions.jsonl")]
    measured = {
        "versions": {each: version(each) for each in driver.DISTRIBUTIONS},
        "start_seconds": start_seconds,
        "build_seconds": build_seconds,
        "answers": answers,
        "peak_mb": _peak_mb(),
    }
    (job / "measured.json").write_text(json.dumps(measured), "utf-8")


def _timed(ask: Callable[[str], list[str]], question: str) -> dict[str, Any]:
    started = time.perf_counter()
    ids = ask(question)
    return {"milliseconds": (time.perf_counter() - started) * 1000, "ids": ids}


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _peak_mb() -> float:
    """Most memory that this process held, in MiB.

    `getrusage` would count what the process that started this one held when it did so (Linux keeps
    it across ``exec``); the kernel's status file does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":  # Chuchu's own processes import this file once more
    main(sys.argv[1], Path(sys.argv[2]))
