"""Labelled questions -> ``retrieval/ranking.toml``: the order of passages, and silence.

Three kinds of corpora, because an index may hold ten pages or ten thousand:

- the labelled corpus itself;
- small ones, of a few articles some of whose paragraphs are held out: a question on one of those
  is unanswerable though its article is there, which is the hardest kind that people ask;
- one of all contexts of the question files, for the order alone.

Only contexts outside the development part are asked about. Both fits are logistic regressions: the
order over differences of features (a right passage minus a wrong one of the same question), silence
over the features of the first hit.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from retrieval.embedding import Embedder
from retrieval.evaluation.contexts import answers, searching
from retrieval.evaluation.labels import LabelledQuestion, read_labels
from retrieval.evaluation.squad import Context, read_contexts
from retrieval.index.build import build_index
from retrieval.index.generation import open_generation
from retrieval.question import read_question
from retrieval.ranking import FILE, Ranking, shipped_ranking
from retrieval.search import Searcher
from retrieval.settings import Settings
from retrieval.types import Features

_SMALL_CORPORA = 120
_ARTICLES = (2, 3, 5, 10)
_STRANGERS = 2
"""Contexts of other articles whose questions are asked of a small corpus."""
_ASKED_OF_ALL = 1200
_WRONG_PASSAGES = 8
"""Passages, best first, that each right one is compared with."""
_SEED = 3
_RANKING_C = 1.0
_SILENCE_C = 1.0
_EFFECTIVE = 300.0
"""Questions that all questions together count for, against the penalty of the fits."""
_TINY = 1e-6
_LABELLED_SHARE = 0.6
"""Weight of the labelled corpus in the fit of silence; the small corpora have the rest."""

_FOR_SILENCE = (
    "cosine",
    "coverage",
    "sentence_coverage",
    "topic_match",
    "gap",
    "lacking",
    "wrong_number",
    "wrong_name",
    "byline",
)

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the features of its candidates."""

    answerable: bool
    features: Matrix
    """Shape ``(candidates, features)``."""
    right: NDArray[np.bool_]
    """Which candidates answer; shape ``(candidates,)``."""


def fit_ranking(
    settings: Settings, labels: Path, question_files: Sequence[Path], embedder: Embedder
) -> Ranking:
    """Fit the weights of ``ranking.toml`` anew.

    Args:
        settings: Names the corpus that the labels belong to.
        labels: Labelled questions.
        question_files: SQuAD-format files.
        embedder: The model.
    """
    labelled = list(_ask_labelled(settings, read_labels(labels), embedder))
    contexts = [context for file in question_files for context in read_contexts(file)]
    small = list(_ask_small(contexts, embedder))
    large = list(_ask_all(contexts, embedder))
    weights = _fit_order([labelled, small, large])
    silence, intercept = _fit_silence(
        [(labelled, _LABELLED_SHARE), (small, 1 - _LABELLED_SHARE)], weights
    )
    return Ranking(weights, silence, intercept)


def write_ranking(ranking: Ranking, file: Path = FILE) -> None:
    """Write ``ranking.toml``."""
    head = file.read_text("utf-8").split("[weights]")[0]
    lines = ["[weights]", *_lines(ranking.weights), "", "[confidence]"]
    lines += [f"intercept = {ranking.intercept:.3f}", *_lines(ranking.confidence)]
    file.write_text(head + "\n".join(lines) + "\n", "utf-8")


def _lines(features: Features) -> Iterator[str]:
    for name, weight in zip(features._fields, features, strict=True):
        if weight:
            yield f"{name} = {weight:.3f}"


def _ask_labelled(
    settings: Settings, questions: Iterable[LabelledQuestion], embedder: Embedder
) -> Iterator[Asked]:
    build_index(settings, embedder, lambda done, total: None)
    generation = open_generation(settings.index.folder)
    searcher = Searcher(generation, embedder, shipped_ranking(), settings.search.candidates)
    for question in questions:
        hits = searcher.search(read_question(question.question))
        if hits:
            right = [any(label.stands_in(hit.passage) for label in question.labels) for hit in hits]
            yield Asked(
                question.answerable, np.array([hit.features for hit in hits]), np.array(right)
            )


