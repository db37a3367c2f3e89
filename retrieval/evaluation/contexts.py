"""SQuAD-style contexts as a corpus of their own: one file each, indexed by Chuchu's own path."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from retrieval.embedding import Embedder
from retrieval.index.build import build_index
from retrieval.index.embedded import Embedded
from retrieval.index.generation import open_generation
from retrieval.ranking import shipped_ranking
from retrieval.search import Searcher
from retrieval.settings import Settings
from retrieval.text import fold
from retrieval.types import Passage


def file_name(number: int) -> str:
    """The file that a context stands in."""
    return f"c{number:05d}.txt"


@contextmanager
def searching(contexts: Mapping[int, str], embedder: Embedder) -> Iterator[Searcher[Embedded]]:
    """Index some contexts for as long as the block lasts.

    Args:
        contexts: Texts by number.
        embedder: The model.
    """
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        write_files(corpus, contexts)
        with searching_files(corpus, Path(folder) / "index", embedder) as searcher:
            yield searcher


def write_files(folder: Path, contexts: Mapping[int, str]) -> None:
    """Write each context as a file of a new folder."""
    folder.mkdir()
    for number, text in contexts.items():
        (folder / file_name(number)).write_text(text, "utf-8")


@contextmanager
def searching_files(corpus: Path, index: Path, embedder: Embedder) -> Iterator[Searcher[Embedded]]:
    """Index a folder of documents into another, and search there for as long as the block lasts."""
    settings = Settings.model_validate({"corpus": {"folder": corpus}, "index": {"folder": index}})
    with searching_in(settings, embedder) as searcher:
        yield searcher


@contextmanager
def searching_in(settings: Settings, embedder: Embedder) -> Iterator[Searcher[Embedded]]:
    """Index what settings name, where they say, and search there as long as the block lasts."""
    build_index(settings, embedder, lambda done, total: None)
    engine = Embedded(open_generation(settings.index.folder))
    ranking = shipped_ranking(engine.count())
    try:
        yield Searcher(engine, embedder, ranking, settings.search.candidates)
    finally:
        engine.close()


def answers(passage: Passage, number: int, strings: Sequence[str]) -> bool:
    """Whether a passage of the right context holds an answer string, after folding."""
    if passage.source != file_name(number):
        return False
    return holds(passage.text, strings)


def holds(text: str, strings: Sequence[str]) -> bool:
    """Whether a text holds one of the strings, after folding and without spaces."""
    bare = _bare(text)
    return any(_bare(string) in bare for string in strings)


def _bare(text: str) -> str:
    return fold(text).replace(" ", "").replace("\n", "")
