"""Question and generation -> ranked hits, each with the features that speak for it.

Candidates come from three sides (terms of passages, terms of documents, vectors). The best by what
the indexes tell of them are looked at closely, token by token and word by word, and ordered by one
linear combination of their features.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Generic, TypeVar

import numpy as np

from retrieval.embedding import Embedder
from retrieval.features import Asked, look_closely
from retrieval.index.engine import Engine
from retrieval.index.store import StoredPassage
from retrieval.interaction import AskedTokens, TokenMatch, match_tokens
from retrieval.question import Question, read_question, with_content
from retrieval.ranking import Ranking
from retrieval.reranking import KeepOrder, Reranker
from retrieval.spelling import mend
from retrieval.standing import Standing, stands_in
from retrieval.types import Features, Hit, Passage
from retrieval.weighting import TermWeights, general_frequencies

E = TypeVar("E", bound=Engine, covariant=True)

_CLOSELY = 20
"""Candidates, best first, that are looked at closely, unless a reranker reads more."""
_COPIES = 4
"""Of those, so many may say the same: a disclaimer in forty files hides nothing else."""
_REPEATED = 20
"""Characters of such a text, at least: the same short answer may be given to many questions."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage by its row, with what the indexes tell of it."""

    row: int
    score: float
    features: Features
    """The first three; the others are zero."""


class Searcher(Generic[E]):
    """Searches what an engine holds. Deterministic, and safe to use from several threads."""

    def __init__(
        self,
        engine: E,
        embedder: Embedder,
        ranking: Ranking,
        candidates: int,
        reranker: Reranker | None = None,
    ) -> None:
        _calculate_in_one_thread()
        self.engine = engine
        self.embedder = embedder
        self.ranking = ranking
        self.candidates = candidates
        self.reranker = reranker or KeepOrder()
        self.weights = TermWeights(engine.count(), engine.frequency, general_frequencies())
        self._standing = lru_cache(maxsize=4096)(stands_in)

    def read(self, text: str) -> Question:
        """Take a question apart, and mend what is misspelt but for these documents."""
        question = read_question(text)
        content = mend(question.content, self.engine.frequency, self.weights.general)
        return question if content == question.content else with_content(question, content)

    def search(self, question: Question) -> list[Hit]:
        """Rank passages for a question, best first; equal scores in reading order."""
        hits = self.look_closely(question, self.candidates_of(question))
        return self.reranker.reorder(question, hits)

    def candidates_of(self, question: Question) -> list[Candidate]:
        """What the engine brings for a question, best first; small talk brings nothing."""
        if question.is_chat:
            return []
        vector = self.embedder.embed_question(question)
        found = self.engine.candidates(vector, question.terms, self.candidates)
        best = max((each.bm25 for each in found), default=0.0) or 1.0
        best_document = max((each.document_bm25 for each in found), default=0.0) or 1.0
        measured = (
            Features(
                bm25=each.bm25 / best,
                document_bm25=each.document_bm25 / best_document,
                cosine=each.cosine,
            )
            for each in found
        )
        candidates = (
            Candidate(each.row, self.ranking.first_score(features), features)
            for each, features in zip(found, measured, strict=True)
        )
        return sorted(candidates, key=lambda candidate: -candidate.score)

    def look_closely(self, question: Question, candidates: Sequence[Candidate]) -> list[Hit]:
        """Measure the best candidates by what stands in them, and order them by that."""
        chosen = {candidate.row: candidate.features for candidate in candidates}
        stored = self._worth_a_look(candidates)
        if not stored:
            return []
        match = self._match_tokens(question, stored)
        coarse = self._with_sentences(question, match, [chosen[found.row] for found in stored])
        asked = self.asked(question)
        hits = (
            self._hit(asked, found.passage, self._with_tokens(features, match, index), matches)
            for index, (found, features, matches) in enumerate(
                zip(stored, coarse, match.sentences, strict=True)
            )
        )
        return _best_first(hits)

    def _worth_a_look(self, candidates: Sequence[Candidate]) -> list[StoredPassage]:
        """The best candidates, by row; of a text that many documents repeat, its best copies."""
        most = max(_CLOSELY, self.reranker.top)
        copies: Counter[str] = Counter()
        taken: list[StoredPassage] = []
        for start in range(0, len(candidates), most):
            batch = [candidate.row for candidate in candidates[start : start + most]]
            stored = {found.row: found for found in self.engine.passages(sorted(batch))}
            for found in (stored[row] for row in batch if row in stored):
                text = found.passage.text
                copies[text] += 1
                if copies[text] <= _COPIES or len(text) < _REPEATED:
                    taken.append(found)
            if len(taken) >= most:
                break
        return sorted(taken[:most], key=lambda found: found.row)

    def asked(self, question: Question) -> Asked:
        """A question with what its terms weigh in this index."""
        return Asked.of(question, self.weights)

    def standing(self, passage: Passage) -> Standing:
        """What stands in a passage."""
        return self._standing(passage)

    def _match_tokens(self, question: Question, stored: Sequence[StoredPassage]) -> TokenMatch:
        asked = AskedTokens.of(question.content, self.embedder, self.weights)
        match = match_tokens(asked, self.engine.tokens(stored), self.embedder)
        return match or _without_tokens(len(stored))

    def _with_sentences(
        self, question: Question, match: TokenMatch, coarse: Sequence[Features]
    ) -> list[Features]:
        """Add how near the best sentences are; to a model of whole texts, as near as passages."""
        vectors = self.embedder.embed_tokens(match.best)
        if vectors is None:
            return [features._replace(sentence_cosine=features.cosine) for features in coarse]
        cosines = (vectors @ self.embedder.embed_question(question)).tolist()
        return [
            features._replace(sentence_cosine=cosine)
            for features, cosine in zip(coarse, cosines, strict=True)
        ]

    def _with_tokens(self, features: Features, match: TokenMatch, index: int) -> Features:
        most = self.weights.most
        return features._replace(
            late_interaction=float(match.late_interaction[index]),
            gap=float(match.gap[index]) / most,
            sentence_match=float(match.sentence_match[index]),
            sentence_gap=float(match.sentence_gap[index]) / most,
            miss=float(match.miss[index]) / most,
            second_miss=float(match.second_miss[index]) / most,
            focus=float(match.focus[index]),
        )

    def _hit(
        self, asked: Asked, passage: Passage, known: Features, matches: tuple[float, ...]
    ) -> Hit:
        features = look_closely(asked, passage, self._standing(passage), matches, known)
        return Hit(passage, self.ranking.score(features), features, matches)


@cache
def _calculate_in_one_thread() -> None:
    """Keep NumPy's products in the thread that asks.

    They are small: on a busy machine a second thread costs more waiting than it saves (14 ms a
    question alone, 600 ms with two threads beside other work).
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")


def _without_tokens(passages: int) -> TokenMatch:
    """A model without token vectors tells nothing of them; `look_closely` takes terms instead."""
    nothing = np.zeros(passages, dtype=np.float32)
    none = nothing, nothing, nothing
    empty = (np.empty(0, dtype=np.uint32),) * passages
    return TokenMatch(nothing, *none, *none, empty, ((),) * passages)


def _best_first(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: -hit.score)
