"""Late interaction: each token of a question beside the nearest token of a passage (MaxSim).

As in ColBERT (Khattab and Zaharia 2020), but over the model's own token vectors, weighted by how
much each token tells, and looked at twice: over the whole passage, and over its best sentence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embedder, TokenIds
from retrieval.index.segments import BREAK
from retrieval.types import Vectors
from retrieval.weighting import TermWeights

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class AskedTokens:
    """The tokens of a question, each once."""

    vectors: Vectors
    """Shape ``(tokens, width)``."""
    weights: Vectors
    """What each tells, shape ``(tokens,)``."""
    topical: Vectors
    """The same, with the words that name the topic weighing more."""

    @classmethod
    def of(cls, content: str, embedder: Embedder, weights: TermWeights) -> "AskedTokens":
        """Read the tokens of a question's content."""
        ids = np.unique(embedder.tokens([content])[0])
        texts = embedder.token_texts(ids)
        telling = np.array([weights.weight(text) for text in texts], dtype=np.float32)
        emphasis = np.array([weights.emphasis(text) for text in texts], dtype=np.float32)
        return cls(embedder.token_vectors(ids), telling, telling * emphasis)


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """How a question's tokens meet those of some passages; each array has a value a passage."""

    late_interaction: Vectors
    gap: Vectors
    """How badly the worst-matched word of the topic is missed, in units of its weight."""
    sentence_match: Vectors
    """`late_interaction` of the best sentence with what stands above the passage; the words that
    name the topic weigh more."""
    sentence_gap: Vectors
    """`gap` of that sentence."""
    miss: Vectors
    """How badly the question's worst-matched word is missed in that sentence, topic or not."""
    second_miss: Vectors
    """The same for the second-worst."""
    focus: Vectors
    """Mean over the tokens of that sentence of the best cosine to a question token."""
    best: tuple[TokenIds, ...]
    """Tokens of that sentence and of what stands above it."""
    sentences: tuple[tuple[float, ...], ...]
    """`sentence_match` of each sentence of each passage."""


def match_tokens(
    asked: AskedTokens, passages: Sequence[TokenIds], embedder: Embedder
) -> TokenMatch | None:
    """Compare a question with passages; ``None`` where either has no tokens.

    Args:
        asked: The question.
        passages: Token ids of each passage, as `retrieval.index.segments` cuts them.
        embedder: Gives the vectors of tokens.
    """
    ids = np.concatenate([*passages, np.empty(0, dtype=np.uint32)])
    if not len(asked.weights) or not len(ids):
        return None
    starts = np.flatnonzero(ids == BREAK)
    counts = np.array([int((row == BREAK).sum()) for row in passages])
    similar = _similarities(asked, ids, embedder)
    closest = np.maximum.reduceat(similar, starts, axis=1)
    first = np.cumsum(counts) - counts
    filled = np.flatnonzero(counts)
    whole = np.zeros((len(asked.weights), len(passages)), dtype=np.float32)
    whole[:, filled] = np.maximum.reduceat(closest, first[filled], axis=1)
    above = np.repeat(closest[:, first[filled]], counts[filled], axis=1)
    inside = np.maximum(closest, above)
    scores = _mean(asked.topical, inside)
    gaps = _worst(asked.topical, inside)
    misses = _two_worst(asked.weights, inside)
    best = [_best(scores, start, count) for start, count in zip(first, counts, strict=True)]
    return TokenMatch(
        late_interaction=_mean(asked.weights, whole),
        gap=_worst(asked.topical, whole),
        sentence_match=_chosen(scores, best),
        sentence_gap=_chosen(gaps, best),
        miss=_chosen(misses[0], best),
        second_miss=_chosen(misses[1], best),
        focus=_chosen(_focus(similar, starts), best),
        best=tuple(_cut(ids, starts, first, best)),
        sentences=tuple(
            tuple(map(float, scores[start + 1 : start + count]))
            for start, count in zip(first, counts, strict=True)
        ),
    )


def _similarities(asked: AskedTokens, ids: TokenIds, embedder: Embedder) -> Vectors:
    """Cosine of each asked token with each id, shape ``(asked, ids)``; 0 with a `BREAK`."""
    found, where = np.unique(ids, return_inverse=True)  # BREAK, the largest id, comes last
    similar = np.zeros((len(asked.weights), len(found)), dtype=np.float32)
    similar[:, :-1] = embedder.token_cosines(asked.vectors, found[:-1])
    nearest: Vectors = similar[:, where]
    return nearest


def _cut(
    ids: TokenIds, starts: NDArray[np.intp], first: NDArray[np.intp], best: Sequence[int | None]
) -> Iterator[TokenIds]:
    """The tokens of each passage's best segment, with those of its first."""
    ends = np.append(starts[1:], len(ids))
    for above, place in zip(first, best, strict=True):
        chosen = [] if place is None else sorted({int(above), place})
        parts = [ids[starts[each] + 1 : ends[each]] for each in chosen]
        yield np.concatenate([*parts, np.empty(0, dtype=np.uint32)])


def _mean(weights: Vectors, closest: Vectors) -> Vectors:
    mean: Vectors = weights @ closest / max(float(weights.sum()), _TINY)
    return mean


def _worst(weights: Vectors, closest: Vectors) -> Vectors:
    worst: Vectors = (weights[:, None] * (1 - closest)).max(axis=0)
    return worst


def _two_worst(weights: Vectors, closest: Vectors) -> Vectors:
    """The two largest misses, shape ``(2, segments)``."""
    missed = weights[:, None] * (1 - closest)
    if len(missed) == 1:
        return np.concatenate([missed, np.zeros_like(missed)])
    worst: Vectors = np.partition(missed, len(missed) - 2, axis=0)[[-1, -2]]
    return worst


def _focus(similar: Vectors, starts: NDArray[np.intp]) -> Vectors:
    """Mean best cosine of each segment's tokens, shape ``(segments,)``."""
    lengths = np.diff(starts, append=similar.shape[1]) - 1  # without the `BREAK`, which adds 0
    focus: Vectors = np.add.reduceat(similar.max(axis=0), starts) / np.maximum(lengths, 1)
    return focus


def _chosen(values: Vectors, at: Sequence[int | None]) -> Vectors:
    return np.array([0.0 if place is None else values[place] for place in at], np.float32)


def _best(scores: Vectors, start: int, count: int) -> int | None:
    """The best sentence of a passage: not what stands above it, unless there is nothing else."""
    if count == 0:
        return None
    if count == 1:
        return start
    return start + 1 + int(np.argmax(scores[start + 1 : start + count]))
