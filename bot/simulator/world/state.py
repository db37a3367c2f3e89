"""Who and what there is: users, chats, messages, files, command menus."""

import secrets
from dataclasses import dataclass

from bot.simulator.errors import bad_request
from bot.simulator.world.history import History
from bot.simulator.world.types import Chat, ChatKind, Command, Document, Message, User


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded file and its bytes."""

    document: Document
    content: bytes
    path: str


class State:
    """Everything that can be looked up, by id."""

    def __init__(self, bot: User) -> None:
        self.bot = bot
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.histories: dict[int, History] = {}
        self.files: dict[str, StoredFile] = {}
        self.menus: dict[tuple[str, str], tuple[Command, ...]] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def add_user(self, user: User) -> None:
        """Add a person."""
        self.users[user.id] = user

    def add_chat(self, chat: Chat) -> None:
        """Add a chat without messages."""
        self.chats[chat.id] = chat
        self.histories[chat.id] = History()

    def chat(self, chat_id: int | str) -> Chat:
        """Return a chat by its id.

        Raises:
            ApiError: If there is no such chat.
        """
        try:
            return self.chats[int(chat_id)]
        except (KeyError, ValueError):
            raise bad_request("chat not found") from None

    def history(self, chat: Chat) -> History:
        """Return the messages of a chat."""
        return self.histories[chat.id]

    def store_file(self, name: str, mime_type: str, content: bytes) -> Document:
        """Keep a file that was sent to a chat; its path says nothing of its name."""
        number = len(self.files)
        suffix = name.rpartition(".")[2]
        is_plain = suffix != name and suffix.isascii() and suffix.isalnum()
        path = f"documents/file_{number}.{suffix if is_plain else 'bin'}"
        file_id = f"BQACAgIAAxkBAAI{secrets.token_urlsafe(24)}"
        document = Document(file_id, f"AgAD{number:04d}", name, mime_type, len(content))
        self.files[file_id] = StoredFile(document, content, path)
        return document

    def message(self, chat_id: int, message_id: int | None) -> Message | None:
        """Return a message, or None if it does not exist."""
        if message_id is None or chat_id not in self.histories:
            return None
        return self.histories[chat_id].get(message_id)

    def menu_for(self, chat: Chat, user: User) -> tuple[Command, ...]:
        """Return the command menu a user sees in a chat: the narrowest scope that is set."""
        is_private = chat.kind is ChatKind.PRIVATE
        scopes = [f"chat_member:{chat.id}:{user.id}", f"chat:{chat.id}"]
        if not is_private and user.id == chat.owner:
            scopes[1:1] = [f"chat_administrators:{chat.id}"]
            scopes.append("all_chat_administrators")
        scopes += ["all_private_chats" if is_private else "all_group_chats", "default"]
        languages = (user.language_code[:2], "") if user.language_code else ("",)
        for scope in scopes:
            for language in languages:
                menu = self.menus.get((scope, language))
                if menu:
                    return menu
        return ()
