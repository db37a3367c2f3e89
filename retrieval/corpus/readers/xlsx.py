"""Workbooks, by openpyxl: each row is text of its own, under its sheet and its number."""

import datetime
from collections.abc import Iterable
from io import BytesIO

from retrieval.corpus.building import TextBuilder
from retrieval.corpus.items import Reading
from retrieval.corpus.packing import check_package
from retrieval.corpus.readers import ReadLimits
from retrieval.corpus.rows import add_rows
from retrieval.errors import CorpusError


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read the visible sheets; formulas show the values they were saved with.

    Raises:
        CorpusError: It is damaged, or unpacks to more than the limits allow.
    """
    from openpyxl import load_workbook

    check_package(raw, limits)
    try:
        book = load_workbook(BytesIO(raw), read_only=True, data_only=True)
    except Exception as error:
        raise CorpusError(f"damaged ({error})") from None
    builder = TextBuilder()
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                builder.notes.append(f"sheet {sheet.title!r} is hidden")
                continue
            add_rows(builder, sheet.title, map(_shown, sheet.iter_rows(values_only=True)), limits)
    finally:
        book.close()
    return builder.reading("XLSX")


def _shown(cells: Iterable[object]) -> list[str]:
    return [_text(cell) for cell in cells]


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "✓" if cell else ""
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case float():
            return f"{cell:.15g}"
        case datetime.datetime() if cell.time() == datetime.time():
            return cell.date().isoformat()
        case datetime.datetime():
            return cell.isoformat(" ", "minutes")
        case _:
            return str(cell)
