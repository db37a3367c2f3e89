"""The world: the one owner of all state, changed by people and by the bot."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError, bad_request
from bot.simulator.events import EventHub, EventKind
from bot.simulator.findings import Finding, Report
from bot.simulator.markup.entities import NO_TEXT, FormattedText
from bot.simulator.markup.formatted import format_plain
from bot.simulator.world import seed
from bot.simulator.world.flood import FloodControl, FloodLimits
from bot.simulator.world.presses import PRESS_LIFETIME, Presses
from bot.simulator.world.privacy import is_visible
from bot.simulator.world.state import State
from bot.simulator.world.types import (
    Chat,
    ChatKind,
    Keyboard,
    Message,
    Outgoing,
    Press,
)
from bot.simulator.world.updates import MESSAGE_LIFETIME, UpdateQueue
from bot.simulator.world.view import message_view
from bot.simulator.world.wire import callback_query_json, message_json

_LONGEST_MESSAGE = 4096


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
        self.presses = Presses(clock)
        for user in seed.people():
            self.state.add_user(user)
        for chat in seed.chats(self.state.bot):
            self.state.add_chat(chat)
            if chat.owner is not None:
                history = self.state.history(chat)
                place = (history.next_id(), chat.owner, clock.seconds())
                history.put(Message(chat.id, *place, NO_TEXT, joined=(self.state.bot.id,)))

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
        edited = self.clock.seconds()
        changed = self._change(replace(message, body=_typed(text), edited=edited))
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
        press = self.presses.add(user_id, chat.id, message_id, data)
        content = callback_query_json(self.state, press)
        self.updates.add("callback_query", content, PRESS_LIFETIME)
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
        press = self.presses.answer(press_id)
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

    # -- both ------------------------------------------------------------------------------

    def find(self, method: str, rule: str, detail: str) -> None:
        """Note a violation for the report."""
        self.report.add_finding(Finding(method, rule, detail, self.clock.seconds()))

    def chat_of_bot(self, chat_id: int | str) -> Chat:
        """Return a chat that the bot is in.

        Raises:
            ApiError: If there is none, or the bot is not in it.
        """
        chat = self.state.chat(chat_id)
        if self.state.bot.id not in chat.members:
            raise ApiError(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
        return chat

    def chat_to_write(self, chat_id: int | str) -> Chat:
        """Return a chat that the bot may write to: in private the person speaks first.

        Raises:
            ApiError: If there is none, or the bot may not.
        """
        chat = self.chat_of_bot(chat_id)
        if chat.kind is ChatKind.PRIVATE and self.state.history(chat).is_untouched:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

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
