"""Rows of passages -> their vectors: kept ones, or embedded now."""

from collections.abc import Callable, Sequence

from retrieval.embedding import Embedder
from retrieval.index.cache import VectorCache, text_key
from retrieval.index.fields import searched_text
from retrieval.index.store import StoredPassage
from retrieval.types import Vectors

_BATCH = 1024

Passages = Callable[[Sequence[int]], list[StoredPassage]]
"""Passages by row, in the order of their rows."""


class PassageVectors:
    """The vectors of the passages of a part, counted from its first.

    A light model embeds a text in less time than it takes to write its vector to the cache and to
    read it back: its vectors are not kept.
    """

    def __init__(
        self, passages: Passages, first: int, embedder: Embedder, cache: VectorCache | None
    ) -> None:
        self._passages = passages
        self._first = first
        self._embedder = embedder
        self._cache = cache

    def __call__(self, rows: Sequence[int]) -> Vectors:
        """Vectors of some rows, in order; shape ``(len(rows), dimension)``."""
        texts = self._texts(rows)
        if self._cache is None:
            return self._embedder.embed_passages(texts)
        keys = [text_key(text) for text in texts]
        missing = self._cache.missing(keys)
        unkept = {key: text for key, text in zip(keys, texts, strict=True) if key in missing}
        for start in range(0, len(unkept), _BATCH):  # what was embedded is kept, come what may
            batch = list(unkept)[start : start + _BATCH]
            self._cache.add(batch, self._embedder.embed_passages([unkept[key] for key in batch]))
        return self._cache.vectors(keys)

    def keys(self, count: int) -> set[bytes]:
        """Under what the vectors of the first passages are kept."""
        return {
            text_key(text)
            for start in range(0, count, _BATCH)
            for text in self._texts(range(start, min(start + _BATCH, count)))
        }

    def _texts(self, rows: Sequence[int]) -> list[str]:
        stored = self._passages([self._first + row for row in rows])
        return [searched_text(found.passage) for found in stored]
