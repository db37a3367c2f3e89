"""A bomb, a crash or a hang costs one item; the others go on, in order."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from retrieval.corpus.workers import Failure, Limits, work_on
from retrieval.errors import CorpusError
from tests.conftest import ROOT

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


_STARTS_LATE = """
import os, signal, threading, time
from retrieval.corpus.workers import Limits, work_on

def work(item):
    # This process takes its time to end; the other is only beginning then.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=time.sleep, args=(0.6,)).start()
    return item

if __name__ == "__main__":
    for item in range(4):
        assert list(work_on([item], work, Limits(20, 500))) == [(item, item)]
else:
    time.sleep(0.3 * (os.getpid() % 2))
"""


def test_a_process_that_starts_while_the_others_end_is_quiet(tmp_path: Path) -> None:
    script = tmp_path / "late.py"
    script.write_text(_STARTS_LATE, "utf-8")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, str(script)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
