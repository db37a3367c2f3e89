"""Pages of answers -> Telegram HTML and keyboards.

Pure, and under every limit of Telegram by construction.

Telegram makes links, mentions and commands of what looks like one. In quoted text that is an
accident, so a word joiner (U+2060, invisible) is put where it stops Telegram and nobody sees it.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup
from telegram.constants import MessageLimit, ParseMode

from bot.keyboards import Focus, answer_keyboard
from bot.library import Page
from bot.texts import Texts
from retrieval.answer import Context
from retrieval.index.store import DocumentEntry
from retrieval.types import Answer, Citation, Excerpt, Span

_JOINER = "\u2060"
_TAKEN_OUT = re.compile("[\u2028-\u202e\u0333\u033f\u030a]")
"""Line separators, embeddings, some combining marks (td, ``misc.cpp``, ``clean_input_string``)."""
_TURNING = frozenset({"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})
"""Classes of signs that change the direction of text."""
_ACCIDENTS = re.compile(
    r"[@#$/](?=\w)"  # mentions, hashtags, cashtags, commands
    r"|(?<=[^\W\d_])[.:](?=[\w/])|(?<=\d)\.(?=[^\W\d_])"  # domains, files, http://
    r"|(?<=\d)\.(?=\d+\.\d)"  # addresses such as 192.168.0.1; 21.7 stays as it is
    r"|(?<=\d{4})[ -]?(?=\d{4})"  # card numbers
)
_SIZES = ((3000, 100), (2000, 60), (1000, 40), (500, 20))
"""Characters of quoted text in a message, and of each title, heading and file name: the first that
fits is taken; the last fits ten excerpts of characters that count twice."""
_LONGEST_RAW = 32768
"""Bytes of HTML that Telegram reads (telegram-bot-api, ``Client.cpp``)."""
_TAG = re.compile(r"</?[a-z][^>]*>")
_FOLDED_FROM = 90
"""A quotation of more characters folds, except the first: it is what was asked for."""
_LONGEST_SUBJECT = 120
"""Characters of the sentence that is shown before an excerpt that begins with «他», «该区»."""
_ALSO = 2
"""Other places of nearly the same text that are named."""
_NEAREST = 2
"""Titles named where nothing answers."""
_LISTED = 30
"""Documents that are listed in one message."""
_LISTED_NAME = 50
"""Characters of their titles and file names."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to send, in Telegram's HTML."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    parse_mode: ParseMode | None = ParseMode.HTML


def render_page(page: Page, texts: Texts, focus: Focus | None = None) -> Rendered:
    """Render excerpts, best first, each as a quotation followed by its citation.

    Args:
        page: What is shown; it holds at least one excerpt.
        texts: What the bot says.
        focus: ``None`` puts the first excerpt in focus, with nothing round it.
    """
    drafts = (_body(page, texts, focus, *sizes) for sizes in _SIZES)
    text = next((draft for draft in drafts if _fits(draft)), texts.failed)
    return Rendered(text, answer_keyboard(page, texts, focus))


def render_passage(focus: Focus, texts: Texts) -> Rendered:
    """Render one passage by itself: what a citation points at."""
    return render_page(single(focus.context), texts, focus)


def single(context: Context) -> Page:
    """A page of one passage, the whole of it marked."""
    passage = context.passage
    citation = Citation(passage.title, passage.heading, passage.source, passage.page, passage.spans)
    marked = Span(0, len(passage.text))
    excerpt = Excerpt(passage.id, passage.text, marked, citation, 0.0, 1.0)
    answer = Answer("", True, 1.0, 0.0, 0.0, (excerpt,), "", 0.0)
    return Page(answer, (excerpt,), 0, has_more=False)


def render_silence(answer: Answer, texts: Texts, *, names_nearest: bool) -> Rendered:
    """Say that the documents do not say; where it helps, with the titles that come nearest."""
    titles = list(dict.fromkeys(e.citation.title for e in answer.excerpts if e.citation.title))
    if not names_nearest or not titles:
        return Rendered(texts.silent)
    nearest = " ".join(_title(title, _LISTED_NAME) for title in titles[:_NEAREST])
    return Rendered(f"{texts.silent}\n{texts.nearest.format(titles=nearest)}")


def render_file_caption(title: str, page: int | None, texts: Texts) -> str:
    """What stands under a document that is sent: its title, and the page that was cited."""
    parts = [_title(title, _LISTED_NAME)] if title else []
    if page is not None:
        parts.append(texts.page.format(page=page))
    return " · ".join(parts)


def render_sources(documents: Sequence[DocumentEntry], texts: Texts) -> Rendered:
    """Render the list of documents."""
    lines = [texts.sources.format(count=len(documents))]
    lines += [
        f"• {_title(document.title, _LISTED_NAME)}  {_source(document.source, _LISTED_NAME)}"
        for document in documents[:_LISTED]
    ]
    if len(documents) > _LISTED:
        lines.append(texts.sources_more.format(count=len(documents) - _LISTED))
    return Rendered("\n".join(lines))


def quote(text: str) -> str:
    """Escape foreign text for Telegram's HTML, and keep it from becoming links or pings."""
    return html.escape(_ACCIDENTS.sub(_stop, _cleaned(text)), quote=False)


def plain(text: str) -> str:
    """What is left of Telegram's HTML when the formatting is gone."""
    return html.unescape(_TAG.sub("", text))


def _fits(text: str) -> bool:
    units = len(plain(text).encode("utf-16-le", "surrogatepass")) // 2
    return units <= MessageLimit.MAX_TEXT_LENGTH and len(text.encode()) <= _LONGEST_RAW


