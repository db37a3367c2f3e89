"""Question and generation -> ranked hits, each with the features that speak for it.

Candidates come from three sides (terms of passages, terms of documents, vectors). All are measured
by what the indexes tell of them; the best are then looked at closely, word by word, and ordered by
one linear combination of their features.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from retrieval.embedding import Embedder
from retrieval.features import Asked, look_closely
from retrieval.index.generation import Generation
from retrieval.index.store import StoredPassage
from retrieval.interaction import AskedTokens, TokenMatch, match_tokens
from retrieval.question import Question, read_question, with_content
from retrieval.ranking import Ranking
from retrieval.reranking import KeepOrder, Reranker
from retrieval.spelling import mend
from retrieval.standing import Standing, stands_in
from retrieval.types import Features, Hit, Passage, Vectors
from retrieval.weighting import TermWeights, general_frequencies

_BEST_DOCUMENTS = 2
"""Documents whose passages are candidates even where they share no term with the question."""
_PASSAGES_OF_DOCUMENT = 20
_CLOSELY = 30
"""Candidates, best first, that are measured by what stands in them."""


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
        self._standing = lru_cache(maxsize=4096)(stands_in)

    def search(self, question: Question) -> list[Hit]:
        """Rank passages for a question, best first; equal scores in reading order."""
        hits = self.look_closely(question, self.candidates_of(question))
        return self.reranker.reorder(question, hits)

    def read(self, text: str) -> Question:
        """Take a question apart, and mend what is misspelt but for these documents."""
        question = read_question(text)
        frequency = self.generation.passages.frequency
        content = mend(question.content, frequency, self.weights.general)
        return question if content == question.content else with_content(question, content)

    def candidates_of(self, question: Question) -> list[Hit]:
        """What the indexes bring for a question, best first by their own features alone."""
        if question.is_chat:
            return []
        lexical = self.generation.passages.matching(question.terms, self.candidates)
        documents = self.generation.documents.matching(question.terms, self.candidates)
        vector = self.embedder.embed_question(question)
        nearest = self.generation.vectors.nearest(vector, self.candidates)
        rows = {row for row, _ in lexical} | {row for row, _ in nearest}
        found = {stored.row: stored for stored in self.generation.store.passages(sorted(rows))}
        for document_row, _ in documents[:_BEST_DOCUMENTS]:
            inside = self.generation.store.passages_of(document_row)[:_PASSAGES_OF_DOCUMENT]
            found |= {stored.row: stored for stored in inside}
        stored = [found[row] for row in sorted(found)]
        return _best_first(self._measure(question, stored, dict(lexical), dict(documents), vector))

    def look_closely(self, question: Question, candidates: Sequence[Hit]) -> list[Hit]:
        """Measure the best candidates by what stands in them, and order them anew."""
        asked = self.asked(question)
        return _best_first(self._look_closely(asked, hit) for hit in candidates[:_CLOSELY])

    def asked(self, question: Question) -> Asked:
        """A question with what its terms weigh in this index."""
        return Asked.of(question, self.weights)

    def standing(self, passage: Passage) -> Standing:
        """What stands in a passage."""
        return self._standing(passage)

    def _measure(
        self,
        question: Question,
        stored: Sequence[StoredPassage],
        bm25: dict[int, float],
        document_bm25: dict[int, float],
        vector: Vectors,
    ) -> list[Hit]:
        rows = [found.row for found in stored]
        best = max(bm25.values(), default=1.0)
        best_document = max(document_bm25.values(), default=1.0)
        cosines = self.generation.vectors.cosines(vector, rows)
        asked = AskedTokens.of(question.content, self.embedder, self.weights)
        passages = [self.generation.tokens.of(row) for row in rows]
        match = match_tokens(asked, passages, self.embedder) or _without_tokens(cosines)
        features = [
            Features(
                bm25=bm25.get(found.row, 0.0) / best,
                document_bm25=document_bm25.get(found.document_row, 0.0) / best_document,
                cosine=float(cosines[index]),
                late_interaction=float(match.late_interaction[index]),
                topic_match=float(match.topic_match[index]),
                gap=float(match.gap[index]) / self.weights.most,
                sentence_match=float(match.sentence_match[index]),
                sentence_gap=float(match.sentence_gap[index]) / self.weights.most,
                miss=float(match.miss[index]) / self.weights.most,
                second_miss=float(match.second_miss[index]) / self.weights.most,
            )
            for index, found in enumerate(stored)
        ]
        return [
            Hit(found.passage, self.ranking.first_score(measured), measured, each)
            for found, measured, each in zip(stored, features, match.sentences, strict=True)
        ]

    def _look_closely(self, asked: Asked, hit: Hit) -> Hit:
        features = look_closely(
            asked, hit.passage, self._standing(hit.passage), hit.sentence_matches, hit.features
        )
        return replace(hit, features=features, score=self.ranking.score(features))


def _without_tokens(cosines: Vectors) -> TokenMatch:
    """A model without token vectors leaves the cosines in their place, and no gap."""
    nothing = np.zeros_like(cosines)
    unknown = ((),) * len(cosines)
    return TokenMatch(cosines, cosines, nothing, cosines, nothing, nothing, nothing, unknown)


def _best_first(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: -hit.score)
