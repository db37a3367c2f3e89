"""The world: the one owner of all state, changed by people and by the bot."""

import itertools
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError, bad_request
from bot.simulator.events import EventHub, EventKind
from bot.simulator.findings import Finding, Report
from bot.simulator.markup.entities import FormattedText
from bot.simulator.markup.formatted import format_plain
from bot.simulator.world import seed
from bot.simulator.world.flood import FloodControl, FloodLimits
from bot.simulator.world.privacy import is_visible
from bot.simulator.world.state import State, StoredFile
from bot.simulator.world.types import (
    Chat,
    ChatKind,
    Document,
    Keyboard,
    Message,
    Outgoing,
    Press,
)
from bot.simulator.world.updates import CALLBACK_LIFETIME, MESSAGE_LIFETIME, UpdateQueue
from bot.simulator.world.view import message_view
from bot.simulator.world.wire import callback_query_json, message_json

_LONGEST_MESSAGE = 4096
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class World:
    """People, chats and one bot.

    Args:
        token: The bot's token; its first part is the bot's user id.
        clock: The time of this world.
        limits: Flood limits that the bot must keep.
    """

    def __init__(self, token: str, clock: Clock, limits: FloodLimits) -> None:
        self.clock = clock
        self.events = EventHub()
        self.report = Report()
        self.updates = UpdateQueue(clock)
        self.flood = FloodControl(clock, limits)
        self.state = State(seed.bot_user(token))
        self.presses: dict[str, Press] = {}
        self.unanswered: list[Press] = []
        self._press_ids = itertools.count(4_000_000_000_000_001)
        self._file_ids = itertools.count()
        for user in seed.people():
            self.state.add_user(user)
        for chat in seed.chats(self.state.bot):
            self.state.add_chat(chat)
            if chat.owner is not None:
                self._greet(chat, chat.owner)

    # -- people ----------------------------------------------------------------------------

    def post(self, chat: Chat, user_id: int, text: str, reply_to: int | None = None) -> Message:
        """Let a person say something.

        Raises:
            ApiError: If the person is not in the chat, or the text cannot be sent.
        """
        self._check_member(chat, user_id)
        target = self.state.message(chat.id, reply_to)
        if reply_to is not None and target is None:
            raise bad_request("message to be replied not found")
        message = self._write(chat, user_id, Outgoing(_typed(text), reply_to=reply_to))
        if self._bot_sees(chat, message):
            content = message_json(self.state, message)
            self.updates.add("message", content, MESSAGE_LIFETIME)
        return message

    def rewrite(self, chat: Chat, user_id: int, message_id: int, text: str) -> Message:
        """Let a person edit an own message.

        Raises:
            ApiError: If it is not theirs, or the text cannot be sent.
        """
        message = self._own_message(chat, user_id, message_id)
        return self._rewritten(chat, message, _typed(text))

    def _rewritten(self, chat: Chat, message: Message, body: FormattedText) -> Message:
        changed = self._change(replace(message, body=body, edited=self.clock.seconds()))
        if self._bot_sees(chat, changed):
            content = message_json(self.state, changed)
            self.updates.add("edited_message", content, MESSAGE_LIFETIME)
        return changed

    def withdraw(self, chat: Chat, user_id: int, message_id: int) -> None:
        """Let a person delete an own message; Telegram does not tell the bot.

        Raises:
            ApiError: If it is not theirs.
        """
        self._own_message(chat, user_id, message_id)
        self.delete(chat, message_id)

    def press(self, chat: Chat, user_id: int, message_id: int, data: str) -> Press:
        """Let a person press a button; any data may be sent, as by a forged client.

        Raises:
            ApiError: If the person is not in the chat.
        """
        self._check_member(chat, user_id)
        now = self.clock.now()
        press = Press(str(next(self._press_ids)), user_id, chat.id, message_id, data, now)
        self.presses[press.id] = press
        content = callback_query_json(self.state, press)
        self.updates.add("callback_query", content, CALLBACK_LIFETIME)
        return press

    def _own_message(self, chat: Chat, user_id: int, message_id: int) -> Message:
        message = self.state.message(chat.id, message_id)
        if message is None or message.sender != user_id or message.is_service:
            raise bad_request("message not found among the messages of this user")
        return message

    def _check_member(self, chat: Chat, user_id: int) -> None:
        if user_id not in chat.members or user_id == self.state.bot.id:
            raise bad_request(f"user {user_id} is not a person in this chat")

    def _bot_sees(self, chat: Chat, message: Message) -> bool:
        if self.state.bot.id not in chat.members:
            return False
        if chat.kind is ChatKind.PRIVATE:
            return True
        replied = self.state.message(chat.id, message.reply_to)
        return is_visible(message, self.state.bot, replied=replied)

    # -- the bot ---------------------------------------------------------------------------

    def send(self, chat: Chat, outgoing: Outgoing) -> Message:
        """Let the bot say something; the caller has checked that it may."""
        return self._write(chat, self.state.bot.id, outgoing)

    def edit(
        self,
        message: Message,
        body: FormattedText,
        keyboard: Keyboard,
        link_preview: Mapping[str, Any] | None,
    ) -> Message:
        """Let the bot change one of its messages.

        Raises:
            ApiError: If nothing would change.
        """
        if (body, keyboard) == (message.body, message.keyboard):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        edited = self.clock.seconds() if body != message.body else message.edited
        return self._change(
            replace(message, body=body, keyboard=keyboard, edited=edited, link_preview=link_preview)
        )

    def delete(self, chat: Chat, message_id: int) -> None:
        """Delete a message that exists."""
        self.state.history(chat).delete(message_id)
        self.events.tell(EventKind.DELETED, {"chat_id": chat.id, "message_id": message_id})

    def answer_press(self, press_id: str, *, text: str, is_alert: bool, url: str) -> None:
        """Let the bot answer a press of a button, once and in time.

        Raises:
            ApiError: If the press is unknown, answered already, or too old.
        """
        press = self.presses.pop(press_id, None)
        if press is None:
            raise bad_request(_TOO_OLD)
        if self.clock.now() - press.time > CALLBACK_LIFETIME:
            self.unanswered.append(press)
            raise bad_request(_TOO_OLD)
        self.events.tell(
            EventKind.TOAST,
            {
                "chat_id": press.chat_id,
                "user_id": press.user,
                "press_id": press.id,
                "text": text,
                "alert": is_alert,
                "url": url,
            },
        )

    def leave(self, chat: Chat) -> None:
        """Let the bot leave a group."""
        members = tuple(user for user in chat.members if user != self.state.bot.id)
        self.state.chats[chat.id] = replace(chat, members=members)

    def store_file(self, name: str, mime_type: str, content: bytes) -> Document:
        """Keep a file that was sent to a chat."""
        number = next(self._file_ids)
        file_id = f"BQACAgIAAxkBAAI{secrets.token_urlsafe(24)}"
        document = Document(file_id, f"AgAD{number:04d}", name, mime_type, len(content))
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        safe_suffix = suffix if suffix.isascii() and suffix.isalnum() else "bin"
        path = f"documents/file_{number}.{safe_suffix}"
        self.state.files[file_id] = StoredFile(document, content, path)
        return document

    # -- both ------------------------------------------------------------------------------

    def find(self, method: str, rule: str, detail: str) -> None:
        """Note a violation for the report."""
        self.report.add_finding(Finding(method, rule, detail, self.clock.seconds()))

    def chat_of_bot(self, chat_id: int | str) -> Chat:
        """Return a chat that the bot may write to.

        Raises:
            ApiError: If there is none, or the bot is not in it.
        """
        chat = self.state.chat(chat_id)
        if self.state.bot.id not in chat.members:
            raise ApiError(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
        return chat

    def _greet(self, chat: Chat, owner: int) -> None:
        """Begin a group with the service message that its owner added the bot."""
        history = self.state.history(chat)
        date = self.clock.seconds()
        joined = (self.state.bot.id,)
        first = Message(chat.id, history.next_id(), owner, date, FormattedText(""), joined=joined)
        history.put(first)

    def _write(self, chat: Chat, sender: int, outgoing: Outgoing) -> Message:
        history = self.state.history(chat)
        message = Message(
            chat.id,
            history.next_id(),
            sender,
            self.clock.seconds(),
            outgoing.body,
            reply_to=outgoing.reply_to,
            quote=outgoing.quote,
            keyboard=outgoing.keyboard,
            document=outgoing.document,
            link_preview=outgoing.link_preview,
            is_protected=outgoing.is_protected,
        )
        history.put(message)
        self._tell(EventKind.MESSAGE, message)
        return message

    def _change(self, message: Message) -> Message:
        self.state.history(self.state.chats[message.chat_id]).put(message)
        self._tell(EventKind.EDITED, message)
        return message

    def _tell(self, kind: EventKind, message: Message) -> None:
        self.events.tell(
            kind, {"chat_id": message.chat_id, "message": message_view(self.state, message)}
        )


def _typed(text: str) -> FormattedText:
    body = format_plain(text)
    if len(body.text) > _LONGEST_MESSAGE:
        raise bad_request("message is too long")
    return body
