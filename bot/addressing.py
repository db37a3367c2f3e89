"""Message -> is it for us, and what is asked. Pure: nothing is sent, stored or awaited."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType, MessageEntityType


class Wish(Enum):
    """What a message wants of the bot."""

    START = "start"
    HELP = "help"
    SOURCES = "sources"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Request:
    """A message that is meant for the bot."""

    wish: Wish
    question: str
    """For `Wish.ASK`: the words, without command and mention; may be empty."""
    is_command: bool = False
    """Whether it was asked by ``/ask``: then small talk, too, gets a word."""
    is_quoted: bool = False
    """Whether the question is the message that was replied to."""


_COMMANDS = {
    "start": Wish.START,
    "help": Wish.HELP,
    "sources": Wish.SOURCES,
    "ask": Wish.ASK,
}


def read_request(message: Message, me: User) -> Request | None:
    """Tell whether a message addresses the bot, and what it asks.

    In private everything does. In a group: a command that names us or nobody, a mention in any
    case, or a reply to a message of ours. Other bots never do; an anonymous admin and a channel's
    identity, which Telegram also sends under a bot's name, do.
    """
    text = message.text or message.caption or ""
    if not text or _is_foreign(message, me):
        return None
    private = message.chat.type == ChatType.PRIVATE
    command = _leading_command(message, text)
    if command is not None:
        return _read_command(command, text, me, private=private)
    mentions = list(_mentions(message, text, me))
    if not (private or mentions or _replies_to_us(message, me)):
        return None
    question = _without(text, mentions)
    if mentions and not question and not private:
        quoted = _quoted_question(message, me)
        return Request(Wish.ASK, quoted, is_quoted=bool(quoted))
    return Request(Wish.ASK, question)


def _is_foreign(message: Message, me: User) -> bool:
    """Whether a bot or another chat's channel wrote it on its own."""
    if message.is_automatic_forward or message.via_bot is not None:
        return True
    author = message.from_user
    if author is not None and author.id == me.id:
        return True
    return author is not None and author.is_bot and message.sender_chat is None


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    addressee: str
    end: int


def _leading_command(message: Message, text: str) -> _Command | None:
    for entity, start, end in _entities(message, text):
        if entity.type == MessageEntityType.BOT_COMMAND and not text[:start].strip():
            name, _, addressee = text[start + 1 : end].partition("@")
            return _Command(name.lower(), addressee.lower(), end)
    return None


def _read_command(command: _Command, text: str, me: User, *, private: bool) -> Request | None:
    if command.addressee and command.addressee != (me.username or "").lower():
        return None
    wish = _COMMANDS.get(command.name)
    if wish is None:
        # In a group, an unknown command is another bot's.
        return Request(Wish.HELP, "") if private or command.addressee else None
    return Request(wish, text[command.end :].strip(), is_command=True)


def _mentions(message: Message, text: str, me: User) -> Iterator[tuple[int, int]]:
    name = f"@{me.username}".lower()
    for entity, start, end in _entities(message, text):
        by_name = entity.type == MessageEntityType.MENTION and text[start:end].lower() == name
        by_id = entity.type == MessageEntityType.TEXT_MENTION and entity.user == me
        if by_name or by_id:
            yield start, end


def _replies_to_us(message: Message, me: User) -> bool:
    replied = message.reply_to_message
    return replied is not None and replied.from_user is not None and replied.from_user.id == me.id


def _quoted_question(message: Message, me: User) -> str:
    """The words replied to, for one who points the bot at another's question."""
    replied = message.reply_to_message
    if replied is None or (replied.from_user is not None and replied.from_user.id == me.id):
        return ""
    return (replied.text or replied.caption or "").strip()


def _without(text: str, parts: list[tuple[int, int]]) -> str:
    for start, end in reversed(parts):
        text = f"{text[:start]} {text[end:]}"
    return re.sub(r"[ \t]{2,}", " ", text).strip(" \t\n,，:：")


def _entities(message: Message, text: str) -> Iterator[tuple[MessageEntity, int, int]]:
    """Entities of text or caption with their offsets in characters (Telegram counts UTF-16)."""
    entities = message.entities or message.caption_entities
    if not entities:
        return
    encoded = text.encode("utf-16-le", "surrogatepass")
    for entity in entities:
        start = len(encoded[: 2 * entity.offset].decode("utf-16-le", "replace"))
        end = len(encoded[: 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace"))
        yield entity, start, end
