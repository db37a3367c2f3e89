"""SQuAD-format questions -> how well passages are found, beside plain baselines in the same run.

All contexts of all files become documents of one index, cut by Chuchu's own splitter. A hit is a
passage of the right context that holds an answer string after folding. Silence is measured on
a second index that lacks half of the contexts: questions on those are unanswerable.
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embedder
from retrieval.evaluation.contexts import answers, holds, searching
from retrieval.evaluation.found import DEPTH, Found, Share, found_in, share
from retrieval.evaluation.squad import Context
from retrieval.evaluation.squad import Question as Asked
from retrieval.index.embedded import Embedded
from retrieval.marking import mark
from retrieval.question import Question
from retrieval.search import Searcher
from retrieval.types import Hit, Passage, Span

_SEED = 1
_FALSE_REPLIES = 0.05


@dataclass(frozen=True, slots=True)
class Marked:
    """Given a right first passage: in which share the chosen sentence holds the answer."""

    marked: Share
    first_sentence: Share
    random_sentence: Share


@dataclass(frozen=True, slots=True)
class Silence:
    """How well answerable and unanswerable questions are told apart."""

    auroc: float
    answered_at_5: float
    """Share of answerable questions answered where 5 % of unanswerable ones are."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found."""

    questions: int
    passages: int
    mean_chars: float
    lexical: Found
    dense: Found
    full: Found
    marking: Marked
    silence: Silence


@dataclass(frozen=True, slots=True)
class _Case:
    number: int
    asked: Asked
    question: Question

    def is_right(self, passage: Passage) -> bool:
        return answers(passage, self.number, self.asked.answers)


def run_benchmark(contexts: Sequence[Context], embedder: Embedder, *, development: bool) -> Report:
    """Index all contexts and ask their questions.

    Args:
        contexts: Contexts of all files.
        embedder: The model.
        development: Ask only the development part's questions.
    """
    texts = {number: context.text for number, context in enumerate(contexts)}
    with searching(texts, embedder) as searcher:
        cases = [
            _Case(number, asked, searcher.read(asked.text))
            for number, context in enumerate(contexts)
            if context.is_development or not development
            for asked in context.questions
        ]
        store = searcher.engine.generation.store
        lengths = [len(p.passage.text) for p in store.passages(range(store.count()))]
        lexical = [_lexical(case, searcher) for case in cases]
        dense = [_dense(case, searcher) for case in cases]
        hits = [searcher.search(case.question)[:DEPTH] for case in cases]
        marking = _marking(cases, hits, searcher)
    full = [[hit.passage for hit in found] for found in hits]
    documents = np.array([case.number for case in cases])
    return Report(
        questions=len(cases),
        passages=len(lengths),
        mean_chars=float(np.mean(lengths)),
        lexical=_found(cases, lexical, documents),
        dense=_found(cases, dense, documents),
        full=_found(cases, full, documents),
        marking=marking,
        silence=_silence(cases, texts, embedder),
    )


def _lexical(case: _Case, searcher: Searcher[Embedded]) -> list[Passage]:
    rows = searcher.engine.generation.passages.matching(case.question.terms, DEPTH)
    return _in_order([row for row, _ in rows], searcher)


def _dense(case: _Case, searcher: Searcher[Embedded]) -> list[Passage]:
    vector = searcher.embedder.embed_question(case.question)
    return _in_order(
        [r for r, _ in searcher.engine.generation.vectors.nearest(vector, DEPTH)], searcher
    )


def _in_order(rows: Sequence[int], searcher: Searcher[Embedded]) -> list[Passage]:
    found = {p.row: p.passage for p in searcher.engine.generation.store.passages(rows)}
    return [found[row] for row in rows]


def _found(
    cases: Sequence[_Case], runs: Sequence[Sequence[Passage]], documents: NDArray[Any]
) -> Found:
    right = [
        [case.is_right(passage) for passage in run] for case, run in zip(cases, runs, strict=True)
    ]
    return found_in(right, documents)


def _marking(
    cases: Sequence[_Case], runs: Sequence[Sequence[Hit]], searcher: Searcher[Embedded]
) -> Marked:
    drawn = random.Random(_SEED)  # noqa: S311 - a baseline, not a secret
    choices: dict[str, Callable[[_Case, Hit], Span]] = {
        "marked": lambda case, hit: mark(
            searcher.asked(case.question), searcher.standing(hit.passage), hit.sentence_matches
        ),
        "first_sentence": lambda _, hit: searcher.standing(hit.passage).spans[0],
        "random_sentence": lambda _, hit: drawn.choice(searcher.standing(hit.passage).spans),
    }
    right = [
        (case, run[0])
        for case, run in zip(cases, runs, strict=True)
        if run and case.is_right(run[0].passage)
    ]
    documents = np.array([case.number for case, _ in right])
    return Marked(
        **{
            name: share(
                np.array([_holds(case, hit, choose(case, hit)) for case, hit in right]), documents
            )
            for name, choose in choices.items()
        }
    )


def _holds(case: _Case, hit: Hit, part: Span) -> bool:
    return holds(hit.passage.text[part.start : part.end], case.asked.answers)


def _silence(cases: Sequence[_Case], texts: dict[int, str], embedder: Embedder) -> Silence:
    kept = {number: text for number, text in texts.items() if _is_kept(text)}
    with searching(kept, embedder) as searcher:
        confidence = np.array([_confidence(case, searcher) for case in cases])
    answerable = np.array([case.number in kept for case in cases])
    yes, no = confidence[answerable], np.sort(confidence[~answerable])
    if not len(yes) or not len(no):
        return Silence(0.0, 0.0)
    below = np.searchsorted(no, yes, side="left") + np.searchsorted(no, yes, side="right")
    threshold = np.quantile(no, 1 - _FALSE_REPLIES)
    return Silence(float(below.mean() / 2 / len(no)), float((yes > threshold).mean()))


def _is_kept(text: str) -> bool:
    """Half of the contexts, by another digit of the hash than the one that parts them."""
    return int(hashlib.sha256(text.encode()).hexdigest()[-1], 16) % 2 == 0


def _confidence(case: _Case, searcher: Searcher[Embedded]) -> float:
    hits = searcher.search(searcher.read(case.asked.text))
    return searcher.ranking.probability(hits[0].features) if hits else 0.0
