"""Chuchu: given files instead of passages, it cuts them, and writes its index to disk."""

import atexit
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from retrieval.embedding import Embedder, load_embedder
from retrieval.evaluation.contexts import searching_files
from retrieval.settings import EmbeddingSettings

DISTRIBUTIONS = ("chuchu", "faiss-cpu", "tantivy", "model2vec")


def load(model: str) -> Embedder:
    """Load the model without torch."""
    return load_embedder(EmbeddingSettings(model=model))


def build(
    loaded: Embedder,
    passages: Sequence[tuple[str, str]],
    job: Path,
    depth: int,
    lexical: float | None,
) -> Callable[[str], list[str]]:
    """Index the files of the corpus."""
    del passages, lexical
    stack = ExitStack()
    atexit.register(stack.close)
    searcher = stack.enter_context(searching_files(job / "corpus", job / "index", loaded))

    def ask(question: str) -> list[str]:
        hits = searcher.search(searcher.read(question))
        return [hit.passage.id for hit in hits[:depth]]

    return ask