def _body(page: Page, texts: Texts, focus: Focus | None, quoted: int, named: int) -> str:
    unfolded = focus if focus and (focus.press.before or focus.press.after) else None
    rooms = _rooms(page.excerpts, unfolded, quoted)
    parts = [heading] if (heading := _heading(page, texts)) else []
    for number, (excerpt, room) in enumerate(zip(page.excerpts, rooms, strict=True), start=1):
        shown = unfolded if unfolded and unfolded.press.passage_id == excerpt.passage_id else None
        quotation = _quotation(excerpt, room, shown, folds=number > 1)
        where = _citation(excerpt.citation, texts, named) + _also(excerpt, texts, named)
        parts.append(f"{quotation}\n{number}. {where}")
    return "\n\n".join(parts)


def _heading(page: Page, texts: Texts) -> str:
    if page.number or page.answer.tentative:
        return texts.weaker
    return texts.lexical if page.is_lexical else ""


def _rooms(excerpts: Sequence[Excerpt], unfolded: Focus | None, quoted: int) -> list[int]:
    """Characters for each excerpt; one with text round it takes most."""
    if unfolded is None:
        return [quoted // len(excerpts)] * len(excerpts)
    others = quoted // (3 * len(excerpts))
    return [
        quoted - others * (len(excerpts) - 1)
        if excerpt.passage_id == unfolded.press.passage_id
        else others
        for excerpt in excerpts
    ]


def _stop(match: re.Match[str]) -> str:
    sign = match.group()
    # Before a dot, after any other sign: where Telegram's parser gives up.
    return _JOINER + sign if sign in (".", ":") else sign + _JOINER


def _quotation(excerpt: Excerpt, room: int, shown: Focus | None, *, folds: bool) -> str:
    window = _window(excerpt.text, excerpt.marked, room)
    marked = excerpt.marked
    before = excerpt.text[window.start : marked.start]
    answer = excerpt.text[marked.start : min(marked.end, window.end)]
    after = excerpt.text[marked.end : window.end]
    opening, closing = _seam(before, answer), _seam(answer, after)
    text = f"{quote(before)}{opening}<b>{quote(answer)}</b>{closing}{quote(after)}"
    text = ("…" if window.start else "") + text + ("…" if window.end < len(excerpt.text) else "")
    if excerpt.before and not window.start and not shown:
        subject = excerpt.before[-_LONGEST_SUBJECT:]
        text = f"{quote(subject)}{_seam(subject, excerpt.text)}{text}"
    if shown:
        text = _surrounded(text, max(room - (window.end - window.start), 0), shown.context)
        text = _isolated(text)
        return f"<blockquote>{text}</blockquote>"
    text = _isolated(text)
    expandable = " expandable" if folds and len(excerpt.text) > _FOLDED_FROM else ""
    return f"<blockquote{expandable}>{text}</blockquote>"


def _surrounded(text: str, room: int, context: Context) -> str:
    """A quotation with what stands before and after it, the nearest characters first."""
    half = room // 2
    before = context.before[-half:] if half else ""
    after = context.after[: room - min(len(before), half)]
    return f"{quote(before)}\n{text}\n{quote(after)}".strip("\n")


def _seam(left: str, right: str) -> str:
    """What keeps a sign at the end of one part from meeting the word that begins the next."""
    accident = f"{left[-1:]}{right[:1]}"
    ends = left.endswith(("@", "#", "$", "/", ".", ":"))
    return _JOINER if ends or _ACCIDENTS.search(accident) else ""


def _window(text: str, marked: Span, room: int) -> Span:
    """As much of a text as there is room for, round its marked part."""
    if len(text) <= room:
        return Span(0, len(text))
    start = max(0, min(marked.start - (room - (marked.end - marked.start)) // 2, marked.start))
    return Span(start, min(start + room, len(text)))


def _citation(citation: Citation, texts: Texts, named: int) -> str:
    parts = [_title(citation.title, named)] if citation.title else []
    if citation.heading:
        parts.append(quote(_short(citation.heading, named)))
    if citation.page is not None:
        parts.append(texts.page.format(page=citation.page))
    if citation.outdated:
        parts.append(texts.source_changed)
    return " · ".join([*parts, _source(citation.source, named)])


def _also(excerpt: Excerpt, texts: Texts, named: int) -> str:
    """Where nearly the same stands too."""
    places = [_source(citation.source, named) for citation in excerpt.also[:_ALSO]]
    return " · " + texts.also.format(places=", ".join(places)) if places else ""


def _title(title: str, named: int) -> str:
    return f"<i>《{_isolated(quote(_short(title, named)))}》</i>"


def _source(path: str, named: int) -> str:
    # Telegram makes no links inside code, so the name can be copied as it is.
    return f"<code>{_isolated(html.escape(_cleaned(_short(path, named)), quote=False))}</code>"


def _cleaned(text: str) -> str:
    """A text without what Telegram takes out of it: then limits are counted rightly."""
    if "\u030a" in text:
        text = unicodedata.normalize("NFC", text)  # a ring of its own is taken out, «å» is not
    return _TAKEN_OUT.sub("", text)


def _isolated(text: str) -> str:
    """A text that runs from right to left somewhere, kept from turning round what follows it."""
    if not any(unicodedata.bidirectional(sign) in _TURNING for sign in text):
        return text
    open_ = sum(sign in "\u2066\u2067\u2068" for sign in text) - text.count("\u2069")
    closing = "\u2069" * (1 + max(open_, 0))
    return f"\u2068{text}{closing}"


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
