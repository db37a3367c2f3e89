"""A folder -> the files in it, and what they say."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.corpus.items import Item, Reading
from retrieval.corpus.packing import open_package, shown_name, unpack
from retrieval.corpus.readers import (
    HEAD_BYTES,
    Format,
    ReadLimits,
    format_by_name,
    format_of,
    reader_of,
)
from retrieval.corpus.rubbish import rubbish
from retrieval.corpus.workers import Failure, Limits, work_on
from retrieval.errors import CorpusError
from retrieval.settings import CorpusSettings
from retrieval.types import SourceFile

LABELS = "golden.jsonl"
"""Labelled questions beside the documents: no document, but what the documents must answer."""


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
        return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ReadSource:
    """A text of a file, and what it is made of."""

    source: SourceFile
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the files of a folder; can be sent to another process."""

    folder: Path
    limits: ReadLimits

    def __call__(self, file: FoundFile) -> list[ReadSource]:
        """Read the text of a file, or the texts of an archive.

        Raises:
            CorpusError: Nothing of it can be read; the message says why.
        """
        most = self.limits.megabytes * 1_000_000
        if file.size > most:
            raise CorpusError(f"{file.size // 1_000_000} MB; the limit is {most // 1_000_000} MB")
        try:
            raw = (self.folder / file.path).read_bytes()
        except OSError as error:
            raise CorpusError(f"cannot be read ({error.strerror})") from None
        if hashlib.sha256(raw).hexdigest() != file.digest:
            raise CorpusError("changed while it was read; run: chuchu index")
        if not raw:
            raise CorpusError("empty")
        known = format_of(file.path, raw[:HEAD_BYTES], raw)
        if known and known.name == "archive":
            return list(self._members(file, raw))
        return [self._source(file, file.path, known, raw)]

    def _members(self, file: FoundFile, raw: bytes) -> Iterator[ReadSource]:
        left = self.limits.megabytes * 1_000_000
        with open_package(raw) as package:
            for member in package.infolist():
                name = shown_name(member)
                if member.is_dir() or not name or _is_hidden(name):
                    continue
                path = f"{file.path}/{name}"
                try:
                    content = unpack(package, member.filename, left)
                    left -= len(content)
                    known = format_of(name, content[:HEAD_BYTES], content)
                    yield self._source(file, path, known, content)
                except CorpusError as error:
                    yield _unread(file, path, str(error))

    def _source(self, file: FoundFile, path: str, known: Format | None, raw: bytes) -> ReadSource:
        if known is None:
            raise CorpusError("of no format that is read")
        reading = reader_of(known).read(raw, self.limits)
        if len(reading.text) > self.limits.characters:
            raise CorpusError(
                f"{len(reading.text):,} characters; the limit is {self.limits.characters:,}"
            )
        reason = "" if reading.pages else rubbish(reading.text)
        if reason:
            raise CorpusError(reason)
        return ReadSource(_source_file(file, path, reading), reading.items)


def find_files(folder: Path) -> Found:
    """Find every file under a folder that can be read.

    Raises:
        CorpusError: The folder is missing or holds nothing to read.
    """
    if not folder.is_dir():
        raise CorpusError(
            f"{folder}: no such folder of documents; set [corpus] folder in config/chuchu.toml"
        )
    files: list[FoundFile] = []
    unknown: list[str] = []
    for path in _visible_files(folder):
        name = path.relative_to(folder).as_posix()
        found = _find(path, name)
        if found:
            files.append(found)
        elif path.exists():
            unknown.append(os.fsencode(name).decode("utf-8", "backslashreplace"))
    if not files:
        raise CorpusError(
            f"{folder}: holds no documents that can be read; put some there, then run: make index"
        )
    return Found(tuple(files), tuple(unknown))


@dataclass(frozen=True, slots=True)
class Listing:
    """What the files of a folder say, in the order of their paths."""

    read: tuple[SourceFile, ...]


def read_folder(folder: Path) -> Listing:
    """Read every file under a folder that can be read.

    Raises:
        CorpusError: The folder is missing or holds nothing to read.
    """
    settings = CorpusSettings(folder=folder)
    reader, limits = limited_reader(settings)
    results = work_on(find_files(folder).files, reader, limits)
    read = (sources for _, sources in results if not isinstance(sources, Failure))
    return Listing(tuple(found.source for sources in read for found in sources))


def limited_reader(settings: CorpusSettings) -> tuple[Reader, Limits]:
    """What reads the files of a corpus, and what a file may take of the machine."""
    limits = ReadLimits(settings.file_mb, settings.file_pages, settings.file_characters)
    reader = Reader(settings.folder, limits)
    return reader, Limits(settings.file_seconds, settings.file_memory_mb)


def _source_file(file: FoundFile, path: str, reading: Reading) -> SourceFile:
    return SourceFile(
        path=path,
        digest=file.digest,
        text=reading.text,
        encoding=reading.encoding,
        pages=reading.pages,
        notes=reading.notes,
    )


def _unread(file: FoundFile, path: str, reason: str) -> ReadSource:
    return ReadSource(SourceFile(path, file.digest, "", encoding="", notes=(reason,)), ())


def _visible_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not _is_hidden(name) and name != LABELS and path.is_file():
            yield path


def _is_hidden(name: str) -> bool:
    """Whether a file is of the system or of an editor at work, not of the people."""
    parts = name.split("/")
    return any(part.startswith((".", "~$", "__MACOSX")) for part in parts)


def _find(path: Path, name: str) -> FoundFile | None:
    """A file that can be read; ``None`` for another, and for one that is gone meanwhile."""
    try:
        name.encode()  # a name that is no text could be neither kept nor shown
        with path.open("rb") as file:
            if format_of(name, file.read(HEAD_BYTES)) is None:
                return None
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return FoundFile(name, digest, file.tell())
    except UnicodeEncodeError:
        return None
    except OSError:
        # One that may not be read is reported by its reader; one that is gone is no matter.
        return FoundFile(name, "", 0) if path.exists() and format_by_name(name) else None