def _ask_small(contexts: Sequence[Context], embedder: Embedder) -> Iterator[Asked]:
    drawn = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    articles = _articles(contexts)
    numbers = [number for article in articles for number in article]
    for _ in range(_SMALL_CORPORA):
        kept, held = _hold_out(drawn.sample(articles, drawn.choice(_ARTICLES)), drawn)
        held += [n for n in drawn.sample(numbers, _STRANGERS) if n not in kept]
        texts = {number: contexts[number].text for number in kept}
        with searching(texts, embedder, shipped_ranking()) as searcher:
            for number in kept + held:
                yield from _ask_context(contexts[number], number, searcher, drawn, number in texts)


def _ask_all(contexts: Sequence[Context], embedder: Embedder) -> Iterator[Asked]:
    drawn = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    texts = {number: context.text for number, context in enumerate(contexts)}
    numbers = [n for n, c in enumerate(contexts) if not c.is_development and c.questions]
    with searching(texts, embedder, shipped_ranking()) as searcher:
        for number in drawn.choices(numbers, k=_ASKED_OF_ALL):
            yield from _ask_context(contexts[number], number, searcher, drawn, answerable=True)


def _ask_context(
    context: Context, number: int, searcher: Searcher, drawn: random.Random, answerable: bool
) -> Iterator[Asked]:
    if not context.questions:
        return
    question = drawn.choice(context.questions)
    hits = searcher.search(read_question(question.text))
    if hits:
        right = [answerable and answers(hit.passage, number, question.answers) for hit in hits]
        yield Asked(answerable, np.array([hit.features for hit in hits]), np.array(right))


def _articles(contexts: Sequence[Context]) -> list[list[int]]:
    by_title: defaultdict[str, list[int]] = defaultdict(list)
    for number, context in enumerate(contexts):
        if not context.is_development:
            by_title[context.title or str(number)].append(number)
    return list(by_title.values())


def _hold_out(
    articles: Iterable[Sequence[int]], drawn: random.Random
) -> tuple[list[int], list[int]]:
    kept: list[int] = []
    held: list[int] = []
    for article in articles:
        out = drawn.choice(article) if len(article) > 1 else None
        held += [] if out is None else [out]
        kept += [number for number in article if number != out]
    return kept, held


def _fit_order(groups: Sequence[Sequence[Asked]]) -> Features:
    rows: list[Matrix] = []
    weights: list[float] = []
    for group in groups:
        found = [pairs for asked in group if len(pairs := _differences(asked))]
        rows += found
        weights += [1 / len(found) / len(pairs) for pairs in found for _ in pairs]
    differences = np.concatenate(rows)
    spread = differences.std(axis=0) + _TINY
    scaled = differences / spread
    balance = np.array(weights) * _EFFECTIVE / sum(weights)
    # Each difference once as it is and once turned round: two classes, and no intercept needed.
    model = LogisticRegression(C=_RANKING_C, fit_intercept=False, max_iter=1000)
    signs = np.repeat([1, 0], len(differences))
    model.fit(np.vstack([scaled, -scaled]), signs, np.tile(balance, 2))
    return Features(*map(float, model.coef_[0] / spread))


def _differences(asked: Asked) -> Matrix:
    """A right passage minus each of the strongest wrong ones, shape ``(pairs, features)``."""
    if not asked.right.any() or asked.right.all():
        return np.empty((0, asked.features.shape[1]))
    right = asked.features[asked.right][0]
    return np.asarray(right - asked.features[~asked.right][:_WRONG_PASSAGES])


def _fit_silence(
    groups: Sequence[tuple[Sequence[Asked], float]], weights: Features
) -> tuple[Features, float]:
    columns = [Features._fields.index(name) for name in _FOR_SILENCE]
    rows, targets, balance = [], [], []
    for group, share in groups:
        for asked in group:
            first = int(np.argmax(asked.features @ np.array(weights)))
            rows.append(asked.features[first][columns])
            targets.append(asked.answerable)
            balance.append(share / len(group))
    matrix = np.array(rows)
    spread = matrix.std(axis=0) + _TINY
    model = LogisticRegression(C=_SILENCE_C, max_iter=1000)
    model.fit(matrix / spread, np.array(targets), np.array(balance) * _EFFECTIVE / sum(balance))
    fitted = dict(zip(_FOR_SILENCE, map(float, model.coef_[0] / spread), strict=True))
    silence = Features(**{name: fitted.get(name, 0.0) for name in Features._fields})
    return silence, float(model.intercept_[0])
