"""Tables of values between commas, semicolons or tabs."""

import csv
import io

from retrieval.corpus.building import TextBuilder
from retrieval.corpus.encodings import decode
from retrieval.corpus.items import Reading
from retrieval.corpus.readers import ReadLimits
from retrieval.corpus.rows import add_rows
from retrieval.errors import CorpusError

_SAMPLE = 20_000
_DELIMITERS = ",;\t|"


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read a table of values.

    Raises:
        CorpusError: Its encoding cannot be told, or a value is absurdly long.
    """
    text, encoding = decode(raw)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:_SAMPLE], _DELIMITERS)
    except csv.Error:
        dialect = csv.excel_tab if "\t" in text[:_SAMPLE] else csv.excel
    builder = TextBuilder()
    try:
        add_rows(builder, "", csv.reader(io.StringIO(text, newline=""), dialect), limits)
    except csv.Error as error:
        raise CorpusError(f"damaged ({error})") from None
    return builder.reading(encoding)
