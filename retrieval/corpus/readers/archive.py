"""ZIP archives: each file in them is a source of its own, read by `retrieval.corpus.files`."""

from retrieval.corpus.items import Reading
from retrieval.corpus.readers import ReadLimits
from retrieval.errors import CorpusError


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Refuse an archive that stands in another.

    Raises:
        CorpusError: Always.
    """
    raise CorpusError("an archive in an archive; unpack it")
