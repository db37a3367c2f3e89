"""What plain ways of doing it would score: a figure means something only beside them."""

import random
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from retrieval.embedding import Embedder
from retrieval.evaluation.figures import Run
from retrieval.evaluation.outcomes import DEPTH, Outcome, Ranked
from retrieval.evaluation.places import stored_passages
from retrieval.evaluation.trec import Ranking
from retrieval.index.generation import Generation
from retrieval.question import Question, read_question

_SEED = 1
_Scored = tuple[list[int], float]
"""Rows, best first, and how sure the first is."""


def baseline_runs(
    outcomes: Sequence[Outcome], generation: Generation, embedder: Embedder
) -> tuple[Run, ...]:
    """Ask the same questions of BM25 alone, of vectors alone, and of chance."""

    def bm25(question: Question) -> _Scored:
        return _scored(generation.passages.matching(question.terms, DEPTH))

    def dense(question: Question) -> _Scored:
        vector = embedder.embed_question(question)
        return _scored(generation.vectors.nearest(vector, DEPTH))

    def chance(question: Question) -> _Scored:
        drawn = random.Random(f"{_SEED} {question.text}")  # noqa: S311 - a baseline, not a secret
        return drawn.sample(rows, min(DEPTH, len(rows))), drawn.random()

    stored = stored_passages(generation.store)
    passages = {one.row: Ranked(one.passage.id, one.passage.document_id) for one in stored}
    rows = list(passages)
    systems = {"BM25 alone": bm25, "dense alone": dense, "random": chance}
    return tuple(_run(name, rank, outcomes, passages) for name, rank in systems.items())


def _scored(found: Sequence[tuple[int, float]]) -> _Scored:
    return [row for row, _ in found], found[0][1] if found else 0.0


def _run(
    name: str,
    rank: Callable[[Question], _Scored],
    outcomes: Sequence[Outcome],
    passages: Mapping[int, Ranked],
) -> Run:
    rankings: list[Ranking] = []
    confidence = np.zeros(len(outcomes))
    took_ms = np.zeros(len(outcomes))
    for at, outcome in enumerate(outcomes):
        question = read_question(outcome.question.question)
        started = time.perf_counter()
        rows, confidence[at] = ([], 0.0) if question.is_chat else rank(question)
        took_ms[at] = (time.perf_counter() - started) * 1000
        rankings.append(tuple(passages[row] for row in rows))
    return Run(name, tuple(rankings), confidence, took_ms)
