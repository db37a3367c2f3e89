"""Who and what there is: users, chats, topics, messages, files, command menus."""

import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.simulator.errors import bad_request
from bot.simulator.world.history import History
from bot.simulator.world.types import (
    Chat,
    ChatKind,
    Command,
    Document,
    Membership,
    Message,
    Topic,
    User,
)

_FIRST_USER_ID = 700_100_001
_FIRST_GROUP_ID = 4_100_000_001
_FIRST_SUPERGROUP_ID = 1_001_700_100_001


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded file and its bytes; ``reported_size`` is what getFile says of it."""

    document: Document
    content: bytes
    path: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """What @BotFather has allowed the bot: names as in the Bot API's ``User``."""

    can_read_all_group_messages: bool = False
    """Privacy mode is off."""
    supports_inline_queries: bool = True
    supports_guest_queries: bool = True
    can_join_groups: bool = True
    inline_feedback: bool = True
    """Whether the bot is told which inline result was chosen."""
    hears_bots: bool = False
    """Whether messages of other bots reach it, as with the bot-to-bot mode."""


@dataclass(slots=True)
class Profile:
    """Texts about the bot by language, and its command menus by scope and language."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menus: dict[tuple[str, str], tuple[Command, ...]] = field(default_factory=dict)


class State:
    """Everything that can be looked up, by id."""

    def __init__(self, bot: User) -> None:
        self.bot = bot
        self.abilities = Abilities()
        self.profile = Profile()
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.histories: dict[int, History] = {}
        self.topics: dict[int, dict[int, Topic]] = {}
        self.files: dict[str, StoredFile] = {}
        self.seen: set[tuple[int, int]] = set()
        """Messages that the bot was told of, by chat and id."""
        self._user_ids = itertools.count(_FIRST_USER_ID)
        self._group_ids = itertools.count(_FIRST_GROUP_ID)
        self._supergroup_ids = itertools.count(_FIRST_SUPERGROUP_ID)

    def add_user(self, user: User) -> User:
        """Add a person or another bot; the id 0 takes the next free one."""
        if not user.id:
            user = replace(user, id=next(self._user_ids))
        self.users[user.id] = user
        return user

    def add_chat(self, chat: Chat) -> Chat:
        """Add a chat without messages; the id 0 takes the next free one of its kind."""
        if not chat.id:
            ids = self._group_ids if chat.kind is ChatKind.GROUP else self._supergroup_ids
            chat = replace(chat, id=-next(ids))
        self.chats[chat.id] = chat
        self.histories[chat.id] = History()
        self.topics[chat.id] = {}
        return chat

    def put_chat(self, chat: Chat) -> Chat:
        """Replace a chat by its changed self."""
        self.chats[chat.id] = chat
        return chat

    def put_member(self, chat: Chat, user_id: int, membership: Membership) -> Chat:
        """Change what someone is in a chat."""
        memberships = {**chat.memberships, user_id: membership}
        return self.put_chat(replace(chat, memberships=memberships))

    def user(self, user_id: int) -> User:
        """Return a user by id.

        Raises:
            ApiError: If there is no such user.
        """
        if user_id not in self.users:
            raise bad_request("user not found")
        return self.users[user_id]

    def chat(self, chat_id: int | str) -> Chat:
        """Return a chat by its id or its public name.

        Raises:
            ApiError: If there is no such chat.
        """
        if isinstance(chat_id, str) and chat_id.startswith("@"):
            name = chat_id[1:].lower()
            for chat in self.chats.values():
                if name and chat.username.lower() == name:
                    return chat
        try:
            return self.chats[int(chat_id)]
        except (KeyError, ValueError):
            raise bad_request("chat not found") from None

    def history(self, chat: Chat) -> History:
        """Return the messages of a chat."""
        return self.histories[chat.id]

    def store_file(self, name: str, mime_type: str, content: bytes, size: int = 0) -> Document:
        """Keep a file that was sent to a chat; its path says nothing of its name.

        ``size`` is what is told of it where that differs: nobody must move 2 GB to test a limit.
        """
        number = len(self.files)
        suffix = name.rpartition(".")[2]
        is_plain = suffix != name and suffix.isascii() and suffix.isalnum()
        path = f"documents/file_{number}.{suffix if is_plain else 'bin'}"
        file_id = f"BQACAgIAAxkBAAI{secrets.token_urlsafe(24)}"
        document = Document(file_id, f"AgAD{number:04d}", name, mime_type, size or len(content))
        self.files[file_id] = StoredFile(document, content, path)
        return document

    def file_at(self, path: str) -> StoredFile | None:
        """Return the file with a download path."""
        return next((each for each in self.files.values() if each.path == path), None)

    def message(self, chat_id: int, message_id: int | None) -> Message | None:
        """Return a message, or None if it does not exist."""
        if message_id is None or chat_id not in self.histories:
            return None
        return self.histories[chat_id].get(message_id)

    def inline_message(self, inline_id: str) -> Message | None:
        """Return a message that was sent through inline mode or to a guest query."""
        for history in self.histories.values():
            for message in history.after(0):
                if message.content.inline_id == inline_id:
                    return message
        return None

    def menu_for(self, chat: Chat, user: User) -> tuple[Command, ...]:
        """Return the command menu a user sees in a chat: the narrowest scope that is set."""
        is_private = chat.kind is ChatKind.PRIVATE
        scopes = [f"chat_member:{chat.id}:{user.id}", f"chat:{chat.id}"]
        if not is_private and chat.is_admin(user.id):
            scopes[1:1] = [f"chat_administrators:{chat.id}"]
            scopes.append("all_chat_administrators")
        scopes += ["all_private_chats" if is_private else "all_group_chats", "default"]
        languages = (user.language_code[:2], "") if user.language_code else ("",)
        menus: Mapping[tuple[str, str], tuple[Command, ...]] = self.profile.menus
        return next(
            (menus[s, code] for s in scopes for code in languages if menus.get((s, code))), ()
        )
