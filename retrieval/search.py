"""Question and generation -> ranked hits, each with the features that speak for it.

Candidates come from three sides (terms of passages, terms of documents, vectors); every one is
then measured by the same features, and ordered by one linear combination of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from retrieval.embedding import Embedder
from retrieval.index.fields import passage_terms, title_terms
from retrieval.index.generation import Generation
from retrieval.index.store import StoredPassage
from retrieval.question import Question
from retrieval.ranking import Ranking
from retrieval.reranking import KeepOrder, Reranker
from retrieval.sought import AUTHOR, lacking, numbers
from retrieval.text import fold, sentences, terms
from retrieval.types import Features, Hit, Kind, Passage, Vectors
from retrieval.weighting import TermWeights, general_frequencies

_BEST_DOCUMENTS = 2
"""Documents whose passages are candidates even where they share no term with the question."""
_PASSAGES_OF_DOCUMENT = 20
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class _TokenMatch:
    """How question tokens meet the tokens of passages; each of shape ``(passages,)``."""

    late_interaction: Vectors
    topic_match: Vectors
    gap: Vectors


class Searcher:
    """Searches one generation. Deterministic, and safe to use from several threads."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        ranking: Ranking,
        candidates: int,
        reranker: Reranker | None = None,
    ) -> None:
        self.generation = generation
        self.embedder = embedder
        self.ranking = ranking
        self.candidates = candidates
        self.reranker = reranker or KeepOrder()
        self.weights = TermWeights(
            generation.passages.count(), generation.passages.frequency, general_frequencies()
        )
        self._standing = lru_cache(maxsize=4096)(_standing)

    def search(self, question: Question) -> list[Hit]:
        """Rank passages for a question, best first; equal scores in reading order."""
        if question.is_chat:
            return []
        lexical = self.generation.passages.matching(question.terms, self.candidates)
        documents = self.generation.documents.matching(question.terms, self.candidates)
        vector = self.embedder.embed_question(question)
        nearest = self.generation.vectors.nearest(vector, self.candidates)
        rows = {row for row, _ in lexical} | {row for row, _ in nearest}
        candidates = {found.row: found for found in self.generation.store.passages(sorted(rows))}
        for document_row, _ in documents[:_BEST_DOCUMENTS]:
            found = self.generation.store.passages_of(document_row)[:_PASSAGES_OF_DOCUMENT]
            candidates |= {passage.row: passage for passage in found}
        stored = [candidates[row] for row in sorted(candidates)]
        features = self._measure(question, stored, dict(lexical), dict(documents), vector)
        hits = [
            Hit(passage.passage, self.ranking.score(measured), measured)
            for passage, measured in zip(stored, features, strict=True)
        ]
        return self.reranker.reorder(question, sorted(hits, key=lambda hit: -hit.score))

    def term_weights(self, question: Question) -> dict[str, float]:
        """What each term of the question weighs in this index."""
        return {term: self.weights.weight(term) for term in question.terms}

    def _measure(
        self,
        question: Question,
        stored: Sequence[StoredPassage],
        bm25: dict[int, float],
        document_bm25: dict[int, float],
        vector: Vectors,
    ) -> list[Features]:
        rows = [passage.row for passage in stored]
        best = max(bm25.values(), default=1.0)
        best_document = max(document_bm25.values(), default=1.0)
        cosines = self.generation.vectors.cosines(vector, rows)
        tokens = self._match_tokens(question, rows, cosines)
        weights = self.term_weights(question)
        return [
            Features(
                bm25=bm25.get(found.row, 0.0) / best,
                document_bm25=document_bm25.get(found.document_row, 0.0) / best_document,
                cosine=float(cosines[index]),
                late_interaction=float(tokens.late_interaction[index]),
                topic_match=float(tokens.topic_match[index]),
                gap=float(tokens.gap[index]),
                **self._fit(found.passage, question, weights),
            )
            for index, found in enumerate(stored)
        ]

    def _fit(
        self, passage: Passage, question: Question, weights: dict[str, float]
    ) -> dict[str, float]:
        standing = self._standing(passage)
        missing = question.numbers - standing.numbers
        is_byline = passage.kind is Kind.BYLINE and AUTHOR in question.sought
        return {
            "coverage": coverage(weights, standing.body | standing.title),
            "title_coverage": coverage(weights, standing.title),
            "sentence_coverage": max(coverage(weights, terms) for terms in standing.sentences),
            "lacking": lacking(question.sought, standing.folded),
            "wrong_number": len(missing) / max(len(question.numbers), 1),
            "wrong_name": self._wrong_names(weights, standing.body | standing.title),
            "byline": float(is_byline),
        }

    def _wrong_names(self, weights: dict[str, float], standing: frozenset[str]) -> float:
        names = [term for term in weights if self.weights.is_name(term)]
        return sum(name not in standing for name in names) / max(len(names), 1)

    def _match_tokens(
        self, question: Question, rows: Sequence[int], cosines: Vectors
    ) -> _TokenMatch:
        """Compare each question token with the nearest token of each passage (MaxSim).

        A model without token vectors of its own leaves the cosines in their place, and no gap.
        """
        asked = np.unique(self.embedder.tokens([question.content])[0])
        passages = [self.generation.tokens.of(row) for row in rows]
        lengths = np.array([len(ids) for ids in passages])
        if not len(asked) or not lengths.sum():
            return _TokenMatch(cosines, cosines, np.zeros_like(cosines))
        texts = self.embedder.token_texts(asked)
        weights = np.array([self.weights.weight(text) for text in texts])
        topical = weights * np.array([self.weights.emphasis(text) for text in texts])
        found, where = np.unique(np.concatenate(passages), return_inverse=True)
        similar = self.embedder.token_vectors(asked) @ self.embedder.token_vectors(found).T
        filled = np.flatnonzero(lengths)
        starts = (np.cumsum(lengths) - lengths)[filled]
        closest = np.zeros((len(asked), len(rows)), dtype=np.float32)
        closest[:, filled] = np.maximum.reduceat(similar[:, where], starts, axis=1)
        missed = topical[:, None] * (1 - closest)
        return _TokenMatch(
            late_interaction=weights @ closest / max(float(weights.sum()), _TINY),
            topic_match=topical @ closest / max(float(topical.sum()), _TINY),
            gap=missed.max(axis=0) / self.weights.most,
        )


@dataclass(frozen=True, slots=True)
class _Standing:
    """What stands in a passage."""

    body: frozenset[str]
    """With its headings, and the words that only people use."""
    title: frozenset[str]
    sentences: tuple[frozenset[str], ...]
    folded: str
    numbers: frozenset[str]
    """Those of the title too."""


def _standing(passage: Passage) -> _Standing:
    text = passage.text
    return _Standing(
        body=frozenset(passage_terms(passage)),
        title=frozenset(title_terms(passage)),
        sentences=tuple(
            frozenset(terms(fold(text[span.start : span.end]))) for span in sentences(text)
        )
        or (frozenset(),),
        folded=fold(text),
        numbers=numbers(fold(f"{passage.title} {passage.heading} {text}")),
    )


def coverage(weights: dict[str, float], standing: frozenset[str]) -> float:
    """Share of the weight of terms that stand somewhere, 0 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    return sum(weight for term, weight in weights.items() if term in standing) / total
