"""The numbers that Word puts before paragraphs, which stand in no text: 第一条, 1., (a), 2.1.

A paragraph, or its style, names a list and a level of it; ``numbering.xml`` says how that level is
counted and shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.corpus.numerals import numeral

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph

_PLACE = re.compile(r"%(\d)")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST_STYLE = 20
"""Styles that a style may stand on; more are a circle."""


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    space: str = " "
    is_legal: bool = False
    style: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    """What a paragraph's list is: others may go on counting where it ended."""

    counter: str
    levels: dict[int, _Level]
    begins_at: dict[int, int]
    """Where it begins anew instead, by level."""


@dataclass(slots=True)
class _Count:
    numbers: dict[int, int] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, name: str, found: _List, level: int) -> None:
        at = found.levels[level].start
        if level in found.begins_at and (name, level) not in self.begun:
            self.begun.add((name, level))
            self.numbers[level] = found.begins_at[level]
        elif level in self.numbers:
            self.numbers[level] += 1
        else:
            self.numbers[level] = at
        self.numbers = {deep: n for deep, n in self.numbers.items() if deep <= level}


class Numbering:
    """Counts the numbered paragraphs of a document, in their order."""

    def __init__(self, document: "Document") -> None:
        self._lists = _lists(document)
        self._counts: dict[str, _Count] = {}

    def label(self, paragraph: "Paragraph") -> str | None:
        """What Word shows before a paragraph, with the space after it.

        Returns:
            ``""`` for a list without numbers; ``None`` where the paragraph is of no list.
        """
        name, level = self._place(paragraph)
        found = self._lists.get(name)
        if found is None or level not in found.levels:
            return None if name in ("", "0") else ""
        count = self._counts.setdefault(found.counter, _Count())
        count.next(name, found, level)
        shown = found.levels[level]
        if shown.format in ("bullet", "none"):
            return ""
        label = _PLACE.sub(
            lambda place: _number(found, count, shown, int(place[1]) - 1), shown.text
        )
        return label + shown.space if label.strip() else ""

    def _place(self, paragraph: "Paragraph") -> tuple[str, int]:
        """The list and the level that a paragraph names, or its style, or what that stands on."""
        name, level = _named(paragraph._p.pPr)
        style = paragraph.style
        for _ in range(_DEEPEST_STYLE):
            if style is None or (name and level is not None):
                break
            of_style = _named(style.element.pPr)
            if not name and of_style[0]:
                name = of_style[0]
                level = self._level_of(name, style.style_id) if level is None else level
            level = of_style[1] if level is None else level
            style = getattr(style, "base_style", None)
        return name, level or 0

    def _level_of(self, name: str, style: str) -> int | None:
        levels = self._lists[name].levels if name in self._lists else {}
        return next((at for at, level in levels.items() if level.style == style), None)


def _number(found: _List, count: _Count, shown: _Level, level: int) -> str:
    own = found.levels.get(level, _Level())
    number = count.numbers.setdefault(level, own.start)
    return numeral(number, "decimal" if shown.is_legal else own.format)


def _named(properties: "BaseOxmlElement | None") -> tuple[str, int | None]:
    place = properties.find(f"{_W}numPr") if properties is not None else None
    if place is None:
        return "", None
    level = _value(place, "ilvl")
    return _value(place, "numId"), int(level) if level.isdecimal() else None


def _lists(document: "Document") -> dict[str, _List]:
    from docx.opc.constants import RELATIONSHIP_TYPE

    try:
        root = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element  # type: ignore[attr-defined]
    except (KeyError, AttributeError):
        return {}
    known = {
        abstract.get(f"{_W}abstractNumId", ""): abstract
        for abstract in root.iterfind(f"{_W}abstractNum")
    }
    by_style = {
        _value(abstract, "styleLink"): name
        for name, abstract in known.items()
        if _value(abstract, "styleLink")
    }
    found = {}
    for entry in root.iterfind(f"{_W}num"):
        counter = _value(entry, "abstractNumId")
        if counter in known:
            counter = by_style.get(_value(known[counter], "numStyleLink"), counter)
            levels = dict(_levels(known[counter]))
            found[entry.get(f"{_W}numId", "")] = _overridden(counter, levels, entry)
    return found


def _levels(element: "BaseOxmlElement") -> Iterator[tuple[int, _Level]]:
    for level in element.iterfind(f"{_W}lvl"):
        start = _value(level, "start")
        yield (
            int(level.get(f"{_W}ilvl", "0")),
            _Level(
                start=int(start) if start.isdecimal() else 1,
                format=_value(level, "numFmt") or "decimal",
                text=_value(level, "lvlText"),
                space="" if _value(level, "suff") == "nothing" else " ",
                is_legal=level.find(f"{_W}isLgl") is not None,
                style=_value(level, "pStyle"),
            ),
        )


def _overridden(counter: str, levels: dict[int, _Level], entry: "BaseOxmlElement") -> _List:
    begins_at: dict[int, int] = {}
    for override in entry.iterfind(f"{_W}lvlOverride"):
        levels |= dict(_levels(override))
        start = _value(override, "startOverride")
        if start.isdecimal():
            begins_at[int(override.get(f"{_W}ilvl", "0"))] = int(start)
    return _List(counter, levels, begins_at)


def _value(element: "BaseOxmlElement", name: str) -> str:
    child = element.find(f"{_W}{name}")
    return (child.get(f"{_W}val") or "") if child is not None else ""
