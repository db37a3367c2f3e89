"""A bomb, a crash or a hang costs one item; the others go on, in order."""

import os
import signal
import time
from pathlib import Path

import pytest

from retrieval.corpus.workers import Failure, Limits, work_on
from retrieval.errors import CorpusError

LIMITS = Limits(seconds=2, megabytes=300)


def work(item: str) -> str:
    match item:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            time.sleep(60)
        case "bomb":
            return str(len(bytearray(2_000_000_000)))
        case "refuse":
            raise CorpusError("encrypted")
        case "bug":
            raise IndexError("list index")
    return item * 2


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("crash", "its reader crashed; the file is damaged or malicious"),
        ("hang", "took longer than 2 s to read"),
        ("bomb", "needs more than 300 MB of memory to read"),
        ("refuse", "encrypted"),
        ("bug", "cannot be read (IndexError: list index)"),
    ],
)
def test_one_item_fails_alone(item: str, reason: str) -> None:
    items = [*"abc", item, *"defghijklmnopqrstuvwxyz"]
    found = dict(work_on(items, work, LIMITS))
    assert list(found) == items
    assert found.pop(item) == Failure(reason)
    assert all(result == name * 2 for name, result in found.items())


def test_leaving_early_leaves_no_process() -> None:
    results = work_on(map(str, range(10_000)), work, LIMITS)
    assert next(results) == ("0", "00")
    results.close()
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    names = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]
    assert len([name for name in names if b"forkserver" in name]) <= 1
