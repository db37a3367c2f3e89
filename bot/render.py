"""`Answer` -> Telegram HTML and keyboard. Pure, and under every limit of Telegram by construction.

Telegram makes links, mentions and commands of what looks like one. In quoted text that is an
accident, so a word joiner (U+2060, invisible) is put where it stops Telegram and nobody sees it.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import MessageLimit

from bot.buttons import Unfold
from bot.texts import Texts
from retrieval.index.store import DocumentEntry
from retrieval.types import Answer, Citation, Excerpt, Span

_JOINER = "\u2060"
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
_IN_A_ROW = 5
"""Buttons; more would be too narrow to read on a telephone."""
_LISTED = 30
"""Documents that are listed in one message."""
_LISTED_NAME = 50
"""Characters of their titles and file names."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to send, in Telegram's HTML."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True)
class Unfolded:
    """An excerpt shown with the text before and after it."""

    passage_id: str
    before: str
    after: str


def render_answer(answer: Answer, texts: Texts, unfolded: Unfolded | None = None) -> Rendered:
    """Render excerpts, best first, each as a quotation followed by its citation."""
    if not answer.answered:
        return Rendered(texts.silent)
    drafts = (_body(answer, texts, unfolded, *sizes) for sizes in _SIZES)
    text = next((draft for draft in drafts if _fits(draft)), texts.failed)
    return Rendered(text, _keyboard(answer, texts, unfolded))


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
    return html.escape(_ACCIDENTS.sub(_stop, text), quote=False)


def plain(text: str) -> str:
    """What is left of Telegram's HTML when the formatting is gone."""
    return html.unescape(_TAG.sub("", text))


def _fits(text: str) -> bool:
    units = len(plain(text).encode("utf-16-le", "surrogatepass")) // 2
    return units <= MessageLimit.MAX_TEXT_LENGTH and len(text.encode()) <= _LONGEST_RAW


def _body(answer: Answer, texts: Texts, unfolded: Unfolded | None, quoted: int, named: int) -> str:
    room = quoted // len(answer.shown)
    parts = []
    for number, excerpt in enumerate(answer.shown, start=1):
        shown = unfolded if unfolded and unfolded.passage_id == excerpt.passage_id else None
        quotation = _quotation(excerpt, room, shown, folds=number > 1)
        parts.append(f"{quotation}\n{number}. {_citation(excerpt.citation, texts, named)}")
    return "\n\n".join(parts)


def _stop(match: re.Match[str]) -> str:
    sign = match.group()
    # Before a dot, after any other sign: where Telegram's parser gives up.
    return _JOINER + sign if sign in (".", ":") else sign + _JOINER


def _quotation(excerpt: Excerpt, room: int, shown: Unfolded | None, *, folds: bool) -> str:
    window = _window(excerpt.text, excerpt.marked, room)
    marked = excerpt.marked
    before = excerpt.text[window.start : marked.start]
    answer = excerpt.text[marked.start : min(marked.end, window.end)]
    after = excerpt.text[marked.end : window.end]
    opening, closing = _seam(before, answer), _seam(answer, after)
    text = f"{quote(before)}{opening}<b>{quote(answer)}</b>{closing}{quote(after)}"
    text = ("…" if window.start else "") + text + ("…" if window.end < len(excerpt.text) else "")
    if shown:
        left = max((room - (window.end - window.start)) // 2, 0)
        earlier = shown.before[-left:] if left else ""
        text = f"{quote(earlier)}\n{text}\n{quote(shown.after[:left])}".strip("\n")
        return f"<blockquote>{text}</blockquote>"
    expandable = " expandable" if folds and len(excerpt.text) > _FOLDED_FROM else ""
    return f"<blockquote{expandable}>{text}</blockquote>"


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
    parts = [_title(citation.title, named)]
    if citation.heading:
        parts.append(quote(_short(citation.heading, named)))
    if citation.page is not None:
        parts.append(texts.page.format(page=citation.page))
    if citation.outdated:
        parts.append(texts.source_changed)
    return f"{' · '.join(parts)} · {_source(citation.source, named)}"


def _title(title: str, named: int) -> str:
    return f"<i>《{quote(_short(title, named))}》</i>"


def _source(path: str, named: int) -> str:
    # Telegram makes no links inside code, so the name can be copied as it is.
    return f"<code>{html.escape(_short(path, named), quote=False)}</code>"


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _keyboard(
    answer: Answer, texts: Texts, unfolded: Unfolded | None
) -> InlineKeyboardMarkup | None:
    buttons = []
    for number, excerpt in enumerate(answer.shown, start=1):
        is_open = unfolded is not None and unfolded.passage_id == excerpt.passage_id
        label = texts.context_close if is_open else texts.context
        press = Unfold(answer.generation, excerpt.passage_id, fold=is_open)
        buttons.append(InlineKeyboardButton(label.format(number=number), callback_data=press.data))
    rows = [buttons[start : start + _IN_A_ROW] for start in range(0, len(buttons), _IN_A_ROW)]
    return InlineKeyboardMarkup(rows)
