"""Where the time of a build goes: the functions that do its stages, watched from outside."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from retrieval.embedding import Embedder
from retrieval.index import build, parts, vectors
from retrieval.index.cache import VectorCache
from retrieval.index.lexical import LexicalWriter
from retrieval.index.storing import StoreWriter
from retrieval.index.tokens import TokenWriter

_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the work."""

    name: str
    seconds: float
    share: float
    """Of the whole, 0 to 1."""


class Stopwatch:
    """Adds up the time that named functions take; one within another counts for itself alone."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._inner = [0.0]

    @contextmanager
    def on(self, embedder: Embedder) -> Iterator[None]:
        """Watch the stages of a build for as long as the block lasts."""
        watched: tuple[tuple[Any, tuple[str, ...], str], ...] = (
            (build, ("find_files",), "find and hash files"),
            (build, ("work_on",), "wait for files to be read, cut and their terms found"),
            (StoreWriter, ("add_file", "add_document", "sync", "close"), "write texts (SQLite)"),
            (LexicalWriter, ("add", "sync", "close"), "write terms (tantivy)"),
            (parts, ("segment_tokens",), "token ids"),
            (TokenWriter, ("add", "sync", "close"), "write token ids"),
            (type(embedder), ("embed_passages",), "embed"),
            (VectorCache, ("missing", "add", "vectors", "trim"), "keep vectors (SQLite)"),
            (vectors, ("trained",), "train vectors (FAISS)"),
            (parts, ("write_vectors",), "write vectors (FAISS)"),
            (build, ("place", "publish"), "fsync and publish"),
            (build, ("open_generation",), "check what was written"),
        )
        with ExitStack() as stack:
            for owner, names, stage in watched:
                for name in names:
                    stack.enter_context(self._replaced(owner, name, stage))
            yield

    def stages(self, whole: float) -> tuple[Stage, ...]:
        """What was watched, and the rest of the whole, the longest first."""
        rest = whole - sum(self._seconds.values())
        found = (*self._seconds.items(), (_OTHER, rest))
        stages = (Stage(name, seconds, seconds / whole) for name, seconds in found)
        return tuple(sorted(stages, key=lambda stage: -stage.seconds))

    @contextmanager
    def _replaced(self, owner: Any, name: str, stage: str) -> Iterator[None]:  # noqa: ANN401
        original = getattr(owner, name)
        setattr(owner, name, self._timed(original, stage))
        try:
            yield
        finally:
            setattr(owner, name, original)

    def _timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
            with self._clock(stage):
                result = function(*arguments, **options)
            return self._each(result, stage) if isinstance(result, Iterator) else result

        return timed

    def _each(self, results: Iterator[Any], stage: str) -> Iterator[Any]:
        """Time what an iterator takes for each of its results."""
        while True:
            with self._clock(stage):
                try:
                    result = next(results)
                except StopIteration:
                    return
            yield result

    @contextmanager
    def _clock(self, stage: str) -> Iterator[None]:
        self._inner.append(0.0)
        started = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - started
            inner = self._inner.pop()
            self._inner[-1] += took
            self._seconds[stage] = self._seconds.get(stage, 0.0) + took - inner
