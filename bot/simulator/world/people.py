"""What people do: write, edit, delete, press buttons, block the bot."""

from dataclasses import dataclass, replace

from bot.simulator.errors import bad_request
from bot.simulator.markup.entities import (
    NO_TEXT,
    Entity,
    EntityType,
    FormattedText,
    utf16_length,
)
from bot.simulator.markup.formatted import RawText, format_text
from bot.simulator.world.core import Core
from bot.simulator.world.presses import PRESS_LIFETIME
from bot.simulator.world.seed import ANONYMOUS_ADMIN, CHANNEL_IDENTITY, TELEGRAM
from bot.simulator.world.types import (
    GENERAL_TOPIC,
    Chat,
    ChatKind,
    Message,
    Outgoing,
    Press,
    Quote,
    Sender,
    Speech,
    Status,
)
from bot.simulator.world.wire import callback_query_json, origin_json

_LONGEST_MESSAGE = 4096
_LONGEST_CAPTION = 1024


@dataclass(frozen=True, slots=True)
class People:
    """Everyone but the bot; what they do reaches it as far as Telegram lets it see."""

    core: Core

    def post(self, chat: Chat, user_id: int, speech: Speech) -> Message:
        """Let a person say something.

        Raises:
            ApiError: If the person may not, or the text cannot be sent.
        """
        self._check_writer(chat, user_id)
        by = self._sender(chat, user_id, speech.channel)
        message = self.core.write(chat, by, self._content(chat, user_id, speech), speech.date)
        self.core.slow.note(chat, user_id)
        self.core.delivery.tell(message)
        self._forward_to_discussion(chat, message)
        return message

    def rewrite(self, chat: Chat, user_id: int, message_id: int, text: str | None) -> Message:
        """Let a person edit an own message; without a text only something unseen changes.

        Raises:
            ApiError: If it is not theirs, or the text cannot be sent.
        """
        message = self._own_message(chat, user_id, message_id)
        body = message.body if text is None else _typed(text, has_caption=message.has_caption)
        edited = self.core.clock.seconds()
        content = replace(message.content, body=body)
        changed = self.core.change(replace(message, content=content, edited=edited))
        self.core.delivery.tell(changed, is_edit=True)
        return changed

    def withdraw(self, chat: Chat, user_id: int, message_id: int) -> None:
        """Let a person delete a message, an administrator anyone's; the bot is not told.

        Raises:
            ApiError: If the person may not.
        """
        if not chat.is_admin(user_id) or self.core.state.message(chat.id, message_id) is None:
            self._own_message(chat, user_id, message_id)
        self.core.delete(chat, message_id)

    def forward(self, chat: Chat, user_id: int, source: Message, thread: int | None) -> Message:
        """Let a person forward a message into a chat.

        Raises:
            ApiError: If the person may not write there.
        """
        self._check_writer(chat, user_id)
        content = Outgoing(
            source.body,
            document=source.document,
            extra=source.content.extra,
            origin=origin_json(self.core.state, source),
            thread=self._thread(chat, user_id, thread),
        )
        message = self.core.write(chat, self._sender(chat, user_id, None), content)
        self.core.delivery.tell(message)
        return message

    def press(self, chat: Chat, user_id: int, message_id: int, data: str) -> Press:
        """Let a person press a button; any data may be sent, as by a forged client.

        Raises:
            ApiError: If the person is not in the chat.
        """
        self._check_member(chat, user_id)
        message = self.core.state.message(chat.id, message_id)
        inline_id = message.content.inline_id if message is not None else ""
        press = self.core.presses.add(user_id, (chat.id, message_id), data, inline_id)
        content = callback_query_json(self.core.state, press)
        number = self.core.updates.add("callback_query", content, PRESS_LIFETIME)
        self.core.presses.note_update(press, number)
        return press

    # -- inside ----------------------------------------------------------------------------

    def _content(self, chat: Chat, user_id: int, speech: Speech) -> Outgoing:
        target = self.core.state.message(chat.id, speech.reply_to)
        if speech.reply_to is not None and target is None:
            raise bad_request("message to be replied not found")
        thread = speech.thread
        if thread is None and target is not None:
            thread = target.thread
        content = Outgoing(
            NO_TEXT,
            reply_to=speech.reply_to,
            quote=_quote(target, speech.quote) if target is not None else None,
            document=speech.document,
            origin=speech.origin,
            extra=speech.extra,
            thread=self._thread(chat, user_id, thread),
            via_bot=speech.via,
        )
        has_caption = Message(0, 0, Sender(None, 0), 0, content).has_caption
        if not speech.text and (has_caption or speech.extra):
            return content
        mentions = tuple(
            Entity(EntityType.TEXT_MENTION, offset, length, str(user))
            for offset, length, user in speech.mentions
        )
        body = _typed(speech.text, has_caption=has_caption, mentions=mentions)
        return replace(content, body=body)

    def _thread(self, chat: Chat, user_id: int, thread: int | None) -> int | None:
        if not chat.is_forum or thread in (None, GENERAL_TOPIC):
            return None
        topic = self.core.state.topics[chat.id].get(thread or 0)
        if topic is None:
            raise bad_request("message thread not found")
        if topic.is_closed and not chat.is_admin(user_id):
            raise bad_request("TOPIC_CLOSED")
        return topic.id

    def _sender(self, chat: Chat, user_id: int, channel: int | None) -> Sender:
        if chat.kind is ChatKind.CHANNEL:
            return Sender(None, user_id, chat.id)
        if channel is not None:
            return Sender(CHANNEL_IDENTITY.id, user_id, self.core.state.chat(channel).id)
        if chat.membership(user_id).is_anonymous:
            return Sender(ANONYMOUS_ADMIN.id, user_id, chat.id)
        return Sender(user_id, user_id)

    def _forward_to_discussion(self, chat: Chat, post: Message) -> None:
        if chat.kind is not ChatKind.CHANNEL or chat.linked is None:
            return
        content = Outgoing(
            post.body,
            document=post.document,
            extra=post.content.extra,
            origin=origin_json(self.core.state, post),
            is_automatic_forward=True,
        )
        group = self.core.state.chats[chat.linked]
        by = Sender(TELEGRAM.id, TELEGRAM.id, chat.id)
        self.core.delivery.tell(self.core.write(group, by, content))

    def _own_message(self, chat: Chat, user_id: int, message_id: int) -> Message:
        message = self.core.state.message(chat.id, message_id)
        if message is None or message.by.author != user_id or message.is_service:
            raise bad_request("message not found among the messages of this user")
        return message

    def _check_member(self, chat: Chat, user_id: int) -> None:
        if user_id not in chat.members or user_id == self.core.state.bot.id:
            raise bad_request(f"user {user_id} is not a person in this chat")

    def _check_writer(self, chat: Chat, user_id: int) -> None:
        self._check_member(chat, user_id)
        if chat.migrated_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat")
        is_silenced = chat.is_read_only and not chat.is_admin(user_id)
        is_reader = chat.kind is ChatKind.CHANNEL and not chat.is_admin(user_id)
        if is_silenced or is_reader or chat.membership(user_id).status is Status.RESTRICTED:
            raise bad_request("not enough rights to send text messages to the chat")
        wait = self.core.slow.wait(chat, user_id)
        if wait:
            raise bad_request(f"slow mode is on: wait {wait} s")


def _quote(target: Message, text: str) -> Quote | None:
    position = target.body.text.find(text) if text else -1
    if position < 0:
        return None
    return Quote(FormattedText(text), utf16_length(target.body.text[:position]))


def _typed(text: str, *, has_caption: bool, mentions: tuple[Entity, ...] = ()) -> FormattedText:
    limit = _LONGEST_CAPTION if has_caption else _LONGEST_MESSAGE
    return format_text(RawText(text, "", mentions), limit=limit, warn=lambda *_: None)
