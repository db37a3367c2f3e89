"""How fast a folder becomes an index, where the time goes, and what a change costs.

Beside it txtai (if installed: ``pip install -e '.[benchmark]'``) does the rest of the work with the
same model in the same run: it is given the passages that Chuchu cut, embeds them, writes a BM25
index, vectors and texts, and saves all. Parsing and cutting, which Chuchu does too, it is spared.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from retrieval.corpus.files import find_files
from retrieval.embedding import Embedder
from retrieval.evaluation.scaling.stopwatch import Stage, Stopwatch
from retrieval.index import build
from retrieval.index.generation import Generation, open_generation
from retrieval.settings import Settings
from retrieval.types import Vectors

_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Building:
    """What building cost."""

    files: int
    passages: int
    characters: int
    """Of all passages."""
    seconds: float
    cpu_seconds: float
    """Of the processor, in this process; files are read in others beside it."""
    stages: tuple[Stage, ...]
    peak_mb: int
    """Most memory of this process, the model and the vectors in it."""
    vectors_mb: int
    unchanged_seconds: float
    """To see that nothing has changed."""
    touched_seconds: float
    """To index again after one file was changed."""
    peer: str
    """What did the same work in the same run; empty if it is not installed."""
    peer_seconds: float

    @property
    def per_second(self) -> float:
        """Passages a second, end to end."""
        return self.passages / self.seconds


def run_benchmark(settings: Settings, embedder: Embedder) -> Building:
    """Build the index of a copy of the corpus from nothing, then change one file of it.

    Raises:
        RetrievalError: The corpus cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        _copy(settings.corpus.folder, corpus)
        own = settings.model_copy(
            update={
                "corpus": settings.corpus.model_copy(update={"folder": corpus}),
                "index": settings.index.model_copy(update={"folder": Path(folder) / "index"}),
            }
        )
        watch = Stopwatch()
        with watch.on(embedder):
            cpu = time.process_time()
            seconds = _build(own, embedder)
            cpu = time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        unchanged = _build(own, embedder)
        touched = corpus / next(
            file.path for file in find_files(corpus).files if file.path.endswith(".md")
        )
        touched.write_bytes(touched.read_bytes() + "\n\n新添的一句话。\n".encode())
        touched_seconds = _build(own, embedder)
        generation = open_generation(own.index.folder)
        texts = list(_texts(generation))
        peer, peer_seconds = _peer(texts, embedder, Path(folder) / "peer")
        return Building(
            files=len(generation.store.files()),
            passages=generation.manifest.passages,
            characters=sum(map(len, texts)),
            seconds=seconds,
            cpu_seconds=cpu,
            stages=watch.stages(seconds),
            peak_mb=peak,
            vectors_mb=generation.manifest.passages * embedder.dimension * 4 // 1_000_000,
            unchanged_seconds=unchanged,
            touched_seconds=touched_seconds,
            peer=peer,
            peer_seconds=peer_seconds,
        )


def _build(settings: Settings, embedder: Embedder) -> float:
    started = time.perf_counter()
    build.build_index(settings, embedder, lambda done, total: None)
    return time.perf_counter() - started


def _copy(source: Path, target: Path) -> None:
    """Copy what would be read, so that a file can be changed."""
    for file in find_files(source).files:
        copy = target / file.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((source / file.path).read_bytes())


def _texts(generation: Generation) -> Iterator[str]:
    for start in range(0, generation.store.rows().passages, _BATCH):
        rows = range(start, start + _BATCH)
        yield from (stored.passage.text for stored in generation.store.passages(rows))


def _embed_for_peer(embedder: Embedder, batch: list[object]) -> Vectors:
    vectors = embedder.embed_passages([str(text) for text in batch])
    vectors[~vectors.any(axis=1), 0] = 1  # txtai divides by the length, which must not be 0
    return vectors


def _peer(texts: list[str], embedder: Embedder, folder: Path) -> tuple[str, float]:
    """Let txtai embed and index passages, and save the index; its name and version, and seconds."""
    try:
        from txtai import Embeddings
    except ImportError:
        return "", 0.0
    started = time.perf_counter()
    peer = Embeddings(
        method="external",
        transform=lambda batch: _embed_for_peer(embedder, batch),  # it takes nothing but functions
        faiss={"components": "IDMap,Flat"},  # exact, as Chuchu's vectors are
        content=True,
        hybrid=True,
        encodebatch=1024,
    )
    peer.index((number, text, None) for number, text in enumerate(texts))
    peer.save(str(folder))
    return f"txtai {version('txtai')}", time.perf_counter() - started
