"""The rows of a sheet -> text, each under the sheet's name and its number."""

from collections.abc import Iterable

from retrieval.corpus.building import TextBuilder
from retrieval.corpus.readers import ReadLimits

_ROW = "第{row}行"


def add_rows(
    builder: TextBuilder, sheet: str, rows: Iterable[list[str]], limits: ReadLimits
) -> None:
    """Add the rows of a sheet; the first that fills two columns names them.

    Args:
        builder: The text.
        sheet: The sheet's name, or ``""``.
        rows: Cells as they are shown.
        limits: How much is read; beyond it a note says so.
    """
    names: list[str] = []
    for number, cells in enumerate(rows, start=1):
        filled = [cell for cell in cells if cell.strip()]
        if not filled:
            continue
        if not names and len(filled) > 1:
            names = cells
            continue
        if builder.length > limits.characters:
            builder.notes.append(f"rows from {number} on were not read: the text is too long")
            return
        row = _ROW.format(row=number)
        builder.heading(2, f"{sheet} · {row}" if sheet else row, opens=False)
        builder.row(names, cells)
