"""Markdown -> prose: what a reader would read, under its headings."""

import re
from dataclasses import dataclass

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,}).*?^[ \t>]*\1[ \t]*$", re.DOTALL | re.MULTILINE)
_FORMULA = re.compile(r"\$\$.*?\$\$|\\\[.*?\\\]", re.DOTALL)

_FIRST_TITLE = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"^[\s\-=_*|:+]*$")
_MARKERS = re.compile(r"^(?:\s*(?:>|[-*+](?=\s)|\d+[.)](?=\s)|\?{3}\+?|!{3}|={3}))*\s*")
_DROPPED_LINE = re.compile(r"^\s*(?:\{[{%].*[}%]\}|\[!(?i:include).*|:::.*|:[\w-]+:`.*`)\s*$")

# What is left of inline marks, in this order.
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\{\{[<#%{].*?\}\}|\{%.*?%\}"), ""),
    (re.compile(r"\[!include[^\]]*\](?:\([^)]*\))?", re.IGNORECASE), ""),
    (re.compile(r"\[!(?:NOTE|TIP|WARNING|IMPORTANT|CAUTION)\]", re.IGNORECASE), ""),
    (re.compile(r"!\[[^\]]*\]\([^)]*\)(?:\{[^}]*\})?"), ""),
    (re.compile(r"\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"\[\^[^\]]*\]:?"), ""),
    (re.compile(r"<https?://[^>]*>|https?://[^\s)）。，]+"), ""),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), ""),
    (re.compile(r"&(?:nbsp|lt|gt|amp|quot|#\d+);"), " "),
    (re.compile(r":(?:eq|num)?(?:ref|label|cite\w*):`[^`]*`"), ""),
    (re.compile(r"\$[^$\n]*\\[^$\n]*\$"), ""),
    (re.compile(r"\$([^$\n]{1,80})\$"), r"\1"),
    (re.compile(r"\{#[\w-]+\}"), ""),
    (re.compile(r"\*\*|__|~~|`+"), ""),
    (re.compile(r"(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])"), ""),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!<>|-])"), r"\1"),
    (re.compile(r"\s*\|\s*"), " "),
    (re.compile(r"[ \t\u3000]+"), " "),
)


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs under one heading path, widest heading first, without the title."""

    headings: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file as prose."""

    title: str
    sections: tuple[Section, ...]


def read_markdown(text: str, *, name: str) -> Page:
    """Read one file; ``name`` is its title if it gives none."""
    text = text.replace("\r\n", "\n").lstrip("\ufeff")
    front = _FRONT_MATTER.match(text)
    title = ""
    if front:
        found = _TITLE.search(front.group(1))
        title = clean_inline(found.group(1)) if found else ""
        text = text[front.end() :]
    for pattern in (_COMMENT, _SCRIPT, _FENCE, _FORMULA):
        text = pattern.sub("\n", text)
    heading = _FIRST_TITLE.search(text)
    if heading and not title:
        title = clean_inline(heading.group(1))
    sections = _sections(text)
    kept = tuple(_without_title(section, title) for section in sections if section.paragraphs)
    return Page(title or name, kept)


def clean_inline(line: str) -> str:
    """Remove marks from one line: links give their words, pictures nothing."""
    for pattern, replacement in _INLINE:
        line = pattern.sub(replacement, line)
    return line.strip()


def _sections(text: str) -> list[Section]:
    reading = _Reading()
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if heading:
            reading.enter(len(heading.group(1)), clean_inline(heading.group(2)))
        elif _RULE.match(line) or _DROPPED_LINE.match(line):
            reading.end_paragraph()
        else:
            reading.add(line)
    reading.end_section()
    return reading.sections


class _Reading:
    """Sections read so far, and the lines of the paragraph that is being read."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._path: list[tuple[int, str]] = []
        self._paragraphs: list[str] = []
        self._lines: list[str] = []

    def enter(self, level: int, name: str) -> None:
        """Begin the section under a heading."""
        self.end_section()
        self._path = [*(step for step in self._path if step[0] < level), (level, name)]

    def add(self, line: str) -> None:
        """Read a line of prose; one that a list or table marks begins a paragraph."""
        bare, is_marked = _without_markers(line)
        if is_marked:
            self.end_paragraph()
        if cleaned := clean_inline(bare):
            self._lines.append(cleaned)

    def end_paragraph(self) -> None:
        """Keep the lines read since the last paragraph as one."""
        if self._lines:
            self._paragraphs.append(_join(self._lines))
            self._lines = []

    def end_section(self) -> None:
        """Keep the paragraphs read since the last heading as one section."""
        self.end_paragraph()
        headings = tuple(name for _, name in self._path)
        self.sections.append(Section(headings, tuple(self._paragraphs)))
        self._paragraphs = []


def _without_markers(line: str) -> tuple[str, bool]:
    """Remove list and quotation marks; say whether there were any."""
    match = _MARKERS.match(line)
    marks = match.group().strip() if match else ""
    return line[match.end() if match else 0 :], bool(marks.strip(">")) or line.startswith("|")


def _join(lines: list[str]) -> str:
    """Join the lines of a paragraph: with a space only where a latin word ends or begins."""
    joined = lines[0]
    for line in lines[1:]:
        apart = joined[-1].isascii() or line[0].isascii()
        joined += (" " if apart else "") + line
    return joined


def _without_title(section: Section, title: str) -> Section:
    if section.headings and section.headings[0] == title:
        return Section(section.headings[1:], section.paragraphs)
    return section
