"""Web pages, by lxml: the main text, without what leads to other pages."""

import re
from collections.abc import Iterator
from typing import Any

from retrieval.corpus.building import TextBuilder, squeeze
from retrieval.corpus.encodings import Decoded, decode
from retrieval.corpus.items import Reading
from retrieval.corpus.readers import ReadLimits
from retrieval.errors import CorpusError

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_HIDDEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "aside",
        "footer",
        "form",
        "button",
        "select",
        "iframe",
        "svg",
        "head",
    ]
)
_HIDDEN_ROLES = frozenset(["navigation", "banner", "contentinfo", "search", "complementary"])
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LINKS_SHARE = 0.7
_LINKS = 4
_DEEPEST = 200


def read(raw: bytes, limits: ReadLimits) -> Reading:
    """Read a web page.

    Raises:
        CorpusError: Its encoding cannot be told, or there is no page in it.
    """
    text, encoding = _decode(raw)
    builder = TextBuilder()
    root = parse(text)
    title = root.findtext(".//title") or ""
    main = _main(root)
    if title.strip() and not any(True for _ in main.iter("h1")):
        builder.heading(1, title)
    add_element(builder, main)
    return builder.reading(encoding)


def parse(text: str) -> Any:
    """Parse a page, however it is written.

    Raises:
        CorpusError: There is no page in it.
    """
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        body = _DECLARATION.sub("", text).encode("utf-8", "replace")
        return html.document_fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise CorpusError(f"no web page ({error})") from None


def add_element(builder: TextBuilder, element: Any) -> None:
    """Add the text of an element, block by block."""
    _Walk(builder).walk(element)


def _decode(raw: bytes) -> Decoded:
    """Believe what the page says of itself, where its bytes agree."""
    said = _CHARSET.search(raw[:4096])
    if said:
        codec = {"gb2312": "gb18030", "gbk": "gb18030"}.get(
            said[1].decode().lower(), said[1].decode()
        )
        try:
            return Decoded(raw.decode(codec).removeprefix("\ufeff"), codec.upper())
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(raw)


def _main(root: Any) -> Any:
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1 and len(squeeze(found[0].text_content())) > 100:
            return found[0]
    body = root.find(".//body")
    return root if body is None else body


class _Walk:
    """Goes through a page, and gathers the text between two blocks."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._inline: list[str] = []
        self._entry = False

    def walk(self, element: Any, depth: int = 0) -> None:
        self._walk(element, depth)
        self._end()

    def _walk(self, element: Any, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or depth > _DEEPEST or _is_hidden(element, tag):
            return
        if tag in _HEADINGS:
            self._end()
            self._builder.heading(_HEADINGS[tag], element.text_content())
        elif tag == "table" and not element.findall(".//table"):
            self._end()
            self._builder.table(list(_rows(element)))
        elif tag == "br":
            self._inline.append("\n")
        else:
            self._go_in(element, tag, depth)

    def _go_in(self, element: Any, tag: str, depth: int) -> None:
        is_block = tag in _BLOCKS
        if is_block:
            self._end()
            self._entry = tag in ("li", "dd")
        self._inline.append(element.text or "")
        for child in element:
            self._walk(child, depth + 1)
            self._inline.append(child.tail or "")
        if is_block:
            self._end()

    def _end(self) -> None:
        """End the block that was gathered."""
        text = "".join(self._inline)
        self._inline = []
        if self._entry:
            self._builder.entry(text)
        else:
            self._builder.paragraph(text)
        self._entry = False


def _is_hidden(element: Any, tag: str) -> bool:
    if tag in _HIDDEN or element.get("role") in _HIDDEN_ROLES or element.get("hidden") is not None:
        return True
    style = (element.get("style") or "").replace(" ", "").lower()
    if "display:none" in style or element.get("aria-hidden") == "true":
        return True
    return tag in ("ul", "ol", "div", "table", "p") and _only_links(element)


def _only_links(element: Any) -> bool:
    """Whether it is a list of links to other pages."""
    links = element.findall(".//a")
    if len(links) < _LINKS:
        return False
    linked = sum(len(squeeze(link.text_content())) for link in links)
    return linked > _LINKS_SHARE * len(squeeze(element.text_content()))


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter("tr"):
        yield [cell.text_content() for cell in row if cell.tag in ("td", "th")]
