"""What reads each format: one module a format, and one line here.

A reader is a module with ``read(raw: bytes, limits: ReadLimits) -> Reading``. It is chosen by what
the bytes are and, where they do not say, by the file's suffix; it is imported when it is needed.
"""

import importlib
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Protocol, cast

from retrieval.corpus.items import Reading


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much of one file is read."""

    megabytes: int
    """Of the file, and of what it unpacks to."""
    pages: int
    characters: int


@dataclass(frozen=True, slots=True)
class Format:
    """A format, and the module that reads it."""

    name: str
    suffixes: tuple[str, ...]
    head: tuple[bytes, ...] = ()
    """How its bytes begin."""
    member: str = ""
    """A file that stands in it, where it is a ZIP archive."""


class Reader(Protocol):
    """A module that reads a format."""

    def read(self, raw: bytes, limits: ReadLimits) -> Reading:
        """Read a file.

        Raises:
            CorpusError: It holds no text that can be read; the message says why.
        """


FORMATS = (
    Format("text", (".txt", ".text")),
    Format("markdown", (".md", ".markdown")),
    Format("html", (".html", ".htm", ".xhtml"), head=(b"<!doctype html", b"<html")),
    Format("pdf", (".pdf",), head=(b"%pdf-",)),
    Format("docx", (".docx",), member="word/document.xml"),
    Format("pptx", (".pptx",), member="ppt/presentation.xml"),
    Format("xlsx", (".xlsx", ".xlsm"), member="xl/workbook.xml"),
    Format("csv", (".csv", ".tsv")),
    Format("epub", (".epub",), member="META-INF/container.xml"),
    Format("archive", (".zip",), head=(b"pk\x03\x04", b"pk\x05\x06")),
    Format("office97", (".doc", ".xls", ".ppt"), head=(b"\xd0\xcf\x11\xe0",)),
)
HEAD_BYTES = 1024
_PLAIN = ("text", "markdown", "csv")
"""Formats whose bytes may begin like another's."""


def format_by_name(path: str) -> Format | None:
    """The format that a file's suffix names."""
    suffix = PurePath(path).suffix.lower()
    return next((known for known in FORMATS if suffix in known.suffixes), None)


def format_of(path: str, head: bytes, raw: bytes | None = None) -> Format | None:
    """The format of a file.

    Args:
        path: Its name.
        head: Its first bytes.
        raw: All its bytes; without them a ZIP archive is not looked into.
    """
    named = format_by_name(path)
    start = head[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    found = next((known for known in FORMATS if start.startswith(known.head or (b"\0\0",))), None)
    if found is None:
        return named
    if found.name == "html" and named and named.name in _PLAIN:
        return named  # a page of Markdown may begin with HTML
    if found.name == "archive":
        return (_packed(raw) if raw is not None else named) or found
    return found


def reader_of(known: Format) -> Reader:
    """Import the module that reads a format."""
    return cast("Reader", importlib.import_module(f"{__name__}.{known.name}"))


def _packed(raw: bytes) -> Format | None:
    try:
        names = set(zipfile.ZipFile(BytesIO(raw)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    return next((known for known in FORMATS if known.member and known.member in names), None)
