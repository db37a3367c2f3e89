"""Raw text and formatting -> the text and entities that Telegram stores."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.simulator.errors import bad_request
from bot.simulator.markup.automatic import find_marks
from bot.simulator.markup.cleaning import clean, is_blank, spoiled, trim
from bot.simulator.markup.entities import (
    AUTOMATIC,
    PREFORMATTED,
    QUOTES,
    Entity,
    EntityType,
    FormattedText,
    Mark,
    to_entities,
    to_marks,
    utf16_length,
)
from bot.simulator.markup.html import MarkupError, parse_html
from bot.simulator.markup.layering import add_automatic, untangle

_MOST_ENTITIES = 100
_LONGEST_RAW_TEXT = 32768

Warn = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class RawText:
    """A text as a bot sends it."""

    text: str
    parse_mode: str = ""
    entities: tuple[Entity, ...] = ()


def format_text(raw: RawText, *, limit: int, warn: Warn) -> FormattedText:
    """Turn what a bot sends into what Telegram stores.

    Args:
        raw: The text and its parse mode or entities.
        limit: Most characters after parsing.
        warn: Called with (rule, detail) for what Telegram accepts and then spoils silently.

    Raises:
        ApiError: If Telegram would refuse the text.
    """
    if len(raw.text.encode("utf-8", "surrogatepass")) > _LONGEST_RAW_TEXT:
        raise bad_request("text is too long")
    text, marks = _parse(raw, warn)
    _warn_of_marks(marks, warn)
    formatted, added = _finish(text, marks[:_MOST_ENTITIES])
    if len(formatted.text) > limit:
        raise bad_request("message is too long")
    if utf16_length(formatted.text) > limit:
        warn("long in UTF-16", "some clients count this text as too long")
    if spoiled(text):
        warn("characters changed", ascii(spoiled(text)))
    for mark in added:
        warn("automatic entity", f"{mark.type}: {formatted.text[mark.start : mark.end]}")
    return formatted


def format_plain(text: str) -> FormattedText:
    """Return what Telegram makes of a text that a person types.

    Raises:
        ApiError: If nothing of it is visible.
    """
    return _finish(text, [])[0]


def _parse(raw: RawText, warn: Warn) -> tuple[str, list[Mark]]:
    if any("\ud800" <= character <= "\udfff" for character in raw.text):
        raise bad_request("strings must be encoded in UTF-8")
    mode = raw.parse_mode.lower()
    if mode == "html":
        try:
            parsed = parse_html(raw.text)
        except MarkupError as error:
            raise bad_request(f"can't parse entities: {error}") from None
        for address in parsed.dropped_links:
            warn("dropped link", address)
        return parsed.text, list(parsed.marks)
    if mode in ("markdown", "markdownv2"):
        raise bad_request(f"the simulator knows no parse_mode {raw.parse_mode}, only HTML")
    if mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    try:
        return raw.text, to_marks(raw.text, raw.entities)
    except ValueError as error:
        raise bad_request(str(error)) from None


def _warn_of_marks(marks: Sequence[Mark], warn: Warn) -> None:
    if len(marks) > _MOST_ENTITIES:
        warn("too many entities", f"{len(marks)}; Telegram keeps the first {_MOST_ENTITIES}")
    for index, outer in enumerate(marks):
        inside = _inside(outer, itertools.islice(marks, index + 1, None))
        if outer.type in PREFORMATTED and inside:
            warn("entity inside code", f"{inside[0].type} inside {outer.type}")
        if outer.type in QUOTES and any(mark.type in QUOTES for mark in inside):
            warn("nested blockquote", f"at character {outer.start}")


def _inside(outer: Mark, following: Iterable[Mark]) -> list[Mark]:
    return list(itertools.takewhile(lambda mark: mark.start < outer.end, following))


def _finish(text: str, marks: Sequence[Mark]) -> tuple[FormattedText, list[Mark]]:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise bad_request("strings must be encoded in UTF-8")
    # Marks may only name what a user can set; the server finds the others itself.
    own = [mark for mark in marks if mark.type not in AUTOMATIC and mark.end > mark.start]
    text, own = clean(text, untangle(own))
    own = untangle(own)
    if is_blank(text):
        raise bad_request("text must be non-empty")
    text, own = trim(text, own)
    merged = add_automatic(own, find_marks(text))
    added = [mark for mark in merged if _is_unwanted(mark)]
    return FormattedText(text, to_entities(text, merged)), added


def _is_unwanted(mark: Mark) -> bool:
    return mark.type in (EntityType.MENTION, EntityType.URL, EntityType.EMAIL)
