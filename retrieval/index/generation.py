"""One generation of the index on disk: written beside the published one, then published at once.

::

    .chuchu/index/CURRENT               the name of the published generation
    .chuchu/index/<generation>/         manifest.json, store.sqlite, vectors.faiss, tokens.npy,
                                        token_offsets.npy, passages/, documents/
    .chuchu/index/.building-*/          being written, or left by a crash: never opened
    .chuchu/index/.lock                 held by the one writer
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from retrieval.errors import MissingIndexError, RetrievalError, StaleIndexError
from retrieval.index.lexical import LexicalIndex
from retrieval.index.store import Store
from retrieval.index.vectors import TokenIndex, VectorIndex

FORMAT = 3
"""Raised whenever what is written changes its form: folding, terms, files."""

PASSAGES = "passages"
DOCUMENTS = "documents"
_MANIFEST = "manifest.json"
_CURRENT = "CURRENT"
_GENERATION = re.compile(r"[0-9a-f]{16}")
_CURE = "run: chuchu index"
_HASHED_BYTES = 32_000_000
"""Larger files are checked by size alone, so that opening stays quick."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a generation is made from; the same recipe gives the same generation."""

    format: int
    corpus_digest: str
    settings_digest: str
    model: str
    model_fingerprint: str
    dimension: int

    @property
    def generation(self) -> str:
        """The name of the generation."""
        return hashlib.sha256(repr(asdict(self)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class FileMark:
    """Size in bytes and, for all but large files, SHA-256 of a file of the generation."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself."""

    recipe: Recipe
    documents: int
    passages: int
    files: tuple[FileMark, ...]


@dataclass(frozen=True, slots=True)
class Generation:
    """An open generation; stays readable when another is published."""

    name: str
    manifest: Manifest
    store: Store
    vectors: VectorIndex
    tokens: TokenIndex
    passages: LexicalIndex
    documents: LexicalIndex


def published_name(folder: Path) -> str:
    """The name of what is published.

    Raises:
        MissingIndexError: Nothing is published.
        StaleIndexError: The pointer to it is damaged.
    """
    name = _published_or_empty(folder)
    if not name:
        raise MissingIndexError(f"{folder}: nothing has been indexed yet; {_CURE}")
    if not _GENERATION.fullmatch(name):
        raise StaleIndexError(f"{folder / _CURRENT}: is damaged; {_CURE}")
    return name


def open_generation(folder: Path) -> Generation:
    """Open what is published.

    Raises:
        MissingIndexError: Nothing is published.
        StaleIndexError: A file is missing, cut off or altered, or the counts disagree.
    """
    name = published_name(folder)
    path = folder / name
    manifest = _read_manifest(path)
    _check_files(path, manifest)
    try:
        generation = Generation(
            name=name,
            manifest=manifest,
            store=Store(path),
            vectors=VectorIndex(path),
            tokens=TokenIndex(path),
            passages=LexicalIndex(path / PASSAGES),
            documents=LexicalIndex(path / DOCUMENTS),
        )
        counts = _counts(generation)
    except Exception as error:
        raise StaleIndexError(f"{path}: cannot be opened ({error}); {_CURE}") from error
    if counts != (manifest.passages,) * 4 + (manifest.documents,):
        raise StaleIndexError(f"{path}: its parts hold different passages; {_CURE}")
    return generation


def check_recipe(generation: Generation, settings_digest: str, fingerprint: str) -> None:
    """Refuse a generation that other settings or another model made.

    Raises:
        StaleIndexError: It was made otherwise.
    """
    recipe = generation.manifest.recipe
    if recipe.model_fingerprint != fingerprint:
        raise StaleIndexError(f"the index was made by another model ({recipe.model}); {_CURE}")
    if recipe.settings_digest != settings_digest:
        raise StaleIndexError(f"the index was made with other [passages] settings; {_CURE}")


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write a generation into; removed again unless published.

    Raises:
        RetrievalError: Another process is writing, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise RetrievalError(f"{folder}: cannot be written ({error.strerror})") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RetrievalError(
                f"{folder}: another 'chuchu index' is at work; wait for it to end"
            ) from None
        for leftover in folder.glob(".building-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
        try:
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)


def publish(building: Path, recipe: Recipe, documents: int, passages: int) -> Manifest:
    """Make a written generation the one that readers open; the one before is kept for them."""
    manifest = Manifest(recipe, documents, passages, tuple(_marks(building)))
    content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (building / _MANIFEST).write_text(content, "utf-8")
    _sync_tree(building)
    folder = building.parent
    final = folder / recipe.generation
    if final.exists():  # damaged: a sound one of this name would not have been built again
        shutil.rmtree(final)
    building.rename(final)
    before = _published_or_empty(folder)
    pointer = folder / f"{_CURRENT}.new"
    pointer.write_text(final.name + "\n", "utf-8")
    _sync(pointer)
    pointer.replace(folder / _CURRENT)
    _sync(folder)
    _remove_old(folder, {final.name, before})
    return manifest


def _remove_old(folder: Path, kept: set[str]) -> None:
    for path in folder.iterdir():
        is_ours = _GENERATION.fullmatch(path.name) and (path / _MANIFEST).is_file()
        if is_ours and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _published_or_empty(folder: Path) -> str:
    try:
        return (folder / _CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _read_manifest(path: Path) -> Manifest:
    try:
        raw = json.loads((path / _MANIFEST).read_text("utf-8"))
        manifest = Manifest(
            recipe=Recipe(**raw["recipe"]),
            documents=int(raw["documents"]),
            passages=int(raw["passages"]),
            files=tuple(FileMark(**mark) for mark in raw["files"]),
        )
    except FileNotFoundError:
        raise StaleIndexError(f"{path}: was not written to its end; {_CURE}") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise StaleIndexError(f"{path / _MANIFEST}: is damaged; {_CURE}") from None
    if manifest.recipe.format != FORMAT or manifest.recipe.generation != path.name:
        raise StaleIndexError(f"{path}: is of another version of Chuchu; {_CURE}")
    return manifest


def _check_files(path: Path, manifest: Manifest) -> None:
    for mark in manifest.files:
        try:
            found = _mark(path / mark.path, path)
        except OSError:
            raise StaleIndexError(f"{path / mark.path}: is missing; {_CURE}") from None
        if found != mark:
            raise StaleIndexError(f"{path / mark.path}: is damaged; {_CURE}")


def _counts(generation: Generation) -> tuple[int, ...]:
    return (
        generation.store.count(),
        generation.vectors.count(),
        generation.tokens.count(),
        generation.passages.count(),
        generation.documents.count(),
    )


def _marks(folder: Path) -> Iterator[FileMark]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(".lock"):
            yield _mark(path, folder)


def _mark(path: Path, folder: Path) -> FileMark:
    size = path.stat().st_size
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if size <= _HASHED_BYTES else ""
    return FileMark(path.relative_to(folder).as_posix(), size, digest)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
