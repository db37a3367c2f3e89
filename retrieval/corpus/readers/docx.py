"""Word documents, by python-docx: headings by their styles, lists with numbers, tables by rows."""

import re
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from retrieval.corpus.building import TextBuilder, squeeze
from retrieval.corpus.items import Reading
from retrieval.corpus.numbering import Numbering
from retrieval.corpus.packing import check_package
from retrieval.corpus.readers import ReadLimits
from retrieval.errors import CorpusError

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_LIST = re.compile(r"list|列表|列出段落", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
_CONTENTS = "Table of Contents"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OUTLINE = f"{_W}outlineLvl"
_VALUE = f"{_W}val"
_ID = f"{_W}id"
_NOTE_MARKS = (f"{_W}footnoteReference", f"{_W}endnoteReference")
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSHOWN = frozenset(
    [*(f"{_W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "txbxContent")), _FALLBACK]
)
_AROUND = frozenset(f"{_W}{name}" for name in ("ins", "moveTo", "customXml", "smartTag"))


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read a Word document; heads and feet of its pages are left out.

    Raises:
        CorpusError: It is damaged, or unpacks to more than the limits allow.
    """
    from docx import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    check_package(raw, limits)
    try:
        document = Document(BytesIO(raw))
    except Exception as error:
        raise CorpusError(f"damaged ({error})") from None
    builder = TextBuilder()
    numbering, notes = Numbering(document), _notes(document)
    for block in _blocks(document.element.body):
        if block.tag == f"{_W}tbl":
            builder.table(_rows(Table(block, document._body)))
        else:
            _add_paragraph(builder, Paragraph(block, document._body), numbering)
        for mark in block.iter(*_NOTE_MARKS):
            builder.entry(notes.get((mark.tag, mark.get(_ID, "")), ""))
    return builder.reading("DOCX")


def _notes(document: "WordDocument") -> dict[tuple[str, str], str]:
    """Footnotes and endnotes, by what marks them in the text and their number."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from lxml import etree

    found = {}
    for kind, mark in zip(
        (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES), _NOTE_MARKS, strict=True
    ):
        with suppress(KeyError, etree.XMLSyntaxError):
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(document.part.part_related_by(kind).blob, parser)
            for note in root:
                found[mark, note.get(_ID, "")] = " ".join("".join(_text(p)) for p in _blocks(note))
    return found


def _blocks(element: Any) -> Iterator[Any]:
    """Paragraphs and tables, those in content controls too, but no table of contents."""
    for child in element:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag == f"{_W}sdt":
            gallery = child.find(f".//{_W}docPartGallery")
            content = child.find(f"{_W}sdtContent")
            if content is not None and (gallery is None or gallery.get(_VALUE) != _CONTENTS):
                yield from _blocks(content)
        elif child.tag in _AROUND:
            yield from _blocks(child)


def _add_paragraph(builder: TextBuilder, paragraph: "Paragraph", numbering: Numbering) -> None:
    style = (paragraph.style.name if paragraph.style else "") or ""
    if _CONTENTS_STYLE.match(style):
        return
    text = squeeze("".join(_text(paragraph._p)))
    label = numbering.label(paragraph) if text else None
    numbered = f"{label or ''}{text}"
    if level := _level(paragraph, style):
        builder.heading(level, numbered)
    elif label is not None or _LIST.search(style):
        builder.entry(numbered)
    else:
        builder.paragraph(numbered)
    for box in _boxes(paragraph._p):
        for inner in _blocks(box):
            builder.paragraph("".join(_text(inner)))


def _text(element: Any) -> Iterator[str]:
    """What is shown of a paragraph: what was inserted, not what was deleted."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _UNSHOWN:
            yield from _text(child)


def _boxes(element: Any) -> Iterator[Any]:
    """Boxes of text that hang on a paragraph; each is there twice, for older programs too."""
    for child in element:
        if child.tag == f"{_W}txbxContent":
            yield child
        elif child.tag != _FALLBACK:
            yield from _boxes(child)


def _level(paragraph: "Paragraph", style: str) -> int:
    if style in ("Title", "标题"):
        return 1
    if heading := _HEADING.match(style):
        # A title stands above headings of level 1.
        return int(heading[1]) + 1
    properties = paragraph._p.pPr
    outline = properties.find(_OUTLINE) if properties is not None else None
    level = int(outline.get(_VALUE, "9")) if outline is not None else 9
    return level + 2 if level < 9 else 0


def _rows(table: "Table") -> list[list[str]]:
    """The cells of each row; one that spans several columns is told once."""
    rows = []
    for row in table.rows:
        cells: list[str] = []
        seen = set()
        for cell in row.cells:
            cells.append("" if cell._tc in seen else cell.text)
            seen.add(cell._tc)
        rows.append(cells)
    return rows
