"""The keeper's own corpus -> scored questions, some unanswerable because a document is gone.

Documents are held out in turn: a question that only they answer has no answer in an index of the
others. Small talk has none anywhere.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from retrieval.corpus.files import find_files
from retrieval.embedding import Embedder
from retrieval.errors import LabelError
from retrieval.evaluation.labels import LabelledQuestion
from retrieval.index.build import build_index
from retrieval.index.embedded import Embedded
from retrieval.index.generation import open_generation
from retrieval.ranking import Ranking, shipped_ranking
from retrieval.search import Searcher
from retrieval.settings import Settings
from retrieval.training.calibrating import Scored
from retrieval.types import Passage

CHITCHAT = Path(__file__).parent / "chitchat.txt"
FEWEST_QUESTIONS = 40
FEWEST_SOURCES = 5
_FOLDS = 5


def score_corpus(
    settings: Settings,
    questions: Sequence[LabelledQuestion],
    embedder: Embedder,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[list[Scored], Ranking]:
    """Ask labelled questions and small talk of the corpus, and of the corpus without some files.

    Args:
        settings: Names the corpus.
        questions: What is asked.
        embedder: The model.
        progress: Told of indexes asked, and indexes in all.

    Returns:
        What was asked, and the weights for an index of this size, which gave the log-odds.

    Raises:
        LabelError: There are too few questions or files to tell anything.
    """
    sources = sorted({label.source for question in questions for label in question.labels})
    answerable = sum(question.answerable for question in questions)
    if answerable < FEWEST_QUESTIONS or len(sources) < FEWEST_SOURCES:
        raise LabelError(
            f"{answerable} answerable questions on {len(sources)} files are too few to calibrate "
            f"on ({FEWEST_QUESTIONS} on {FEWEST_SOURCES} are needed): the shipped calibration stays"
        )
    build_index(settings, embedder, lambda done, total: None)
    ranking = shipped_ranking(open_generation(settings.index.folder).manifest.passages)
    scored = list(_score_whole(settings, questions, embedder, ranking))
    progress(1, _FOLDS + 1)
    for fold in range(_FOLDS):
        held = frozenset(sources[fold::_FOLDS])
        asked = [one for one in questions if one.answerable and _sources(one) <= held]
        scored += _score_without(settings, held, asked, embedder, ranking)
        progress(fold + 2, _FOLDS + 1)
    return scored, ranking


def chitchat() -> list[str]:
    """Small talk in Chinese and English, one message a line."""
    return CHITCHAT.read_text("utf-8").splitlines()


def _score_whole(
    settings: Settings,
    questions: Sequence[LabelledQuestion],
    embedder: Embedder,
    ranking: Ranking,
) -> Iterator[Scored]:
    searcher = _searcher(settings, embedder, ranking)
    for question in questions:
        corpus = min(_sources(question), default="unanswerable")
        is_right = partial(_is_labelled, question)
        yield from _score(searcher, corpus, question.question, is_right, question.answerable)
    for message in chitchat():
        yield from _score(searcher, "small talk", message, _never, answerable=False)
    searcher.engine.generation.store.close()


def _score_without(
    settings: Settings,
    held: frozenset[str],
    questions: Sequence[LabelledQuestion],
    embedder: Embedder,
    ranking: Ranking,
) -> Iterator[Scored]:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        for file in find_files(settings.corpus.folder).files:
            if file.path not in held:
                (corpus / file.path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(settings.corpus.folder / file.path, corpus / file.path)
        tables = {"corpus": {"folder": corpus}, "index": {"folder": Path(folder) / "index"}}
        smaller = settings.model_copy(
            update={
                "corpus": settings.corpus.model_copy(update=tables["corpus"]),
                "index": settings.index.model_copy(update=tables["index"]),
            }
        )
        searcher = _searcher(smaller, embedder, ranking)
        for question in questions:
            source = min(_sources(question))
            yield from _score(searcher, source, question.question, _never, answerable=False)
        searcher.engine.generation.store.close()


def _searcher(settings: Settings, embedder: Embedder, ranking: Ranking) -> Searcher[Embedded]:
    build_index(settings, embedder, lambda done, total: None)
    generation = open_generation(settings.index.folder)
    return Searcher(Embedded(generation), embedder, ranking, settings.search.candidates)


def _score(
    searcher: Searcher[Embedded],
    corpus: str,
    text: str,
    is_right: Callable[[Passage], bool],
    answerable: bool,
) -> Iterator[Scored]:
    hits = searcher.search(searcher.read(text))
    if hits:
        odds = searcher.ranking.log_odds(hits[0].features)
        yield Scored(corpus, answerable, is_right(hits[0].passage), odds)


def _sources(question: LabelledQuestion) -> frozenset[str]:
    return frozenset(label.source for label in question.labels)


def _is_labelled(question: LabelledQuestion, passage: Passage) -> bool:
    return any(label.stands_in(passage) for label in question.labels)


def _never(passage: Passage) -> bool:
    return False
