"""The nouns of the simulated Telegram."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.simulator.markup.entities import FormattedText


class ChatKind(StrEnum):
    """Kinds of chats, named as in the Bot API."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Status(StrEnum):
    """What someone is in a chat, named as in the Bot API."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


PRESENT = frozenset({Status.CREATOR, Status.ADMINISTRATOR, Status.MEMBER, Status.RESTRICTED})
ADMINS = frozenset({Status.CREATOR, Status.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    is_deactivated: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Membership:
    """One member's place in a chat; who is restricted may read but not write."""

    status: Status = Status.MEMBER
    is_anonymous: bool = False


OWNER = Membership(Status.CREATOR)
MEMBER = Membership()
OUTSIDER = Membership(Status.LEFT)


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat of one person with the bot, a group, a supergroup or a channel.

    ``linked`` is the discussion group of a channel, or the channel of a discussion group;
    ``migrated_to`` is the supergroup that a group became.
    """

    id: int
    kind: ChatKind
    memberships: Mapping[int, Membership]
    title: str = ""
    username: str = ""
    is_forum: bool = False
    linked: int | None = None
    migrated_to: int | None = None
    is_deleted: bool = False
    is_read_only: bool = False
    """Whether only administrators may write."""
    slow_mode: int = 0
    """Seconds between two messages of anyone but administrators; 0 is none."""

    @property
    def members(self) -> tuple[int, ...]:
        """The ids of those who are in the chat, in the order they came."""
        return tuple(user for user, each in self.memberships.items() if each.status in PRESENT)

    @property
    def is_group(self) -> bool:
        """Whether it is a group of either kind."""
        return self.kind in (ChatKind.GROUP, ChatKind.SUPERGROUP)

    def membership(self, user_id: int) -> Membership:
        """What someone is here; a stranger has left."""
        return self.memberships.get(user_id, OUTSIDER)

    def is_admin(self, user_id: int) -> bool:
        """Tell whether someone is an administrator or the owner."""
        return self.membership(user_id).status in ADMINS


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a forum; its id is the message that opened it. General has the id 1."""

    id: int
    name: str
    icon_color: int = 7322096
    is_closed: bool = False


GENERAL_TOPIC = 1


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
class Sender:
    """Under whose name a message stands, and who wrote it.

    ``user`` is what the Bot API calls ``from``: for anonymous administrators and channels a user
    that stands for them. ``author`` is the person behind it, who may edit and delete.
    """

    user: int | None
    author: int
    chat: int | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What someone says: a message without its place in the chat.

    ``extra`` holds fields of the Bot API's ``Message`` that the simulator only passes on: photos,
    polls, unknown things. ``service`` holds those of a service message.
    """

    body: FormattedText
    reply_to: int | None = None
    quote: Quote | None = None
    keyboard: Keyboard = ()
    document: Document | None = None
    link_preview: Mapping[str, Any] | None = None
    is_protected: bool = False
    thread: int | None = None
    via_bot: int | None = None
    origin: Mapping[str, Any] | None = None
    is_automatic_forward: bool = False
    inline_id: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    service: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Speech:
    """What a person does with the keyboard: a text, and how it is sent.

    ``channel`` is a channel to speak as; ``date`` stands for the present where it is None.
    """

    text: str = ""
    reply_to: int | None = None
    thread: int | None = None
    channel: int | None = None
    quote: str = ""
    document: Document | None = None
    origin: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    date: int | None = None
    mentions: tuple[tuple[int, int, int], ...] = ()
    """Parts that name someone without a username: offset, length in UTF-16, and user."""
    via: int | None = None
    """The bot through whose inline mode it is sent."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat; the body is the caption where there is a document or a photo."""

    chat_id: int
    id: int
    by: Sender
    date: int
    content: Outgoing
    edited: int | None = None

    @property
    def sender(self) -> int | None:
        """The user that it stands under; None for posts of a channel."""
        return self.by.user

    @property
    def body(self) -> FormattedText:
        """Text or caption."""
        return self.content.body

    @property
    def keyboard(self) -> Keyboard:
        """The buttons below it."""
        return self.content.keyboard

    @property
    def document(self) -> Document | None:
        """The file it carries."""
        return self.content.document

    @property
    def reply_to(self) -> int | None:
        """The message it replies to."""
        return self.content.reply_to

    @property
    def thread(self) -> int | None:
        """The topic of a forum that it stands in; None for General."""
        return self.content.thread

    @property
    def has_caption(self) -> bool:
        """Whether its text is the caption of something."""
        return self.document is not None or bool(CAPTIONED & self.content.extra.keys())

    @property
    def is_service(self) -> bool:
        """Whether Telegram wrote it, not a person."""
        return bool(self.content.service)


CAPTIONED = frozenset({"photo", "video", "animation", "audio", "voice"})


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button that the bot has not answered yet.

    ``inline_id`` names the message where it was sent through inline mode.
    """

    id: str
    user: int
    chat_id: int
    message_id: int
    data: str
    time: float
    inline_id: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """An entry of the command menu."""

    name: str
    description: str
