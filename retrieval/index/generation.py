"""One generation of the index on disk, as it is read.

::

    .chuchu/index/CURRENT               the name of the published generation
    .chuchu/index/PREVIOUS              the name of the one before, kept to go back to
    .chuchu/index/ROLLED_BACK           the name of one that was gone back from
    .chuchu/index/<generation>/         manifest.json, base/ and, once files have changed, fresh/
    .chuchu/index/<generation>/<part>/  store.sqlite, vectors.faiss, tokens.npy, token_offsets.npy,
                                        passages/ and documents/ (in fresh/: of both parts)
    .chuchu/index/embeddings/           vectors that were computed once, by a model that takes long
    .chuchu/index/.building-*/          being written, or left by a crash: never opened, but a base
                                        is gone on with
    .chuchu/index/.lock                 held by the one writer

The base is never changed; generations that share it link its files. What was added since stands in
fresh/, and the files of the base that were changed or removed are listed as dropped.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import MissingIndexError, StaleIndexError
from retrieval.index.lexical import LexicalIndex
from retrieval.index.parts import DOCUMENTS, PASSAGES
from retrieval.index.recipe import FORMAT, Recipe
from retrieval.index.store import Store
from retrieval.index.tokens import TokenIndex
from retrieval.index.vectors import VectorIndex

BASE = "base"
FRESH = "fresh"
MANIFEST = "manifest.json"
CURRENT = "CURRENT"
NAME = re.compile(r"[0-9a-f]{16}")
_CURE = "run: chuchu index"
_HASHED_BYTES = 32_000_000
"""Larger files are checked by size alone, so that opening stays quick."""


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
    dropped: tuple[int, ...]
    """Rows of files of the base that are no longer of the corpus."""
    files: tuple[FileMark, ...]


@dataclass(frozen=True, slots=True)
class Generation:
    """An open generation; stays readable when another is published."""

    name: str
    path: Path
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
    try:
        name = (folder / CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    if not name:
        raise MissingIndexError(f"{folder}: nothing has been indexed yet; {_CURE}")
    if not NAME.fullmatch(name):
        raise StaleIndexError(f"{folder / CURRENT}: is damaged; {_CURE}")
    return name


def open_generation(folder: Path, name: str = "") -> Generation:
    """Open a generation.

    Args:
        folder: Where generations are kept.
        name: Which one; empty for what is published.

    Raises:
        MissingIndexError: Nothing is published.
        StaleIndexError: A file is missing, cut off or altered, or the counts disagree.
    """
    path = folder / (name or published_name(folder))
    manifest = _read_manifest(path)
    _check_files(path, manifest)
    try:
        generation = _open_parts(path, manifest)
        sound = _holds_together(generation)
    except Exception as error:
        raise StaleIndexError(f"{path}: cannot be opened ({error}); {_CURE}") from error
    if not sound:
        raise StaleIndexError(f"{path}: its parts hold different passages; {_CURE}")
    return generation


def known_digests(generation: Generation) -> dict[int, str]:
    """Digests of the files of a sound generation, by inode."""
    return {
        (generation.path / mark.path).stat().st_ino: mark.digest
        for mark in generation.manifest.files
    }


def count(path: Path, dropped: tuple[int, ...]) -> tuple[int, int]:
    """How many passages and documents stand in a generation that is being written."""
    store = Store(_parts(path), dropped)
    counts = store.count(), store.count_documents()
    store.close()
    return counts


def mark_files(folder: Path, known: dict[int, str]) -> Iterator[FileMark]:
    """Mark every file of a generation.

    Args:
        folder: The generation's.
        known: Digests of files by inode; of a file with several names, one is read.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(".lock") and path.name != MANIFEST:
            yield _mark(path, folder, known)


def _open_parts(path: Path, manifest: Manifest) -> Generation:
    parts = _parts(path)
    store = Store(parts, manifest.dropped)
    dropped = store.dropped_rows() if manifest.dropped else []
    return Generation(
        name=path.name,
        path=path,
        manifest=manifest,
        store=store,
        vectors=VectorIndex(parts, dropped),
        tokens=TokenIndex(parts, dropped),
        passages=LexicalIndex(parts[-1] / PASSAGES),
        documents=LexicalIndex(parts[-1] / DOCUMENTS),
    )


def _parts(path: Path) -> list[Path]:
    return [path / name for name in (BASE, FRESH) if (path / name).is_dir()]


def _holds_together(generation: Generation) -> bool:
    counts = (
        generation.store.count(),
        generation.vectors.count(),
        generation.tokens.count(),
        generation.passages.count(),
    )
    manifest = generation.manifest
    return (*counts, generation.documents.count()) == (
        *(manifest.passages,) * len(counts),
        manifest.documents,
    )


def _read_manifest(path: Path) -> Manifest:
    try:
        raw = json.loads((path / MANIFEST).read_text("utf-8"))
        manifest = Manifest(
            recipe=Recipe(**raw["recipe"]),
            documents=int(raw["documents"]),
            passages=int(raw["passages"]),
            dropped=tuple(map(int, raw.get("dropped", ()))),
            files=tuple(FileMark(**mark) for mark in raw["files"]),
        )
    except FileNotFoundError:
        raise StaleIndexError(f"{path}: was not written to its end; {_CURE}") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise StaleIndexError(f"{path / MANIFEST}: is damaged; {_CURE}") from None
    if manifest.recipe.format != FORMAT or manifest.recipe.generation != path.name:
        raise StaleIndexError(f"{path}: is of another version of Chuchu; {_CURE}")
    return manifest


def _check_files(path: Path, manifest: Manifest) -> None:
    known: dict[int, str] = {}
    for mark in manifest.files:
        try:
            found = _mark(path / mark.path, path, known)
        except OSError:
            raise StaleIndexError(f"{path / mark.path}: is missing; {_CURE}") from None
        if found != mark:
            raise StaleIndexError(f"{path / mark.path}: is damaged; {_CURE}")


def _mark(path: Path, folder: Path, known: dict[int, str]) -> FileMark:
    stat = path.stat()
    digest = known.get(stat.st_ino)
    if digest is None:
        small = stat.st_size <= _HASHED_BYTES
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if small else ""
        known[stat.st_ino] = digest
    return FileMark(path.relative_to(folder).as_posix(), stat.st_size, digest)
