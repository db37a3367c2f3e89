"""The same questions asked of the index here and of that on a server."""

import random
from dataclasses import dataclass
from pathlib import Path

from retrieval.answer import Answerer
from retrieval.embedding import load_embedder
from retrieval.evaluation.labels import read_labels
from retrieval.index.embedded import Embedded
from retrieval.index.generation import open_generation
from retrieval.index.shelf import find_shelf
from retrieval.index.store import Store
from retrieval.reranking import load_reranker
from retrieval.settings import Settings
from retrieval.text import sentences

_PROBES = 100
_LONGEST = 40
"""Characters of a question that is cut from a passage."""
_SEED = 11


@dataclass(frozen=True, slots=True)
class Compared:
    """How far two engines agree."""

    questions: int
    same: int
    """Answered by the same excerpts, in the same order."""
    first: int
    """By the same first excerpt, at least."""


def probe_questions(settings: Settings, labels: Path | None) -> list[str]:
    """A hundred questions: labelled ones, or sentences of passages drawn at random.

    Args:
        settings: Where what is published here stands.
        labels: A file of labelled questions; ``None`` makes them of the passages.

    Raises:
        MissingIndexError: Nothing is published.
        LabelError: The file cannot be read.
    """
    if labels is not None:
        return [label.question for label in read_labels(labels)][:_PROBES]
    store = open_generation(settings.index.folder).store
    try:
        return _drawn(store)
    finally:
        store.close()


def compare(here: Settings, there: Settings, questions: list[str]) -> Compared:
    """Ask both engines.

    Args:
        here: Settings whose folder holds an index.
        there: Settings that name a server, which holds the same.
        questions: What is asked.

    Raises:
        EngineError: The server is away.
    """
    embedder, reranker = load_embedder(here.embedding), load_reranker(here.rerank)
    engines = Embedded(open_generation(here.index.folder)), find_shelf(there.index).open()
    ours, theirs = (Answerer(here, embedder, reranker, engine=engine) for engine in engines)
    same = first = 0
    for question in questions:
        expected, found = (
            [excerpt.passage_id for excerpt in who.ask(question).excerpts] for who in (ours, theirs)
        )
        same += found == expected
        first += found[:1] == expected[:1]
    for engine in engines:
        engine.close()
    return Compared(len(questions), same, first)


def _drawn(store: Store) -> list[str]:
    draw = random.Random(_SEED)  # noqa: S311 - not a secret
    documents = store.documents()
    found: list[str] = []
    for entry in draw.choices(documents, k=2 * _PROBES) if documents else ():
        passages = store.passages_of_document(entry.id)
        if passages:
            text = draw.choice(passages).passage.text
            span = draw.choice(sentences(text) or [(0, len(text))])
            found.append(text[span[0] : span[1]][:_LONGEST])
    return list(dict.fromkeys(found))[:_PROBES]
