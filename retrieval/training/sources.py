"""Archives of open text -> clean documents."""

import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from retrieval.errors import CorpusError
from retrieval.text import fold, is_cjk, sentences
from retrieval.training.duplicates import SeenText
from retrieval.training.markdown import Page, Section, read_markdown

_LARGEST_FILE = 8 * 1024 * 1024
_FEWEST_CHINESE = 8
_PASSAGE_CHARS = 120


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """One file of an archive as folded prose without near-duplicates."""

    source: str
    """Name of the archive, without suffixes."""
    title: str
    sections: tuple[Section, ...]


def archives(data: Path) -> list[Path]:
    """List the training archives of the data folder, by name.

    Raises:
        CorpusError: There are none.
    """
    found = sorted((data / "train").glob("*.tar.xz"))
    if not found:
        raise CorpusError(f"{data / 'train'}: no *.tar.xz archives; name the data folder: --data")
    return found


def read_archive(path: Path, seen: SeenText) -> Iterator[CleanDocument]:
    """Read the Markdown files of one archive, by name, without unpacking it to disk.

    Only regular files with a sound relative path and size are read; links are not followed.
    Paragraphs with fewer than eight Chinese characters, and those that ``seen`` knows, are dropped.
    """
    source = path.name.removesuffix(".tar.xz")
    for name, text in sorted(_markdown_files(path)):
        page = read_markdown(text, name=PurePosixPath(name).stem)
        sections = tuple(_clean_sections(page, seen))
        if sections:
            yield CleanDocument(source, fold(page.title), sections)


def passages(paragraphs: Iterable[str], *, longest: int = _PASSAGE_CHARS) -> Iterator[str]:
    """Cut consecutive paragraphs at sentence ends into passages of about ``longest`` characters.

    A passage grows until the next sentence would take it over that length; short paragraphs
    share one, joined by a line break.
    """
    grown = ""
    for paragraph in paragraphs:
        joint = "\n" if grown else ""
        for span in sentences(paragraph):
            sentence = paragraph[span.start : span.end]
            if grown and len(grown) + len(sentence) > longest:
                yield grown
                grown = joint = ""
            grown += joint + sentence
            joint = ""
    if grown:
        yield grown


def _markdown_files(path: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(path, "r:xz") as archive:
        for member in archive:
            if not _is_sound(member):
                continue
            stream = archive.extractfile(member)
            if stream is not None:
                yield member.name, stream.read().decode("utf-8", errors="replace")


def _is_sound(member: tarfile.TarInfo) -> bool:
    name = PurePosixPath(member.name)
    return (
        member.isreg()
        and name.suffix.lower() == ".md"
        and not name.is_absolute()
        and ".." not in name.parts
        and member.size <= _LARGEST_FILE
    )


def _clean_sections(page: Page, seen: SeenText) -> Iterator[Section]:
    for section in page.sections:
        folded = (fold(paragraph) for paragraph in section.paragraphs)
        kept = tuple(text for text in folded if _is_prose(text) and seen.add(text))
        if kept:
            yield Section(tuple(fold(heading) for heading in section.headings), kept)


def _is_prose(folded: str) -> bool:
    return sum(map(is_cjk, folded)) >= _FEWEST_CHINESE
