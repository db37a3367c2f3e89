"""Messages -> requests, with the place they were made in and who made them."""

from dataclasses import replace

from telegram import Message, User
from telegram.constants import ChatType

from bot.addressing import read_request, replied_to_us
from bot.types import Asked


def read_asked(message: Message, me: User) -> list[Asked]:
    """What a message asks of us: one request, or none."""
    request = read_request(message, me)
    if request is None:
        return []
    person = message.from_user
    author = message.sender_chat or person
    replied = message.reply_to_message
    answers_to = replied.message_id if request.is_quoted and replied else message.message_id
    return [
        Asked(
            request=replace(request, text=_whole(request.text)),
            chat_id=message.chat_id,
            message_id=message.message_id,
            user_id=author.id if author else message.chat_id,
            name=_whole(_name(message)),
            is_private=message.chat.type == ChatType.PRIVATE,
            thread_id=message.message_thread_id if message.is_topic_message else None,
            replied_to=replied_to_us(message, me),
            answers_to=answers_to,
            language=person.language_code if person and not message.sender_chat else None,
            date=message.date.timestamp(),
        )
    ]


def _whole(text: str) -> str:
    """A text without halves of surrogate pairs, which neither SQLite nor Telegram takes."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _name(message: Message) -> str:
    if message.sender_chat:
        return message.sender_chat.effective_name or ""
    return message.from_user.full_name if message.from_user else ""
