"""Finds what Telegram makes clickable by itself: mentions, commands, hashtags, links."""

import re
import unicodedata
from collections.abc import Iterator

from bot.simulator.markup.entities import EntityType, Mark
from bot.simulator.markup.unseen import find_unseen
from bot.simulator.markup.urls import find_urls

_MENTION = re.compile(r"@[A-Za-z0-9_]+")
_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]+)(?:@(?P<bot>[A-Za-z0-9_]*))?")
_CASHTAG = re.compile(r"\$(?:1INCH|[A-Z]+)")
_TAGS_CHAT = re.compile(r"@[A-Za-z0-9_]{3,32}")
_CASHTAGS_CHAT = re.compile(r"@[A-Za-z0-9_]{3,32}(?![A-Za-z0-9_])")
_MENTION_SIZES = range(4, 33)
_SHORT_MENTIONS = frozenset({"gif", "nft", "pic", "ufc", "vid"})
_COMMAND_SIZES = range(1, 65)
_SUFFIX_SIZES = range(3, 33)
_CASHTAG_SIZES = range(1, 9)
_LONGEST_HASHTAG = 256


def find_marks(text: str) -> list[Mark]:
    """Return automatic marks in order; of two that overlap the first one wins."""
    found = [*_mentions(text), *_commands(text), *_hashtags(text), *_cashtags(text)]
    found += [
        Mark(EntityType.EMAIL if is_email else EntityType.URL, start, end)
        for start, end, is_email in find_urls(text)
    ]
    unseen = [Mark(EntityType.CODE, start, end) for start, end in find_unseen(text)]
    # Longer first at the same place, mentions before commands and so on: the order above.
    kept: list[Mark] = []
    for mark in sorted([*found, *unseen], key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return [mark for mark in kept if mark not in unseen]


def _is_word(character: str) -> bool:
    category = unicodedata.category(character) if character else ""
    return category[:1] == "L" or category in ("Nd", "Nl", "No") or character == "_"


def _is_hashtag_letter(character: str) -> bool:
    if not character:
        return False
    category = unicodedata.category(character)
    special = character in "_\u200c\u00b7" or "\u0d80" <= character <= "\u0dff"
    return special or category[:1] == "L" or category == "Nd"


def _mentions(text: str) -> Iterator[Mark]:
    for match in _MENTION.finditer(text):
        start, end = match.span()
        name = match[0][1:]
        if _is_word(text[start - 1 : start]) or _is_word(text[end : end + 1]):
            continue
        if len(name) in _MENTION_SIZES or name.lower() in _SHORT_MENTIONS:
            yield Mark(EntityType.MENTION, start, end)


def _commands(text: str) -> Iterator[Mark]:
    for match in _COMMAND.finditer(text):
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if any(_is_word(c) or (c and c in "/<>") for c in (before, after)):
            continue
        suffix = match["bot"]
        if suffix is not None and len(suffix) not in _SUFFIX_SIZES:
            continue
        if len(match["name"]) in _COMMAND_SIZES:
            yield Mark(EntityType.BOT_COMMAND, start, end)


def _hashtags(text: str) -> Iterator[Mark]:
    position = text.find("#")
    while position >= 0:
        end = position + 1
        while _is_hashtag_letter(text[end : end + 1]):
            end += 1
        if _is_hashtag_letter(text[position - 1 : position] if position else ""):
            position = text.find("#", position + 1)
            continue
        body = text[position + 1 : min(end, position + 1 + _LONGEST_HASHTAG)]
        has_letter = any(unicodedata.category(character)[0] == "L" for character in body)
        stop = position + 1 + len(body)
        if body and stop == end and (chat := _TAGS_CHAT.match(text, end)) is not None:
            stop = end = chat.end()
        if has_letter and text[end : end + 1] != "#":
            yield Mark(EntityType.HASHTAG, position, stop)
        position = text.find("#", end)


def _cashtags(text: str) -> Iterator[Mark]:
    for match in _CASHTAG.finditer(text):
        start, end = match.span()
        if end - start - 1 not in _CASHTAG_SIZES:
            continue
        if (chat := _CASHTAGS_CHAT.match(text, end)) is not None:
            end = chat.end()
        neighbours = (text[start - 1 : start] if start else "", text[end : end + 1])
        if not any(_is_hashtag_letter(c) or c == "$" for c in neighbours):
            yield Mark(EntityType.CASHTAG, start, end)
