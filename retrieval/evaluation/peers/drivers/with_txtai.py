"""txtai: dense and sparse vectors in one index, scores normalised and added (hybrid search)."""

from collections.abc import Callable, Sequence
from pathlib import Path

from txtai import Embeddings

DISTRIBUTIONS = ("txtai", "faiss-cpu", "sentence-transformers", "torch")


def load(model: str) -> Embeddings:
    """Load the model; txtai's tokenizer is told to take pairs of characters."""
    terms = {"method": "bm25", "terms": True, "normalize": True, "tokenizer": {"ngrams": 2}}
    return Embeddings(path=model, method="sentence-transformers", hybrid=True, scoring=terms)


def build(
    loaded: Embeddings,
    passages: Sequence[tuple[str, str]],
    job: Path,
    depth: int,
    lexical: float | None,
) -> Callable[[str], list[str]]:
    """Index passages in memory."""
    del job
    loaded.index(passages)
    dense = 0.5 if lexical is None else 1 - lexical  # 0.5 is what txtai takes by itself

    def ask(question: str) -> list[str]:
        found = loaded.search(question, depth, weights=dense)
        return [passage for passage, _ in found]

    return ask
