"""Plain text."""

from retrieval.corpus.encodings import decode
from retrieval.corpus.items import Reading
from retrieval.corpus.lines import read_lines
from retrieval.corpus.outline import outlined
from retrieval.corpus.readers import ReadLimits
from retrieval.corpus.running import without_running


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read a text file; headings are found in it."""
    text, encoding = decode(raw)
    items, notes = without_running(list(read_lines(text)))
    return Reading(text, tuple(outlined(items)), encoding, notes=notes)
