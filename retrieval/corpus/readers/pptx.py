"""Presentations, by python-pptx: a slide is a page under its title."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from retrieval.corpus.building import TextBuilder
from retrieval.corpus.items import Reading
from retrieval.corpus.packing import check_package
from retrieval.corpus.readers import ReadLimits
from retrieval.errors import CorpusError


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read what stands on the slides; what is written under them for the speaker is not shown.

    Raises:
        CorpusError: It is damaged, or unpacks to more than the limits allow.
    """
    from pptx import Presentation

    check_package(raw, limits)
    try:
        slides = list(Presentation(BytesIO(raw)).slides)
    except Exception as error:
        raise CorpusError(f"damaged ({error})") from None
    builder = TextBuilder()
    for number, slide in enumerate(slides, start=1):
        if number > limits.pages:
            builder.notes.append(f"slides after {limits.pages} were not read")
            break
        builder.page()
        title = slide.shapes.title
        if title is not None:
            builder.heading(2, title.text_frame.text, opens=False)
        for shape in _shapes(slide.shapes):
            if title is None or shape.shape_id != title.shape_id:
                _add(builder, shape)
    return builder.reading("PPTX")


def _shapes(shapes: Any) -> Iterator[Any]:
    """The shapes of a slide from top to bottom, those of groups too."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _add(builder: TextBuilder, shape: Any) -> None:
    if getattr(shape, "has_table", False):
        builder.table([[cell.text for cell in row.cells] for row in shape.table.rows])
    elif shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            builder.entry("".join(run.text for run in paragraph.runs))
