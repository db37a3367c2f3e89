"""The world: the one owner of all state, changed by people and by the bot."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError, bad_request, changed, forbidden
from bot.simulator.events import EventHub, EventKind
from bot.simulator.faults.plan import FaultPlan
from bot.simulator.findings import Report
from bot.simulator.markup.entities import FormattedText
from bot.simulator.world import seed
from bot.simulator.world.core import Core
from bot.simulator.world.delivery import Delivery
from bot.simulator.world.flood import NO_LIMITS, FloodControl, FloodLimits
from bot.simulator.world.inline import Inline
from bot.simulator.world.ledger import Ledger
from bot.simulator.world.links import Links
from bot.simulator.world.people import People
from bot.simulator.world.places import Places
from bot.simulator.world.presses import Presses
from bot.simulator.world.slowmode import SlowMode
from bot.simulator.world.state import State
from bot.simulator.world.types import (
    GENERAL_TOPIC,
    OUTSIDER,
    Chat,
    ChatKind,
    Keyboard,
    Message,
    Outgoing,
    Sender,
    Status,
)
from bot.simulator.world.updates import UpdateQueue
from bot.simulator.world.webhook import Webhook
from bot.simulator.world.wire import user_json


class World:
    """People, chats and one bot.

    Args:
        token: The bot's token; its first part is the bot's user id.
        clock: The time of this world.
        limits: Flood limits that the bot must keep.
    """

    def __init__(self, token: str, clock: Clock, limits: FloodLimits) -> None:
        self.clock = clock
        self.state = State(seed.bot_user(token))
        self.events = EventHub()
        self.report = Report()
        self.updates = UpdateQueue(clock, is_patient=limits != NO_LIMITS)
        self.presses = Presses(clock, self.updates)
        self.ledger = Ledger()
        self.flood = FloodControl(clock, limits)
        self.webhook = Webhook()
        self.faults = FaultPlan()
        self.links = Links(clock)
        self._core = Core(
            clock,
            self.state,
            self.events,
            self.report,
            self.updates,
            self.presses,
            self.ledger,
            Delivery(self.state, self.updates, self.ledger),
            SlowMode(clock),
        )
        self.people = People(self._core)
        self.places = Places(self._core)
        self.inline = Inline(self._core)
        self.find = self._core.find
        self._shut: set[int] = set()
        self._fill()

    # -- the bot ---------------------------------------------------------------------------

    def send(self, chat: Chat, content: Outgoing) -> Message:
        """Let the bot say something; the caller has checked that it may."""
        bot = self.state.bot.id
        by = Sender(None, bot, chat.id) if chat.kind is ChatKind.CHANNEL else Sender(bot, bot)
        message = self._core.write(chat, by, content)
        self._core.slow.note(chat, bot)
        self.ledger.answer(message)
        self._core.delivery.tell(message)
        return message

    def edit(self, message: Message, body: FormattedText, keyboard: Keyboard) -> Message:
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
        content = replace(message.content, body=body, keyboard=keyboard)
        return self._core.change(replace(message, content=content, edited=edited))

    def set_preview(self, message: Message, preview: Mapping[str, Any] | None) -> Message:
        """Say how links in a message are shown; people see it with the next change."""
        return replace(message, content=replace(message.content, link_preview=preview))

    def delete(self, chat: Chat, message_id: int) -> None:
        """Delete a message that exists."""
        self._core.delete(chat, message_id)

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
        bot = self.state.bot.id
        self.places.set_member(chat, bot, OUTSIDER, bot)

    # -- which chats the bot may use -------------------------------------------------------

    def chat_of_bot(self, chat_id: int | str) -> Chat:
        """Return a chat that the bot is in.

        Raises:
            ApiError: If there is none, or the bot is not in it (any more).
        """
        chat = self.state.chat(chat_id)
        if chat.migrated_to is not None:
            self._knock(chat, "migrated")
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to=chat.migrated_to,
                is_circumstance=True,
            )
        reason = self._why_shut(chat)
        if reason:
            self._knock(chat, reason)
            raise forbidden(reason)
        self._shut.discard(chat.id)
        return chat

    def chat_to_write(self, chat_id: int | str) -> Chat:
        """Return a chat that the bot may write to: in private the person speaks first.

        Raises:
            ApiError: If there is none, or the bot may not.
        """
        chat = self.chat_of_bot(chat_id)
        bot = self.state.bot.id
        if chat.kind is ChatKind.PRIVATE and self.state.history(chat).last_id == 0:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if chat.kind is ChatKind.CHANNEL and not chat.is_admin(bot):
            raise changed("need administrator rights in the channel chat")
        is_restricted = chat.membership(bot).status is Status.RESTRICTED
        if is_restricted or (chat.is_read_only and not chat.is_admin(bot)):
            raise changed("not enough rights to send text messages to the chat")
        return chat

    def check_slow_mode(self, chat: Chat) -> None:
        """Let the bot write to a group in slow mode only as often as its members.

        Raises:
            ApiError: 429, if it wrote a moment before; it may not have known.
        """
        wait = self._core.slow.wait(chat, self.state.bot.id)
        if wait:
            text = f"Too Many Requests: retry after {wait}"
            raise ApiError(429, text, retry_after=wait, is_circumstance=True)

    def thread_to_write(self, chat: Chat, thread: int) -> int | None:
        """Return the topic that the bot may write to; outside forums there is none.

        Raises:
            ApiError: If there is no such topic, it is closed, or General is named by its id.
        """
        if thread == GENERAL_TOPIC:
            raise bad_request("message thread not found")
        if not chat.is_forum or not thread:
            return None
        topic = self.state.topics[chat.id].get(thread)
        if topic is None:
            raise changed("message thread not found")
        if topic.is_closed and not chat.is_admin(self.state.bot.id):
            raise changed("TOPIC_CLOSED")
        return topic.id

    def _why_shut(self, chat: Chat) -> str:
        """Say why the bot cannot use a chat, in Telegram's words; empty if it can."""
        status = chat.membership(self.state.bot.id).status
        if chat.kind is ChatKind.PRIVATE:
            if self.state.users[chat.id].is_deactivated:
                return "user is deactivated"
            return "bot was blocked by the user" if status is Status.KICKED else ""
        if chat.is_deleted:
            return "the group chat was deleted"
        if status is Status.KICKED:
            return f"bot was kicked from the {chat.kind} chat"
        return f"bot is not a member of the {chat.kind} chat" if status is Status.LEFT else ""

    def _knock(self, chat: Chat, reason: str) -> None:
        """Who was told once that a chat is shut should not come again."""
        if chat.id in self._shut:
            self.find("any", "chat is shut", f"{chat.id}: {reason}, and the bot was told before")
        self._shut.add(chat.id)

    def _fill(self) -> None:
        for user in (*seed.people(), *seed.stand_ins()):
            self.state.add_user(user)
        bot = user_json(self.state.bot)
        for chat in seed.chats(self.state.bot):
            self.state.add_chat(chat)
            if chat.is_group:
                owner = chat.members[0]
                content = {"new_chat_members": [bot]}
                self.places.serve(chat, owner, content)
        forum = self.state.chat(seed.FORUM_ID)
        for name in seed.TOPICS:
            self.places.open_topic(forum, seed.ZHOU.id, name)
        # What happened before the bot came is no news to it.
        self.updates.drop_all()
