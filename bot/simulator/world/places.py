"""How chats change: members come and go, topics open and close, groups grow."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.simulator.errors import bad_request
from bot.simulator.events import EventKind
from bot.simulator.markup.entities import NO_TEXT
from bot.simulator.world.core import Core
from bot.simulator.world.types import (
    GENERAL_TOPIC,
    MEMBER,
    OUTSIDER,
    OWNER,
    PRESENT,
    Chat,
    ChatKind,
    Membership,
    Message,
    Outgoing,
    Sender,
    Status,
    Topic,
    User,
)
from bot.simulator.world.wire import user_json


@dataclass(frozen=True, slots=True)
class Places:
    """Chats and who is in them."""

    core: Core

    def add_person(self, user: User) -> tuple[User, Chat]:
        """Add a person with a private chat, in which nothing was said yet; bots get none."""
        user = self.core.state.add_user(user)
        members = {user.id: MEMBER, self.core.state.bot.id: MEMBER}
        chat = Chat(user.id, ChatKind.PRIVATE, members)
        if not user.is_bot:
            chat = self.core.state.add_chat(chat)
        self._tell_page()
        return user, chat

    def add_chat(self, chat: Chat) -> Chat:
        """Add a group or channel; a linked channel and group learn of each other."""
        chat = self.core.state.add_chat(chat)
        self._welcome(chat)
        if chat.linked is not None:
            other = self.core.state.chat(chat.linked)
            self.core.state.put_chat(replace(other, linked=chat.id))
        self._tell_page()
        return chat

    def change_chat(self, chat: Chat) -> Chat:
        """Replace a chat by its changed self: title, name, whether all may write."""
        chat = self.core.state.put_chat(chat)
        self._tell_page()
        return chat

    def set_member(self, chat: Chat, user_id: int, membership: Membership, by: int) -> Chat:
        """Let someone come, go, rise or fall; Telegram writes it into the chat.

        In a private chat a bot that is kicked is a bot that was blocked.
        """
        self.core.state.user(user_id)
        old = chat.membership(user_id)
        chat = self.core.state.put_member(chat, user_id, membership)
        date = self.core.clock.seconds()
        self.core.delivery.tell_change(chat, user_id, by, (old, membership), date)
        self._write_arrival(chat, user_id, by, (old, membership))
        self._tell_page()
        return chat

    def migrate(self, chat: Chat) -> Chat:
        """Turn a group into a supergroup with another id, and return that.

        Raises:
            ApiError: If it is not a group, or was turned already.
        """
        if chat.kind is not ChatKind.GROUP or chat.migrated_to is not None:
            raise bad_request("only a group can become a supergroup, and only once")
        grown = replace(chat, id=0, kind=ChatKind.SUPERGROUP)
        grown = self.core.state.add_chat(grown)
        owner = _owner(chat)
        self.serve(chat, owner, {"migrate_to_chat_id": grown.id})
        self.core.state.put_chat(replace(chat, migrated_to=grown.id))
        self.serve(grown, owner, {"migrate_from_chat_id": chat.id})
        self._tell_page()
        return grown

    def open_topic(self, chat: Chat, user_id: int, name: str) -> Topic:
        """Open a topic in a forum; it is named by the message that opens it.

        Raises:
            ApiError: If the chat is not a forum.
        """
        if not chat.is_forum:
            raise bad_request("the chat is not a forum")
        blank = Topic(0, name)
        service = {"forum_topic_created": {"name": name, "icon_color": blank.icon_color}}
        # A topic has the id of the message that opens it, and that of the first is General's.
        self.core.state.history(chat).reserve(GENERAL_TOPIC)
        opened = self.core.write(chat, Sender(user_id, user_id), Outgoing(NO_TEXT, service=service))
        opened = self.core.move_to_topic(opened, opened.id)
        topic = replace(blank, id=opened.id)
        self.core.state.topics[chat.id][topic.id] = topic
        self.core.delivery.tell(opened)
        self._tell_page()
        return topic

    def set_topic(self, chat: Chat, user_id: int, topic_id: int, *, is_closed: bool) -> Topic:
        """Close or reopen a topic.

        Raises:
            ApiError: If there is no such topic, or nothing would change.
        """
        topic = self.topic(chat, topic_id)
        if topic.is_closed == is_closed:
            raise bad_request("TOPIC_NOT_MODIFIED")
        changed = replace(topic, is_closed=is_closed)
        self.core.state.topics[chat.id][topic.id] = changed
        name = "forum_topic_closed" if is_closed else "forum_topic_reopened"
        self.serve(chat, user_id, {name: {}}, topic.id)
        self._tell_page()
        return changed

    def delete_topic(self, chat: Chat, topic_id: int) -> None:
        """Delete a topic and all its messages; the bot is not told.

        Raises:
            ApiError: If there is no such topic.
        """
        topic = self.topic(chat, topic_id)
        del self.core.state.topics[chat.id][topic.id]
        for message in self.core.state.history(chat).after(0):
            if message.thread == topic.id:
                self.core.delete(chat, message.id)
        self._tell_page()

    def topic(self, chat: Chat, topic_id: int) -> Topic:
        """Return a topic.

        Raises:
            ApiError: If there is no such topic.
        """
        topic = self.core.state.topics[chat.id].get(topic_id)
        if topic is None:
            raise bad_request("message thread not found")
        return topic

    def serve(
        self, chat: Chat, by: int, service: Mapping[str, Any], thread: int | None = None
    ) -> Message:
        """Let Telegram write what someone did into a chat."""
        content = Outgoing(NO_TEXT, service=service, thread=thread)
        message = self.core.write(chat, Sender(by, by), content)
        self.core.delivery.tell(message)
        return message

    def _welcome(self, chat: Chat) -> None:
        """Let the first message of a group say who is in it."""
        bot, owner = self.core.state.bot.id, chat.members[0]
        if bot in chat.members:
            change = (OUTSIDER, chat.membership(bot))
            self.core.delivery.tell_change(chat, bot, owner, change, self.core.clock.seconds())
        if chat.is_group:
            added = [user for user in chat.members if user != owner] or [owner]
            users = [user_json(self.core.state.users[user]) for user in added]
            self.serve(chat, owner, {"new_chat_members": users})

    def _write_arrival(
        self, chat: Chat, user_id: int, by: int, change: tuple[Membership, Membership]
    ) -> None:
        if not chat.is_group:
            return
        was, is_now = (each.status in PRESENT for each in change)
        user = user_json(self.core.state.users[user_id])
        if is_now and not was:
            self.serve(chat, by, {"new_chat_members": [user]})
        elif was and not is_now:
            self.serve(chat, by, {"left_chat_member": user})

    def _tell_page(self) -> None:
        self.core.events.tell(EventKind.PROFILE, {})


def group_of(kind: ChatKind, title: str, members: Mapping[int, Membership]) -> Chat:
    """Return a new group or channel without an id; the first member owns it."""
    first = next(iter(members))
    owned = {**members, first: OWNER} if members[first] == MEMBER else members
    return Chat(0, kind, owned, title=title)


def _owner(chat: Chat) -> int:
    found = (user for user, m in chat.memberships.items() if m.status is Status.CREATOR)
    return next(found, chat.members[0])
