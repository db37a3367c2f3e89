"""Corpora with labelled questions -> features of what is found: what the ranking is fitted on.

Three kinds of corpora, because an index may hold ten pages or ten thousand:

- example corpora: folders of a few documents with questions as people ask them in chats, most of
  the unanswerable ones close by (``retrieval/training/examples``), and the corpus that is shipped;
- small ones, of a few encyclopedia articles some of whose paragraphs are held out: a question on
  one of those is unanswerable though its article is there;
- one of all paragraphs, and one of every second: questions on the others are unanswerable.

Only paragraphs outside the development part are asked about.
"""

import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embedder
from retrieval.errors import LabelError
from retrieval.evaluation.contexts import answers, searching, searching_in
from retrieval.evaluation.labels import Label, LabelledQuestion, read_labels
from retrieval.evaluation.squad import Context
from retrieval.index.embedded import Embedded
from retrieval.search import Searcher
from retrieval.settings import Settings
from retrieval.types import Passage

EXAMPLES = Path(__file__).parent / "examples"
QUESTIONS = "questions.jsonl"

_SMALL_CORPORA = 120
_ARTICLES = (2, 3, 5, 10)
_STRANGERS = 2
"""Contexts of other articles whose questions are asked of a small corpus."""
_ASKED_OF_ALL = 1200
_SEED = 3

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the features of what was found."""

    corpus: str
    """Questions of one corpus are fitted or tested together."""
    passages: int
    """In the index."""
    answerable: bool
    features: Matrix
    """Of the passages that were looked at closely, shape ``(passages, features)``."""
    right: NDArray[np.bool_]
    """Which of them answer, shape ``(passages,)``."""
    candidates: Matrix
    """Coarse features of all candidates, shape ``(candidates, features)``."""
    right_candidates: NDArray[np.bool_]


def ask_examples(embedder: Embedder, folder: Path = EXAMPLES) -> Iterator[Asked]:
    """Ask the example corpora.

    Raises:
        LabelError: There are none, or their questions cannot be read.
    """
    corpora = sorted(folder.glob(f"*/{QUESTIONS}"))
    if not corpora:
        raise LabelError(f"{folder}: holds no folder with a {QUESTIONS}")
    for labels in corpora:
        with tempfile.TemporaryDirectory() as index:
            settings = Settings.model_validate(
                {"corpus": {"folder": labels.parent}, "index": {"folder": index}}
            )
            yield from ask_labelled(settings, read_labels(labels), embedder, labels.parent.name)


def ask_labelled(
    settings: Settings, questions: Iterable[LabelledQuestion], embedder: Embedder, corpus: str
) -> Iterator[Asked]:
    """Ask labelled questions of the corpus that the settings name."""
    with searching_in(settings, embedder) as searcher:
        for question in questions:
            is_right = partial(_is_labelled, question.labels)
            yield from _ask(searcher, corpus, question.question, is_right)


def ask_small(contexts: Sequence[Context], embedder: Embedder) -> Iterator[Asked]:
    """Ask corpora of a few articles, some of whose paragraphs are held out."""
    drawn = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    articles = _articles(contexts)
    numbers = [number for article in articles for number in article]
    for corpus in range(_SMALL_CORPORA):
        kept, held = _hold_out(drawn.sample(articles, drawn.choice(_ARTICLES)), drawn)
        held += [n for n in drawn.sample(numbers, _STRANGERS) if n not in kept]
        texts = {number: contexts[number].text for number in kept}
        with searching(texts, embedder) as searcher:
            for number in kept + held:
                name = f"small {corpus}"
                yield from _ask_context(contexts[number], number, searcher, drawn, name)


def ask_all(
    contexts: Sequence[Context], embedder: Embedder, *, every_second: bool
) -> Iterator[Asked]:
    """Ask one corpus of all paragraphs, or of every second: then half is unanswerable."""
    drawn = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    texts = {
        number: context.text
        for number, context in enumerate(contexts)
        if not every_second or number % 2
    }
    numbers = [n for n, c in enumerate(contexts) if not c.is_development and c.questions]
    with searching(texts, embedder) as searcher:
        for number in drawn.choices(numbers, k=_ASKED_OF_ALL):
            yield from _ask_context(contexts[number], number, searcher, drawn, f"all {number % 5}")


def _ask_context(
    context: Context, number: int, searcher: Searcher[Embedded], drawn: random.Random, corpus: str
) -> Iterator[Asked]:
    if context.questions:
        question = drawn.choice(context.questions)
        is_right = partial(_is_answer, number, question.answers)
        yield from _ask(searcher, corpus, question.text, is_right)


def _ask(
    searcher: Searcher[Embedded], corpus: str, text: str, is_right: Callable[[Passage], bool]
) -> Iterator[Asked]:
    """Ask one question; small talk, which is never searched, gives nothing."""
    question = searcher.read(text)
    candidates = searcher.candidates_of(question)
    if not candidates:
        return
    hits = searcher.look_closely(question, candidates)
    rows = [candidate.row for candidate in candidates]
    passages = {found.row: found.passage for found in searcher.engine.passages(rows)}
    right = np.array([is_right(passages[row]) for row in rows], dtype=bool)
    yield Asked(
        corpus=corpus,
        passages=searcher.engine.count(),
        answerable=bool(right.any()),
        features=np.array([hit.features for hit in hits]),
        right=np.array([is_right(hit.passage) for hit in hits], dtype=bool),
        candidates=np.array([candidate.features for candidate in candidates]),
        right_candidates=right,
    )


def _is_labelled(labels: Sequence[Label], passage: Passage) -> bool:
    return any(label.stands_in(passage) for label in labels)


def _is_answer(number: int, strings: Sequence[str], passage: Passage) -> bool:
    return answers(passage, number, strings)


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
