"""Contexts -> a folder that a driver works on: files, passages, questions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.embedding import Embedder
from retrieval.evaluation.contexts import answers, searching_files, write_files
from retrieval.evaluation.found import DEPTH
from retrieval.evaluation.peers.roster import Peer
from retrieval.evaluation.squad import Context
from retrieval.text import fold
from retrieval.types import Passage

_WARM_UP = 50
"""Questions asked before the clock runs, of contexts that are not asked where there are such."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the number of its context and what answers it."""

    text: str
    context: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What every library is given."""

    corpus: Path
    """The contexts as files."""
    passages: tuple[Passage, ...]
    """As Chuchu cuts them."""
    asked: tuple[Asked, ...]
    warm_up: tuple[str, ...]

    def is_right(self, asked: Asked, passage: Passage) -> bool:
        """As in every other benchmark: of the right context, with an answer in it."""
        return answers(passage, asked.context, asked.answers)


def prepare(
    contexts: Sequence[Context], embedder: Embedder, folder: Path, *, development: bool
) -> Material:
    """Write the contexts as files and cut them into passages.

    Args:
        contexts: Contexts of all files.
        embedder: The model.
        folder: Where files are put; it is empty.
        development: Ask only the development part's questions.
    """
    corpus = folder / "corpus"
    write_files(corpus, {number: context.text for number, context in enumerate(contexts)})
    with searching_files(corpus, folder / "cut", embedder) as searcher:
        store = searcher.engine.generation.store
        passages = tuple(found.passage for found in store.passages(range(store.count())))
    everything = [
        (context.is_development or not development, Asked(question.text, number, question.answers))
        for number, context in enumerate(contexts)
        for question in context.questions
    ]
    asked = tuple(question for is_asked, question in everything if is_asked)
    others = tuple(question for is_asked, question in everything if not is_asked)
    warm_up = tuple(question.text for question in (others or asked)[:_WARM_UP])
    return Material(corpus, passages, asked, warm_up)


def write_job(folder: Path, material: Material, peer: Peer, model: Path) -> None:
    """Write what `drivers.drive` reads.

    The model knows folded text alone (its card says so), so libraries are given folded passages
    and questions, at no cost to them; Chuchu gets what people write, and folds it itself.
    """
    folder.mkdir()
    is_own = not peer.requirements
    (folder / "corpus").symlink_to(material.corpus.absolute())
    job = {"model": str(model.absolute()), "depth": DEPTH, "lexical": peer.lexical}
    (folder / "job.json").write_text(json.dumps(job), "utf-8")
    read = str if is_own else fold
    passages = [{"id": passage.id, "text": read(passage.text)} for passage in material.passages]
    _write(folder / "passages.jsonl", passages)
    _write(folder / "warm_up.jsonl", [{"text": read(text)} for text in material.warm_up])
    _write(folder / "questions.jsonl", [{"text": read(asked.text)} for asked in material.asked])


def _write(file: Path, lines: Sequence[dict[str, str]]) -> None:
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
