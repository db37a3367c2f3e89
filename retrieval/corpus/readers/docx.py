"""Word documents, by python-docx: headings by their styles, lists, tables by rows."""

import re
from io import BytesIO
from typing import TYPE_CHECKING

from retrieval.corpus.building import TextBuilder
from retrieval.corpus.items import Reading
from retrieval.corpus.packing import check_package
from retrieval.corpus.readers import ReadLimits
from retrieval.errors import CorpusError

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_LIST = re.compile(r"list|列表|列出段落", re.IGNORECASE)
_OUTLINE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}outlineLvl"
_VALUE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}val"


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read a Word document; heads and feet of its pages are left out.

    Raises:
        CorpusError: It is damaged, or unpacks to more than the limits allow.
    """
    from docx import Document
    from docx.table import Table

    check_package(raw, limits)
    try:
        document = Document(BytesIO(raw))
    except Exception as error:
        raise CorpusError(f"damaged ({error})") from None
    builder = TextBuilder()
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            builder.table(_rows(block))
        else:
            _add_paragraph(builder, block)
    return builder.reading("DOCX")


def _add_paragraph(builder: TextBuilder, paragraph: "Paragraph") -> None:
    style = (paragraph.style.name if paragraph.style else "") or ""
    properties = paragraph._p.pPr
    is_numbered = properties is not None and properties.numPr is not None
    if level := _level(paragraph, style):
        builder.heading(level, paragraph.text)
    elif is_numbered or _LIST.search(style):
        builder.entry(paragraph.text)
    else:
        builder.paragraph(paragraph.text)


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
