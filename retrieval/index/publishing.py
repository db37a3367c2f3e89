"""How generations are written and published: beside the published one, then by one rename."""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from retrieval.errors import MissingIndexError, RetrievalError
from retrieval.index.generation import (
    CURRENT,
    MANIFEST,
    NAME,
    Generation,
    Manifest,
    count,
    known_digests,
    mark_files,
    open_generation,
)
from retrieval.index.recipe import Recipe

_BUILDING = ".building-"
PREVIOUS = "PREVIOUS"
ROLLED_BACK = "ROLLED_BACK"
"""The generation that was rolled back, until another is published."""


@contextlib.contextmanager
def writing(folder: Path, *, wait: bool = False) -> Iterator[Path]:
    """Give an empty folder to write a generation into; removed again unless published.

    Raises:
        RetrievalError: Another process is writing, or the folder cannot be written.
    """
    with locked(folder, wait=wait):
        for leftover in folder.glob(f"{_BUILDING}*"):
            if not NAME.fullmatch(leftover.name.removeprefix(_BUILDING)):
                shutil.rmtree(leftover, ignore_errors=True)
        building = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=folder))
        try:
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)


def resumable(folder: Path, name: str) -> Path:
    """A folder to write a generation into that survives a crash, and is gone on with after it.

    Args:
        folder: Where generations are kept; this process is `writing` there.
        name: Of what is written, whatever the documents; what was begun under another is removed.
    """
    building = folder / f"{_BUILDING}{name}"
    for other in folder.glob(f"{_BUILDING}*"):
        if other != building and NAME.fullmatch(other.name.removeprefix(_BUILDING)):
            shutil.rmtree(other, ignore_errors=True)
    building.mkdir(exist_ok=True)
    return building


@contextlib.contextmanager
def locked(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Be the one process that changes what is published.

    Args:
        folder: Where generations are kept.
        wait: Whether to wait for another process to end.

    Raises:
        RetrievalError: Another process is, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise RetrievalError(f"{folder}: cannot be written ({error.strerror})") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise RetrievalError(
                f"{folder}: another 'chuchu index' is at work; wait for it to end, "
                "or run: chuchu index --wait"
            ) from None
        yield


def place(
    building: Path, recipe: Recipe, dropped: tuple[int, ...], base: Generation | None
) -> None:
    """Give a written generation its name, so that it can be opened; nobody is led to it yet.

    Args:
        building: Where it was written.
        recipe: What it was made from.
        dropped: Rows of files of the base that are not of the corpus.
        base: The generation whose base it links.
    """
    known = known_digests(base) if base else {}
    passages, documents = count(building, dropped)
    manifest = Manifest(recipe, documents, passages, dropped, tuple(mark_files(building, known)))
    content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (building / MANIFEST).write_text(content, "utf-8")
    _sync_tree(building)
    final = building.parent / recipe.generation
    if final.exists():  # damaged: a sound one of this name would not have been built again
        final.rename(tempfile.mkdtemp(prefix=_BUILDING, dir=final.parent))
    building.rename(final)
    _sync(final.parent)


def publish(folder: Path, name: str) -> None:
    """Make a generation the one that readers open; the one before is kept to go back to."""
    before = _name_or_empty(folder)
    if before and before != name:
        _point(folder / PREVIOUS, before)
    _point(folder / CURRENT, name)
    (folder / ROLLED_BACK).unlink(missing_ok=True)
    _remove_old(folder, {name, before})


def roll_back(folder: Path) -> str:
    """Publish the generation before the published one again; once more, and it is undone.

    Returns:
        The name of what is published now.

    Raises:
        RetrievalError: There is none before, or it is damaged.
    """
    with locked(folder):
        name = _name_or_empty(folder, PREVIOUS)
        if not name or not (folder / name).is_dir():
            raise MissingIndexError(
                f"{folder}: keeps no generation to go back to; run: chuchu index"
            )
        open_generation(folder, name)
        left = _name_or_empty(folder)
        publish(folder, name)
        _point(folder / ROLLED_BACK, left)
        return name


def rolled_back(folder: Path) -> str:
    """The generation that was rolled back, and is not to be published by itself; or ``""``."""
    return _name_or_empty(folder, ROLLED_BACK)


def remove(folder: Path, name: str) -> None:
    """Remove a generation that was placed, but is not to be published."""
    shutil.rmtree(folder / name, ignore_errors=True)


def _point(pointer: Path, name: str) -> None:
    written = pointer.with_name(pointer.name + ".new")
    written.write_text(name + "\n", "utf-8")
    _sync(written)
    written.replace(pointer)
    _sync(pointer.parent)


def _remove_old(folder: Path, kept: set[str]) -> None:
    for path in folder.iterdir():
        is_ours = NAME.fullmatch(path.name) and (path / MANIFEST).is_file()
        if is_ours and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _name_or_empty(folder: Path, pointer: str = CURRENT) -> str:
    """The name that a pointer holds; empty where it is missing or damaged."""
    try:
        name = (folder / pointer).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if NAME.fullmatch(name) else ""


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
