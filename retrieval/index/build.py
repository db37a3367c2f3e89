"""A folder of documents -> a published generation, by as little work as will do."""

import hashlib
import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.corpus.files import Found, find_files, limited_reader
from retrieval.corpus.workers import Failure, work_on
from retrieval.embedding import Embedder
from retrieval.errors import CorpusError, MissingIndexError, StaleIndexError
from retrieval.index import cache
from retrieval.index.cache import VectorCache
from retrieval.index.generation import (
    BASE,
    FRESH,
    Generation,
    open_generation,
)
from retrieval.index.linking import link_tree
from retrieval.index.parts import PartWriter
from retrieval.index.planning import Plan, plan_build
from retrieval.index.preparing import Preparation, PreparedSource, unread
from retrieval.index.publishing import place, publish, remove, resumable, writing
from retrieval.index.recipe import FORMAT, Recipe
from retrieval.index.store import SourceEntry
from retrieval.index.vectors import Progress
from retrieval.settings import PassageSettings, Settings

logger = logging.getLogger(__name__)

_NAMED_FILES = 3
"""Files named where none could be read."""

OnFile = Callable[[int, int, int], None]
"""Called with files read so far, files to read, and passages found in them."""
Accept = Callable[[Generation], None]
"""Looks at a generation before it is published; raises where it is not to be."""


@dataclass(frozen=True, slots=True)
class Built:
    """What an indexing run did."""

    generation: str
    documents: int
    passages: int
    unchanged: bool
    """Whether what is published was made from the same already."""
    files_read: int
    """The rest was carried over."""
    sources: tuple[SourceEntry, ...]
    """What each file gave, or why it gave nothing."""
    unknown_files: tuple[str, ...]
    """Files of formats that are not read."""


def settings_digest(settings: PassageSettings) -> str:
    """Changes when passages would be cut otherwise."""
    return _digest(settings.model_dump_json())


def build_index(
    settings: Settings,
    embedder: Embedder,
    progress: Progress,
    on_file: OnFile = lambda done, total, passages: None,
    accept: Accept = lambda generation: None,
    *,
    wait: bool = False,
) -> Built:
    """Index the corpus, unless what is published was made from the very same.

    Args:
        settings: All settings.
        embedder: The model.
        progress: Told of texts as they are embedded.
        on_file: Told of files as they are read.
        accept: Asked before a new generation is published.
        wait: Whether to wait for another process that is indexing.

    Raises:
        CorpusError: The folder cannot be read, or no file in it.
        RetrievalError: Another process is indexing, or the index folder cannot be written; or
            whatever ``accept`` raises.
    """
    folder = settings.index.folder
    with writing(folder, wait=wait) as building:
        found = find_files(settings.corpus.folder)
        recipe = _recipe(found, settings, embedder)
        published = _sound(folder)
        if published and published.manifest.recipe == recipe:
            return _built(published, found, unchanged=True, files_read=0)
        kept = _sound(folder, recipe.generation)
        plan = Plan(()) if kept else plan_build(published, found, recipe)
        files_read = 0
        if kept is None:
            if plan.base is None:
                building = resumable(folder, replace(recipe, corpus_digest="").generation)
            files_read = _write(building, plan, settings, embedder, progress, on_file)
            place(building, recipe, plan.dropped, plan.base)
        generation = kept or open_generation(folder, recipe.generation)
        try:
            accept(generation)
        except BaseException:
            if kept is None:
                remove(folder, generation.name)
            raise
        publish(folder, generation.name)
        return _built(generation, found, unchanged=False, files_read=files_read)


