"""Electronic books: the chapters, in the order in which they are read."""

import posixpath
from typing import Any
from urllib.parse import unquote

from retrieval.corpus.building import TextBuilder
from retrieval.corpus.encodings import decode
from retrieval.corpus.items import Reading
from retrieval.corpus.packing import open_package, unpack
from retrieval.corpus.readers import ReadLimits
from retrieval.corpus.readers.html import add_element, parse
from retrieval.errors import CorpusError

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html")


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read a book.

    Raises:
        CorpusError: It is encrypted, damaged, or unpacks to more than the limits allow.
    """
    builder = TextBuilder()
    left = limits.megabytes * 1_000_000
    with open_package(raw) as package:
        container = _xml(unpack(package, _CONTAINER, left))
        root = container.find(".//{*}rootfile")
        if root is None:
            raise CorpusError("damaged (it names no book)")
        book = root.get("full-path", "")
        description = _xml(unpack(package, book, left))
        builder.heading(1, description.findtext(".//{*}metadata/{*}title") or "")
        for name in _chapters(description, posixpath.dirname(book)):
            chapter = unpack(package, name, left)
            left -= len(chapter)
            page = parse(decode(chapter).text)
            body = page.find(".//body")
            add_element(builder, page if body is None else body)
    return builder.reading("EPUB")


def _chapters(description: Any, folder: str) -> list[str]:
    items = {
        item.get("id"): item.get("href", "")
        for item in description.iterfind(".//{*}manifest/{*}item")
        if item.get("media-type") in _PAGES
    }
    named = (item.get("idref") for item in description.iterfind(".//{*}spine/{*}itemref"))
    pages = (unquote(items[name]) for name in named if name in items)
    return [posixpath.normpath(posixpath.join(folder, page)) for page in pages]


def _xml(raw: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise CorpusError(f"damaged ({error})") from None
