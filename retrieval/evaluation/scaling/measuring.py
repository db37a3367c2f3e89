"""What an index of one size costs: built, opened and asked, each in a process of its own."""

import random
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embedder, load_embedder
from retrieval.evaluation.scaling.enlarging import Enlarged, enlarge
from retrieval.evaluation.scaling.stopwatch import Stage, Stopwatch
from retrieval.evaluation.speed import EXCERPTS, Cost, ask_by_part, cost_of
from retrieval.excerpts import cut_excerpts
from retrieval.index.build import build_index
from retrieval.index.embedded import Embedded
from retrieval.index.fields import searched_text
from retrieval.index.generation import Generation, open_generation
from retrieval.ranking import shipped_ranking
from retrieval.search import Searcher
from retrieval.settings import Settings
from retrieval.types import Vectors

_SEED = 5
_WARM_UP = 50
_NEAREST = 10
_EQUAL = 1e-5
"""Cosines that differ by less are equal: which of two equal texts is found is no matter."""
_BATCH = 8192
_JUDGED = 300
"""Questions whose nearest passages are looked for one by one."""

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of a process."""

    peak: int
    resident: int
    anonymous: int
    """Its own; the rest are pages of files, which processes share and the system may take back."""


@dataclass(frozen=True, slots=True)
class Building:
    """What building cost."""

    seconds: float
    stages: tuple[Stage, ...]
    memory: Memory
    disk_mb: int


@dataclass(frozen=True, slots=True)
class Asking:
    """What opening and asking cost."""

    open_seconds: float
    first_ms: float
    """The first question of a new process, after opening."""
    whole: Cost
    """Milliseconds from question to excerpts, by the clock."""
    parts: tuple[Cost, ...]
    """Milliseconds of one thread's time."""
    memory: Memory


@dataclass(frozen=True, slots=True)
class Measured:
    """One size."""

    passages: int
    characters: int
    """Of a passage, on average."""
    corpus: Enlarged
    kind: str
    """What holds the vectors."""
    building: Building
    asking: Asking
    recall: float
    """Of the ten nearest by vector, the share that is found; equally near ones are equal."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """What is measured on."""

    settings: Settings
    source: Path
    """A folder of documents."""
    texts: tuple[str, ...]
    """More documents: those that the questions were written on."""
    questions: tuple[str, ...]
    work: Path
    """An empty folder on a disk with room."""

    def of(self, passages: int) -> "Sizing":
        """The same, with a corpus and an index of its own."""
        folder = self.work / str(passages)
        corpus = self.settings.corpus.model_copy(update={"folder": folder / "corpus"})
        index = self.settings.index.model_copy(update={"folder": folder / "index"})
        settings = self.settings.model_copy(update={"corpus": corpus, "index": index})
        return Sizing(settings, self.source, self.texts, self.questions, folder)


def measure(sizing: Sizing, passages: int) -> Measured:
    """Write a corpus of about so many passages, index it, and ask.

    Raises:
        RetrievalError: The folder of documents cannot be read.
    """
    own = sizing.of(passages)
    drawn = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    corpus = enlarge(own.source, own.texts, own.settings.corpus.folder, passages, drawn)
    building = _apart(_build, own.settings)
    asking = _apart(_ask, own.settings, own.questions)
    found, characters, kind, recall = _apart(_judge, own.settings, own.questions[:_JUDGED])
    return Measured(found, characters, corpus, kind, building, asking, recall)


def _apart(
    work: Callable[_Arguments, _Result], *arguments: _Arguments.args, **options: _Arguments.kwargs
) -> _Result:
    """Call a function in a new process: its memory and its first question are its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **options).result()


def _build(settings: Settings) -> Building:
    embedder = load_embedder(settings.embedding)
    watch = Stopwatch()
    started = time.perf_counter()
    with watch.on(embedder):
        build_index(settings, embedder, lambda done, total: None)
    seconds = time.perf_counter() - started
    files = settings.index.folder.rglob("*")
    disk = sum(path.stat().st_size for path in files if path.is_file()) // 1_000_000
    return Building(seconds, watch.stages(seconds), memory(), disk)


