"""Question and generation -> ranked hits, each with the features that speak for it.

Candidates come from three sides (terms of passages, terms of documents, vectors); every one is
then measured by the same features, and ordered by one linear combination of them.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from retrieval.embedding import Embedder
from retrieval.index.fields import passage_terms, title_terms
from retrieval.index.generation import Generation
from retrieval.index.store import StoredPassage
from retrieval.question import Question
from retrieval.ranking import Ranking
from retrieval.types import Features, Hit, Passage, Vectors
from retrieval.weighting import TermWeights, general_frequencies

_BEST_DOCUMENTS = 2
"""Documents whose passages are candidates even where they share no term with the question."""
_PASSAGES_OF_DOCUMENT = 20


class Searcher:
    """Searches one generation. Deterministic, and safe to use from several threads."""

    def __init__(
        self, generation: Generation, embedder: Embedder, ranking: Ranking, candidates: int
    ) -> None:
        self.generation = generation
        self.embedder = embedder
        self.ranking = ranking
        self.candidates = candidates
        self.weights = TermWeights(
            generation.passages.count(), generation.passages.frequency, general_frequencies()
        )
        self._terms_of = lru_cache(maxsize=4096)(_term_sets)

    def search(self, question: Question) -> list[Hit]:
        """Rank passages for a question, best first; equal scores in reading order."""
        if question.is_chat:
            return []
        lexical = self.generation.passages.matching(question.terms, self.candidates)
        documents = self.generation.documents.matching(question.terms, self.candidates)
        vector = self.embedder.embed_question(question.content)
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
        return sorted(hits, key=lambda hit: -hit.score)

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
        late = self._late_interaction(question, rows, cosines)
        weights = self.term_weights(question)
        measured = []
        for index, found in enumerate(stored):
            body, title = self._terms_of(found.passage)
            measured.append(
                Features(
                    bm25=bm25.get(found.row, 0.0) / best,
                    document_bm25=document_bm25.get(found.document_row, 0.0) / best_document,
                    cosine=float(cosines[index]),
                    late_interaction=float(late[index]),
                    coverage=coverage(weights, body | title),
                    title_coverage=coverage(weights, title),
                )
            )
        return measured

    def _late_interaction(
        self, question: Question, rows: Sequence[int], cosines: Vectors
    ) -> Vectors:
        """MaxSim of question tokens against each passage's, shape ``(len(rows),)``.

        A model without token vectors of its own leaves the cosine in its place.
        """
        asked = np.unique(self.embedder.tokens([question.content])[0])
        passages = [self.generation.tokens.of(row) for row in rows]
        lengths = np.array([len(ids) for ids in passages])
        if not len(asked) or not lengths.sum():
            return cosines
        weights = np.array([self.weights.weight(t) for t in self.embedder.token_texts(asked)])
        found, where = np.unique(np.concatenate(passages), return_inverse=True)
        similar = self.embedder.token_vectors(asked) @ self.embedder.token_vectors(found).T
        filled = np.flatnonzero(lengths)
        starts = (np.cumsum(lengths) - lengths)[filled]
        closest = np.maximum.reduceat(similar[:, where], starts, axis=1)
        late = np.zeros(len(rows), dtype=np.float32)
        late[filled] = weights @ closest / max(float(weights.sum()), 1e-9)
        return late


def coverage(weights: dict[str, float], standing: frozenset[str]) -> float:
    """Share of the weight of terms that stand somewhere, 0 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    return sum(weight for term, weight in weights.items() if term in standing) / total


def _term_sets(passage: Passage) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(passage_terms(passage)), frozenset(title_terms(passage))
