"""The whole way from archives to the model folder, with progress bars: one command, fixed seeds."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from tokenizers import Tokenizer

from retrieval.errors import CorpusError
from retrieval.evaluation.squad import Context, read_contexts
from retrieval.training.card import write_card
from retrieval.training.duplicates import SeenText
from retrieval.training.encoding import encode
from retrieval.training.export import (
    SHARED_ROWS,
    Shared,
    quantise,
    restore,
    share_rows,
    write_model,
)
from retrieval.training.glosses import gloss_vectors, join_meanings
from retrieval.training.measure import Collection, Figures, dense_scores, hybrid_scores
from retrieval.training.pairs import gather_material
from retrieval.training.sources import CleanDocument, archives, read_archive
from retrieval.training.thesaurus import read_groups, retrofit
from retrieval.training.train import Epoch, Recipe, tokens_of, train_vectors
from retrieval.training.vocabulary import (
    build_tokenizer,
    count_words,
    unmet_characters,
    with_general_words,
)
from retrieval.types import Vectors

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the model card reports of a run."""

    recipe: Recipe
    log: tuple[Epoch, ...]
    figures: tuple[tuple[str, Figures], ...]
    """Named rankings of the development part."""
    tokens: int
    documents: int
    characters: int
    passages: int


def run_recipe(data: Path, out: Path, recipe: Recipe | None = None) -> Outcome:
    """Train a model from the data folder and publish it at ``out``.

    Raises:
        CorpusError: The folder holds no archives, or no question files.
    """
    recipe = recipe or Recipe()
    with _progress() as progress:
        documents = _read_documents(data, progress)
        contexts = _read_questions(data)
        with _task(progress, "counting words"):
            words = with_general_words(count_words(documents))
            unmet = unmet_characters(words)
            tokenizer = build_tokenizer(words, size=recipe.rows - SHARED_ROWS + len(unmet))
        with _task(progress, "tokenising"):
            asked = contexts if recipe.question_repeats else []
            material = gather_material(documents, asked, tokenizer)
        task = progress.add_task("training", total=None)
        vectors, log = train_vectors(
            material,
            tokenizer,
            recipe,
            lambda done, in_all, _: progress.update(task, completed=done, total=in_all),
        )
        if recipe.meanings:
            with _task(progress, "reading the dictionary"):
                meanings = gloss_vectors(tokens_of(tokenizer), recipe.meanings)
                meanings = retrofit(meanings, tokens_of(tokenizer), read_groups())
            vectors = join_meanings(vectors, meanings, recipe.meaning_share)
        with _task(progress, "measuring"):
            shared = share_rows(vectors, tokens_of(tokenizer), unmet)
            rounded = Shared(restore(*quantise(shared.rows)), shared.mapping)
            figures = measure(tokenizer, rounded.vectors, contexts, recipe)
        outcome = Outcome(
            recipe=recipe,
            log=tuple(log),
            figures=figures,
            tokens=tokenizer.get_vocab_size(),
            documents=len(documents),
            characters=sum(map(_length, documents)),
            passages=len(material.sources),
        )
        write_model(out, tokenizer, shared, write_card(outcome))
    return outcome


def measure(
    tokenizer: Tokenizer, vectors: Vectors, contexts: list[Context], recipe: Recipe
) -> tuple[tuple[str, Figures], ...]:
    """Rank the development part by terms, by vectors of each nested size, and by both."""
    collection = Collection.of(contexts)
    asked = encode(tokenizer, collection.questions)
    texts = encode(tokenizer, collection.passages)
    sizes = dict.fromkeys((recipe.width, *recipe.nested))
    dense = {size: dense_scores(asked, texts, vectors[:, :size]) for size in sizes}
    bm25 = collection.bm25
    both = hybrid_scores(bm25, dense[recipe.width], asked, texts, vectors)
    rankings = [
        ("BM25, for comparison", bm25),
        *((f"dense, {size} dimensions", scores) for size, scores in dense.items()),
        ("BM25 + late interaction", both),
    ]
    return tuple((name, collection.figures(scores)) for name, scores in rankings)


def _read_documents(data: Path, progress: Progress) -> list[CleanDocument]:
    seen = SeenText()
    documents: list[CleanDocument] = []
    for archive in progress.track(archives(data), description="reading archives"):
        documents.extend(read_archive(archive, seen))
    return documents


def _read_questions(data: Path) -> list[Context]:
    files = sorted((data / "dev").glob("*.json"))
    if not files:
        raise CorpusError(f"{data / 'dev'}: no *.json question files; name the data folder: --data")
    return [context for file in files for context in read_contexts(file)]


def _length(document: CleanDocument) -> int:
    return sum(len(text) for section in document.sections for text in section.paragraphs)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


@contextmanager
def _task(progress: Progress, description: str) -> Iterator[None]:
    """Show a step that cannot tell how far it is."""
    task = progress.add_task(description, total=None)
    yield
    progress.update(task, total=1, completed=1)
