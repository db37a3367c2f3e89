"""What the bot gets to see of the world: messages and changes -> updates."""

from typing import Any

from bot.simulator.world.ledger import Ledger
from bot.simulator.world.members import member_json
from bot.simulator.world.privacy import is_meant_for
from bot.simulator.world.state import State
from bot.simulator.world.types import Chat, ChatKind, Membership, Message
from bot.simulator.world.updates import MESSAGE_LIFETIME, UpdateQueue
from bot.simulator.world.wire import chat_json, message_json, user_json


class Delivery:
    """Decides which messages become updates, and queues them."""

    def __init__(self, state: State, updates: UpdateQueue, ledger: Ledger) -> None:
        self._state = state
        self._updates = updates
        self._ledger = ledger
        self._last_bot: dict[int, int] = {}

    def tell(self, message: Message, *, is_edit: bool = False) -> int | None:
        """Queue a new or edited message if the bot gets to see it; return the update's id."""
        chat = self._state.chats[message.chat_id]
        self._note_bots(message)
        if not self.reaches_bot(chat, message):
            return None
        kind = "channel_post" if chat.kind is ChatKind.CHANNEL else "message"
        kind = f"edited_{kind}" if is_edit else kind
        number = self._updates.add(kind, message_json(self._state, message), MESSAGE_LIFETIME)
        if number is not None:
            self._state.seen.add((message.chat_id, message.id))
            if self._is_question(chat, message):
                self._ledger.ask(message, number)
        return number

    def tell_change(
        self, chat: Chat, user_id: int, by: int, change: tuple[Membership, Membership], date: int
    ) -> None:
        """Queue the change of a membership: always the bot's own, others' if it is an admin."""
        is_own = user_id == self._state.bot.id
        if not is_own and not chat.is_admin(self._state.bot.id):
            return
        user = self._state.users[user_id]
        old, new = (member_json(chat, user, each) for each in change)
        content = {
            "chat": chat_json(self._state, chat),
            "from": user_json(self._state.users[by]),
            "date": date,
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self._updates.add("my_chat_member" if is_own else "chat_member", content, MESSAGE_LIFETIME)

    def tell_guest(self, message: Message, query_id: str) -> None:
        """Queue a message that calls the bot into a chat it is not in."""
        content: dict[str, Any] = message_json(self._state, message)
        content["guest_query_id"] = query_id
        self._updates.add("guest_message", content, MESSAGE_LIFETIME)

    def reaches_bot(self, chat: Chat, message: Message) -> bool:
        """Tell whether the bot gets to see a message."""
        bot, abilities = self._state.bot, self._state.abilities
        if bot.id not in chat.members or message.by.author == bot.id:
            return False
        author = self._state.users[message.by.author]
        if author.is_bot and not abilities.hears_bots:
            return False
        if chat.kind is ChatKind.PRIVATE:
            return True
        if chat.is_admin(bot.id):
            return True
        if chat.kind is ChatKind.CHANNEL:
            return False
        return abilities.can_read_all_group_messages or self.is_meant_for_bot(message)

    def is_meant_for_bot(self, message: Message) -> bool:
        """Tell whether a message of a group names the bot in any way."""
        last = self._last_bot.get(message.chat_id, self._state.bot.id)
        return is_meant_for(
            message,
            self._state.bot,
            replied=self._state.message(message.chat_id, message.reply_to),
            owns_commands=last == self._state.bot.id,
        )

    def _is_question(self, chat: Chat, message: Message) -> bool:
        if message.is_service or message.content.via_bot is not None or not message.body.text:
            return False
        if self._state.users[message.by.author].is_bot:
            return False
        if chat.kind is ChatKind.PRIVATE:
            return True
        return chat.is_group and self.is_meant_for_bot(message)

    def _note_bots(self, message: Message) -> None:
        author = self._state.users[message.by.author]
        if author.is_bot and not message.is_service:
            self._last_bot[message.chat_id] = author.id
