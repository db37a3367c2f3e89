"""Plain text."""

from retrieval.corpus.encodings import decode
from retrieval.corpus.items import Reading
from retrieval.corpus.lines import read_lines
from retrieval.corpus.outline import outlined
from retrieval.corpus.readers import ReadLimits


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read a text file; headings are found in it."""
    text, encoding = decode(raw)
    return Reading(text, tuple(outlined(read_lines(text))), encoding)