def _recipe(found: Found, settings: Settings, embedder: Embedder) -> Recipe:
    return Recipe(
        format=FORMAT,
        corpus_digest=found.digest,
        reading_digest=_digest(repr(limited_reader(settings.corpus)[0].limits)),
        settings_digest=settings_digest(settings.passages),
        model=embedder.name,
        model_fingerprint=embedder.fingerprint,
        dimension=embedder.dimension,
        kind=settings.index.kind,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sound(folder: Path, name: str = "") -> Generation | None:
    """A generation, if it is whole."""
    try:
        return open_generation(folder, name)
    except (MissingIndexError, StaleIndexError):
        return None


def _built(generation: Generation, found: Found, *, unchanged: bool, files_read: int) -> Built:
    return Built(
        generation=generation.name,
        documents=generation.manifest.documents,
        passages=generation.manifest.passages,
        unchanged=unchanged,
        files_read=files_read,
        sources=tuple(source.entry for source in generation.store.sources()),
        unknown_files=found.unknown,
    )


def _write(
    building: Path,
    plan: Plan,
    settings: Settings,
    embedder: Embedder,
    progress: Progress,
    on_file: OnFile,
) -> int:
    """Write the parts of a generation; how many files were read for it."""
    writer, done = _begin(building, plan, embedder)
    try:
        _read(writer, plan, done, settings, on_file)
        _check_text(writer, plan, settings.corpus.folder)
        with _cache(settings, embedder) as kept:
            writer.write_vectors(settings.index, kept, progress)
        writer.close()
    except BaseException as error:
        with suppress(OSError, sqlite3.Error):
            writer.close()
        if isinstance(error, Exception):  # who merely stops it goes on with it later
            shutil.rmtree(building, ignore_errors=True)
        raise
    return len(plan.to_read) - done


def _cache(settings: Settings, embedder: Embedder) -> AbstractContextManager[VectorCache | None]:
    if embedder.is_light:
        return nullcontext()
    folder = settings.index.folder / cache.FOLDER
    return VectorCache(folder, embedder.fingerprint, embedder.dimension)


def _begin(building: Path, plan: Plan, embedder: Embedder) -> tuple[PartWriter, int]:
    """Begin to write, or go on with a base that was begun; and how many files stand in it."""
    if plan.base is not None:
        link_tree(plan.base.path / BASE, building / BASE)
        writer = PartWriter(building / FRESH, embedder, plan.start, building / BASE)
        writer.drop(plan.dropped)
        return writer, 0
    try:
        return _resume(building / BASE, plan, embedder)
    except (OSError, ValueError, sqlite3.Error) as error:
        logger.warning("%s: is damaged (%s); it is begun anew", building, error)
        shutil.rmtree(building / BASE)
        return _resume(building / BASE, plan, embedder)


def _resume(folder: Path, plan: Plan, embedder: Embedder) -> tuple[PartWriter, int]:
    writer = PartWriter(folder, embedder, resumable=True)
    try:
        return writer, writer.resume(plan.to_read)
    except BaseException:
        with suppress(OSError, ValueError, sqlite3.Error):
            writer.close()
        raise


def _read(writer: PartWriter, plan: Plan, done: int, settings: Settings, on_file: OnFile) -> None:
    """Read files that are not read yet, and add what they say."""
    reader, limits = limited_reader(settings.corpus)
    left = plan.to_read[done:]
    preparation = Preparation(reader, settings.passages, writer.tokeniser(len(left)))
    texts = writer.texts() if plan.base is None else dict(plan.texts)
    prepared = work_on(left, preparation, limits, preload=(Preparation.__module__,))
    for read, (file, sources) in enumerate(prepared, start=done + 1):
        if isinstance(sources, Failure):
            sources = (unread(file, sources.reason),)
        writer.add(file, [(source, _same_as(source, texts)) for source in sources])
        on_file(read, len(plan.to_read), writer.passages)


def _same_as(source: PreparedSource, texts: dict[str, str]) -> str:
    """The source that held the same text before, or nothing, and the text is remembered."""
    if not source.passages:
        return ""
    first = texts.setdefault(source.text_digest, source.path)
    return "" if first == source.path else first


def _check_text(writer: PartWriter, plan: Plan, folder: Path) -> None:
    """Refuse a folder in which no file says anything."""
    if writer.passages or plan.base is not None:
        return
    named = "".join(f"; {note}" for note in writer.notes[:_NAMED_FILES])
    raise CorpusError(
        f"{folder}: its files hold no text{named}; put documents there, then run: chuchu index"
    )
