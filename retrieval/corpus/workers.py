"""Work on files in processes of their own, so that a bomb or a crash costs one file."""

import os
import resource
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import RLock
from pathlib import Path
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from retrieval.errors import RetrievalError

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_AHEAD = 8
"""Items a process that may wait, read or unread, while what came before them is used."""
_MAX_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """What one item may take."""

    seconds: float
    megabytes: int
    """Of memory, beside what the process itself needs."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item gave no result, in words for the report."""

    reason: str


def work_on(
    items: Iterable[_Item],
    work: Callable[[_Item], _Result],
    limits: Limits,
    preload: tuple[str, ...] = (),
) -> Iterator[tuple[_Item, _Result | Failure]]:
    """Apply a function to items in a few processes; results come in the order of the items.

    Args:
        items: What is worked on; few are taken ahead, so that memory stays flat.
        work: A function that can be pickled.
        limits: What one item may take; beyond it, or if its process dies, it is a `Failure`.
        preload: Modules that the processes find imported.

    Yields:
        Each item with its result.
    """
    # Forked from a server that holds no threads: quick, and safe beside FAISS and tantivy.
    context = _KeepingContext()
    context.set_forkserver_preload([__name__, *preload])
    processes = min(os.cpu_count() or 1, _MAX_PROCESSES)
    pool: Any = ProcessPool(  # typed in part only
        processes, initializer=_limit, initargs=(limits.megabytes,), context=context
    )
    with pool:
        waiting: deque[tuple[_Item, Future[_Result | Failure]]] = deque()
        try:
            for item in items:
                future = pool.schedule(_work, args=(work, item), timeout=limits.seconds)
                waiting.append((item, future))
                if len(waiting) >= _AHEAD * processes:
                    yield _next(waiting, limits)
            while waiting:
                yield _next(waiting, limits)
        except BaseException:
            pool.stop()
            raise


class _KeepingContext(ForkServerContext):
    """Keeps its locks: the pool lets go of them before a process may have found them that starts.

    Not kept, the process would say so with a traceback, though all the work is done.
    """

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[RLock] = []

    def RLock(self) -> RLock:  # noqa: N802 - overrides
        lock = super().RLock()
        self._kept.append(lock)
        return lock


def _next(
    waiting: deque[tuple[_Item, Future[_Result | Failure]]], limits: Limits
) -> tuple[_Item, _Result | Failure]:
    item, future = waiting.popleft()
    try:
        result = future.result()
    except TimeoutError:
        return item, Failure(f"took longer than {limits.seconds:g} s to read")
    except MemoryError:
        return item, Failure(f"needs more than {limits.megabytes} MB of memory to read")
    except (ProcessExpired, CancelledError):
        return item, Failure("its reader crashed; the file is damaged or malicious")
    except RetrievalError as error:
        return item, Failure(str(error))
    except Exception as error:
        return item, Failure(f"cannot be read ({type(error).__name__}: {error})")
    return item, result


def _work(work: Callable[[_Item], _Result], item: _Item) -> _Result:
    """Work under the limit of memory; the result is sent without it, and cannot fail of it."""
    limit, most = _limit_of_this_process
    _set_memory(limit, most)
    try:
        return work(item)
    except MemoryError:
        raise MemoryError from None  # what was read so far is let go
    finally:
        _set_memory(most, most)


_limit_of_this_process = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def _limit(megabytes: int) -> None:
    """Note how much memory this process may take; unknown where the system cannot tell."""
    global _limit_of_this_process
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = pages * resource.getpagesize() + megabytes * 1_000_000
        _limit_of_this_process = (limit, most)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _set_memory(limit: int, most: int) -> None:
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
