"""Token vectors -> figures on the development part: what the model card reports.

Every context of the files is indexed, in passages cut at sentence ends; the questions of the
development part are asked. A hit is a passage of the right context that contains an answer.
Ranking is by brute force, so that nothing but the model is measured.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluation.squad import Context
from retrieval.text import fold, terms
from retrieval.training.encoding import TokenLists, mean_vectors, normalise
from retrieval.training.sources import passages
from retrieval.types import Vectors

_LONGEST = 180
_DEPTH = 10
_K1, _B = 1.2, 0.75
_CANDIDATES = 100
_LATE_WEIGHT = 2.0
_RESAMPLES = 1000

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of questions answered within the first 1, 3, 10 passages, and mean reciprocal rank."""

    r1: float
    r3: float
    r10: float
    mrr10: float
    r1_interval: tuple[float, float]
    """95 %, bootstrap by context."""


@dataclass(frozen=True)
class Collection:
    """Passages, and questions with the passages that answer them."""

    passages: tuple[str, ...]
    questions: tuple[str, ...]
    answering: tuple[frozenset[int], ...]
    """Rows of ``passages`` for each question; empty if a cut went through the answer."""
    groups: NDArray[np.int64]
    """The context of each question, shape ``(questions,)``."""

    @classmethod
    def of(cls, contexts: Sequence[Context]) -> "Collection":
        """Cut all contexts; ask the questions of the development part."""
        texts: list[str] = []
        asked: list[tuple[str, frozenset[int], int]] = []
        for number, context in enumerate(contexts):
            first = len(texts)
            texts.extend(passages([fold(context.text)], longest=_LONGEST))
            if not context.is_development:
                continue
            for question in context.questions:
                answers = [fold(answer) for answer in question.answers]
                rows = frozenset(
                    row
                    for row in range(first, len(texts))
                    if any(answer in texts[row] for answer in answers)
                )
                asked.append((fold(question.text), rows, number))
        questions, answering, groups = zip(*asked, strict=True)
        return cls(tuple(texts), questions, answering, np.array(groups))

    @cached_property
    def bm25(self) -> Scores:
        """BM25 of every passage for every question, shape ``(questions, passages)``."""
        postings: dict[str, list[tuple[int, int]]] = {}
        lengths = np.zeros(len(self.passages))
        for row, text in enumerate(self.passages):
            found = terms(text)
            lengths[row] = len(found)
            for term, count in Counter(found).items():
                postings.setdefault(term, []).append((row, count))
        norm = _K1 * (1 - _B + _B * lengths / lengths.mean())
        scores = np.zeros((len(self.questions), len(self.passages)), dtype=np.float32)
        for number, question in enumerate(self.questions):
            for term in dict.fromkeys(terms(question)):
                if term in postings:
                    rows, counts = np.array(postings[term]).T
                    idf = np.log(1 + (len(lengths) - len(rows) + 0.5) / (len(rows) + 0.5))
                    scores[number, rows] += idf * counts / (counts + norm[rows])
        return scores

    def figures(self, scores: Scores) -> Figures:
        """Measure a ranking; equal scores rank by row, shape ``(questions, passages)``."""
        order = np.argsort(-scores, axis=1, kind="stable")[:, :_DEPTH]
        ranks = np.full(len(order), np.inf)
        for number, (rows, right) in enumerate(zip(order, self.answering, strict=True)):
            places = [place for place, row in enumerate(rows, 1) if int(row) in right]
            ranks[number] = places[0] if places else np.inf
        r1, r3, r10 = (float((ranks <= depth).mean()) for depth in (1, 3, 10))
        return Figures(r1, r3, r10, float((1 / ranks).mean()), self._interval(ranks <= 1))

    def _interval(self, hits: NDArray[np.bool_]) -> tuple[float, float]:
        _, inverse = np.unique(self.groups, return_inverse=True)
        asked = np.bincount(inverse)
        found = np.bincount(inverse, weights=hits)
        drawn = np.random.default_rng(0).integers(len(asked), size=(_RESAMPLES, len(asked)))
        low, high = np.quantile(found[drawn].sum(1) / asked[drawn].sum(1), (0.025, 0.975))
        return float(low), float(high)


def dense_scores(questions: TokenLists, texts: TokenLists, vectors: Vectors) -> Scores:
    """Cosine of mean token vectors, shape ``(questions, passages)``."""
    asked, found = mean_vectors(questions, vectors), mean_vectors(texts, vectors)
    scores: Scores = normalise(asked) @ normalise(found).T
    return scores


def hybrid_scores(
    bm25: Scores, dense: Scores, questions: TokenLists, texts: TokenLists, vectors: Vectors
) -> Scores:
    """``bm25 / best + 2 * late interaction`` over the best candidates of both sides.

    Late interaction is the mean over question tokens, weighted by inverse passage frequency, of
    the best cosine to a token of the passage. Other passages score -1.
    """
    unit = normalise(vectors)
    weights = _token_weights(texts, len(vectors))
    scores = np.full_like(bm25, -1.0)
    for number in range(len(questions)):
        rows = np.union1d(
            np.argsort(-bm25[number], kind="stable")[:_CANDIDATES],
            np.argsort(-dense[number], kind="stable")[:_CANDIDATES],
        )
        late = _late_interaction(questions.row(number), [texts.row(r) for r in rows], unit, weights)
        best = max(float(bm25[number].max()), 1e-9)
        scores[number, rows] = bm25[number, rows] / best + _LATE_WEIGHT * late
    return scores


def _token_weights(texts: TokenLists, size: int) -> Scores:
    """Inverse passage frequency of each token, shape ``(vocabulary,)``."""
    standing = np.zeros(size)
    for row in range(len(texts)):
        standing[np.unique(texts.row(row))] += 1
    weights = np.log(1 + (len(texts) - standing + 0.5) / (standing + 0.5))
    return np.asarray(weights, dtype=np.float32)


def _late_interaction(
    question: NDArray[np.int64],
    candidates: Sequence[NDArray[np.int64]],
    unit: Vectors,
    weights: Scores,
) -> Scores:
    asked = np.unique(question)
    found, where = np.unique(np.concatenate(candidates), return_inverse=True)
    similar = unit[asked] @ unit[found].T
    lengths = np.array([len(ids) for ids in candidates])
    filled = np.flatnonzero(lengths)
    starts = (np.cumsum(lengths) - lengths)[filled]
    closest = np.maximum.reduceat(similar[:, where], starts, axis=1)
    late = np.zeros(len(candidates), dtype=np.float32)
    late[filled] = weights[asked] @ closest / max(float(weights[asked].sum()), 1e-9)
    return late