def _ask(settings: Settings, questions: Sequence[str]) -> Asking:
    embedder = load_embedder(settings.embedding)
    started = time.perf_counter()
    searcher = _searcher(open_generation(settings.index.folder), embedder, settings)
    opened = time.perf_counter()
    _answer(searcher, questions[0])
    first = (time.perf_counter() - opened) * 1000
    warming = min(_WARM_UP, len(questions) // 4)
    warm, asked = questions[1 : warming + 1], questions[warming + 1 :]
    for text in warm:
        _answer(searcher, text)
    half = max(len(asked) // 2, 1)  # no question is asked twice: none is found in a cache
    whole = [_timed(searcher, text) for text in asked[:half]]
    parts = [ask_by_part(searcher, text) for text in asked[half:] or asked]
    return Asking(
        open_seconds=opened - started,
        first_ms=first,
        whole=cost_of("whole", whole),
        parts=tuple(cost_of(name, [found[name] for found in parts]) for name in parts[0]),
        memory=memory(),
    )


def _searcher(generation: Generation, embedder: Embedder, settings: Settings) -> Searcher[Embedded]:
    engine, candidates = Embedded(generation), settings.search.candidates
    return Searcher(engine, embedder, shipped_ranking(engine.count()), candidates)


def _timed(searcher: Searcher[Embedded], text: str) -> float:
    started = time.perf_counter()
    _answer(searcher, text)
    return (time.perf_counter() - started) * 1000


def _answer(searcher: Searcher[Embedded], text: str) -> None:
    question = searcher.read(text)
    hits = searcher.search(question)
    cut_excerpts(searcher, searcher.asked(question), hits, EXCERPTS, lambda _: False)


def _judge(settings: Settings, questions: Sequence[str]) -> tuple[int, int, str, float]:
    """Passages, their mean length, the kind of index, and the recall of its nearest."""
    embedder = load_embedder(settings.embedding)
    searcher = _searcher(open_generation(settings.index.folder), embedder, settings)
    generation = searcher.engine.generation
    asked = np.stack([embedder.embed_question(searcher.read(text)) for text in questions])
    near = np.full((len(asked), _NEAREST), -1)
    for rows_of, vector in zip(near, asked, strict=True):
        nearest = generation.vectors.nearest(vector, searcher.candidates)[:_NEAREST]
        rows_of[: len(nearest)] = [row for row, _ in nearest]
    found = np.full(near.shape, -np.inf, dtype=np.float32)
    best = found.copy()
    characters = 0
    rows = generation.store.rows().passages
    for start in range(0, rows, _BATCH):
        stored = generation.store.passages(range(start, min(start + _BATCH, rows)))
        characters += sum(len(each.passage.text) for each in stored)
        exact = asked @ embedder.embed_passages([searched_text(s.passage) for s in stored]).T
        best = _largest(best, exact)
        _note(found, near, start, exact)
    recall = float((found >= best.min(axis=1, keepdims=True) - _EQUAL).mean())
    return rows, round(characters / rows), generation.vectors.kind.value, recall


def _note(found: Vectors, near: NDArray[np.int64], start: int, exact: Vectors) -> None:
    """Note the exact cosines of those rows that stand in a batch."""
    column = near - start
    is_here = (column >= 0) & (column < exact.shape[1])
    question = np.broadcast_to(np.arange(len(near))[:, None], near.shape)
    found[is_here] = exact[question[is_here], column[is_here]]


def _largest(best: Vectors, scores: Vectors) -> Vectors:
    both = np.concatenate([best, scores], axis=1)
    largest: Vectors = np.partition(both, -_NEAREST, axis=1)[:, -_NEAREST:]
    return largest


def memory() -> Memory:
    """What this process holds, and the most it ever held (Linux alone tells the parts)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    try:
        lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()[1:]
    except OSError:
        return Memory(peak, peak, peak)
    held = {name: int(value.split()[0]) // 1024 for name, value in (x.split(":", 1) for x in lines)}
    return Memory(peak, held["Rss"], held["Anonymous"])
