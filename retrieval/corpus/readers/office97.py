"""Office files of before 2007, and encrypted ones of today: both are one container, never read."""

from retrieval.corpus.items import Reading
from retrieval.corpus.readers import ReadLimits
from retrieval.errors import CorpusError


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Say what to do about it.

    Raises:
        CorpusError: Always.
    """
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise CorpusError("encrypted; save it without a password")
    raise CorpusError("an old Office format; save it as .docx, .xlsx or .pptx")
