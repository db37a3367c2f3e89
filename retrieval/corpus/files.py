"""A folder -> the files in it, and what they say."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import CorpusError
from retrieval.types import SourceFile

SUFFIXES = frozenset({".txt", ".md", ".markdown"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the folder."""

    path: str
    """Relative to the folder, with forward slashes."""
    digest: str
    """SHA-256 of its bytes, hexadecimal."""
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a folder, in the order of their paths."""

    files: tuple[FoundFile, ...]
    unknown: tuple[str, ...]
    """Files of formats that cannot be read, by path."""

    @property
    def digest(self) -> str:
        """Changes when any file's name or bytes change."""
        lines = (f"{file.digest} {file.path}\n" for file in self.files)
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def find_files(folder: Path) -> Found:
    """Find every file under a folder that can be read.

    Raises:
        CorpusError: The folder is missing or holds nothing to read; a file cannot be read.
    """
    if not folder.is_dir():
        raise CorpusError(
            f"{folder}: no such folder of documents; set [corpus] folder in config/chuchu.toml"
        )
    paths = list(_visible_files(folder))
    known = [path for path in paths if path.suffix.lower() in SUFFIXES]
    if not known:
        raise CorpusError(
            f"{folder}: holds no documents ({', '.join(sorted(SUFFIXES))}); put some there, "
            "then run: make index"
        )
    readable = set(known)
    unknown = (path.relative_to(folder).as_posix() for path in paths if path not in readable)
    return Found(tuple(_find(path, folder) for path in known), tuple(unknown))


@dataclass(frozen=True, slots=True)
class Listing:
    """What the files of a folder say, in the order of their paths."""

    read: tuple[SourceFile, ...]


def read_folder(folder: Path) -> Listing:
    """Read every file under a folder, in the order of their paths.

    Raises:
        CorpusError: The folder is missing or holds nothing to read; a file cannot be read.
    """
    files = find_files(folder).files
    return Listing(tuple(source for file in files for source in read_file(folder, file)))


def read_file(folder: Path, file: FoundFile) -> list[SourceFile]:
    """Read the text of a file, or the texts of an archive."""
    path = folder / file.path
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{path}: not UTF-8 text (byte {error.start}); "
            f"convert it, e.g.: iconv -f GB18030 -t UTF-8 {path.name}"
        ) from None
    return [SourceFile(file.path, file.digest, text)]


def _visible_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file():
            yield path


def _find(path: Path, folder: Path) -> FoundFile:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror})") from None
    return FoundFile(path.relative_to(folder).as_posix(), digest, size)
