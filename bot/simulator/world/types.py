"""The nouns of the simulated Telegram."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.simulator.markup.entities import FormattedText


class ChatKind(StrEnum):
    """Kinds of chats, named as in the Bot API."""

    PRIVATE = "private"
    SUPERGROUP = "supergroup"


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat of one person with the bot, or a group."""

    id: int
    kind: ChatKind
    members: tuple[int, ...]
    title: str = ""
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an inline keyboard; ``fields`` is what the bot sent, label included."""

    text: str
    fields: Mapping[str, Any]

    @property
    def data(self) -> str | None:
        """The callback data, for buttons that have one."""
        data = self.fields.get("callback_data")
        return data if isinstance(data, str) else None


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file in a chat; its bytes are kept by the world under ``file_id``."""

    file_id: str
    unique_id: str
    name: str
    mime_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The part of a message that a reply quotes; the position is in UTF-16 units."""

    body: FormattedText
    position: int
    is_manual: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat; ``body`` is the caption where there is a document."""

    chat_id: int
    id: int
    sender: int
    date: int
    body: FormattedText
    reply_to: int | None = None
    quote: Quote | None = None
    keyboard: Keyboard = ()
    edited: int | None = None
    document: Document | None = None
    joined: tuple[int, ...] = ()
    link_preview: Mapping[str, Any] | None = None
    is_protected: bool = False

    @property
    def is_service(self) -> bool:
        """Whether Telegram wrote it, not a person."""
        return bool(self.joined)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a bot wants to say: a message without its place in the chat."""

    body: FormattedText
    reply_to: int | None = None
    quote: Quote | None = None
    keyboard: Keyboard = ()
    document: Document | None = None
    link_preview: Mapping[str, Any] | None = None
    is_protected: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button that the bot has not answered yet."""

    id: str
    user: int
    chat_id: int
    message_id: int
    data: str
    time: float


@dataclass(frozen=True, slots=True)
class Command:
    """An entry of the command menu."""

    name: str
    description: str
