"""A folder -> decoded source files."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import CorpusError
from retrieval.types import SourceFile

SUFFIXES = frozenset({".txt", ".md", ".markdown"})


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a folder."""

    read: tuple[SourceFile, ...]
    unknown: tuple[str, ...]
    """Files of formats that cannot be read, by relative path."""

    @property
    def digest(self) -> str:
        """Changes when any file's name or bytes change."""
        lines = (f"{file.digest} {file.path}\n" for file in self.read)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_folder(folder: Path) -> Listing:
    """Read every text file under a folder, in the order of their paths.

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
    unknown = (path.relative_to(folder).as_posix() for path in paths if path not in set(known))
    return Listing(tuple(_read_file(path, folder) for path in known), tuple(unknown))


def _visible_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file():
            yield path


def _read_file(path: Path, folder: Path) -> SourceFile:
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{path}: not UTF-8 text (byte {error.start}); "
            f"convert it, e.g.: iconv -f GB18030 -t UTF-8 {path.name}"
        ) from None
    digest = hashlib.sha256(raw).hexdigest()
    return SourceFile(path.relative_to(folder).as_posix(), digest, text)
