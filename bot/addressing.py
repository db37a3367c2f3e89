"""Message -> is it for us, and what is asked. Pure: nothing is sent, stored or awaited.

Most of a group's messages are not: they are told by a look at the kinds of their entities and at
whom they reply to, before any text is taken apart.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType, MessageEntityType

from bot.types import Request, Wish

_COMMANDS = {wish.value: wish for wish in Wish}
_POINTING = frozenset({MessageEntityType.BOT_COMMAND, MessageEntityType.TEXT_MENTION})
_SPACES = re.compile(r"[ \t]{2,}")


def read_request(message: Message, me: User) -> Request | None:
    """Tell whether a message addresses the bot, and what it asks.

    In private everything does. In a group: a command that names us or nobody, a mention in any
    case, or a reply to a message of ours. Other bots never do; an anonymous admin and a channel's
    identity, which Telegram also sends under a bot's name, do.
    """
    text = message.text or message.caption
    if not text:
        return None
    entities = message.entities or message.caption_entities
    private = message.chat.type == ChatType.PRIVATE
    pointing = [entity for entity in entities if _may_point_at(entity, me)]
    if not (private or pointing or _replies_to_us(message, me)) or _is_foreign(message, me):
        return None
    parts = list(_located(pointing, text))
    command = _leading_command(parts, text)
    if command is not None:
        return _read_command(command, text, me, private=private)
    mentions = [part for part in parts if _names_us(part, text, me)]
    if not (private or mentions or _replies_to_us(message, me)):
        return None
    question = _without(text, mentions)
    if mentions and not question and not private:
        quoted = _quoted_question(message, me)
        return Request(Wish.ASK, quoted, is_quoted=bool(quoted))
    return Request(Wish.ASK, question)


def _may_point_at(entity: MessageEntity, me: User) -> bool:
    """Whether an entity is worth taking the text apart for."""
    if entity.type == MessageEntityType.MENTION:
        return entity.length == len(me.username or "") + 1
    return entity.type in _POINTING


def replied_to_us(message: Message, me: User) -> int | None:
    """The message of ours that a message replies to."""
    replied = message.reply_to_message
    return replied.message_id if replied is not None and _replies_to_us(message, me) else None


def _is_foreign(message: Message, me: User) -> bool:
    """Whether a bot or another chat's channel wrote it on its own."""
    if message.is_automatic_forward or message.via_bot is not None:
        return True
    author = message.from_user
    if author is not None and author.id == me.id:
        return True
    return author is not None and author.is_bot and message.sender_chat is None


@dataclass(frozen=True, slots=True)
class _Part:
    """An entity with its place in characters."""

    entity: MessageEntity
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    addressee: str
    end: int


def _leading_command(parts: Sequence[_Part], text: str) -> _Command | None:
    for part in parts:
        is_command = part.entity.type == MessageEntityType.BOT_COMMAND
        if is_command and not text[: part.start].strip():
            name, _, addressee = text[part.start + 1 : part.end].partition("@")
            return _Command(name.lower(), addressee.lower(), part.end)
    return None


def _read_command(command: _Command, text: str, me: User, *, private: bool) -> Request | None:
    if command.addressee and command.addressee != (me.username or "").lower():
        return None
    wish = _COMMANDS.get(command.name)
    if wish is None:
        # In a group, an unknown command is another bot's.
        return Request(Wish.HELP, "") if private or command.addressee else None
    return Request(wish, text[command.end :].strip(), is_command=True)


def _names_us(part: _Part, text: str, me: User) -> bool:
    if part.entity.type == MessageEntityType.MENTION:
        return text[part.start : part.end].casefold() == f"@{me.username}".casefold()
    return part.entity.type == MessageEntityType.TEXT_MENTION and part.entity.user == me


def _replies_to_us(message: Message, me: User) -> bool:
    replied = message.reply_to_message
    return replied is not None and replied.from_user is not None and replied.from_user.id == me.id


def _quoted_question(message: Message, me: User) -> str:
    """The words replied to, for one who points the bot at another's question."""
    replied = message.reply_to_message
    if replied is None or (replied.from_user is not None and replied.from_user.id == me.id):
        return ""
    return (replied.text or replied.caption or "").strip()


def _without(text: str, parts: Sequence[_Part]) -> str:
    for part in reversed(parts):
        text = f"{text[: part.start]} {text[part.end :]}"
    return _SPACES.sub(" ", text).strip(" \t\n,，:：")


def _located(entities: Sequence[MessageEntity], text: str) -> Iterator[_Part]:
    """Entities with their offsets in characters (Telegram counts UTF-16)."""
    if not entities:
        return
    encoded = text.encode("utf-16-le", "surrogatepass")
    for entity in entities:
        start = len(encoded[: 2 * entity.offset].decode("utf-16-le", "replace"))
        end = start + len(
            encoded[2 * entity.offset : 2 * (entity.offset + entity.length)].decode(
                "utf-16-le", "replace"
            )
        )
        yield _Part(entity, start, end)
