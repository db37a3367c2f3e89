"""Writes users, chats and messages as the Bot API does."""

from collections.abc import Sequence
from typing import Any

from bot.simulator.markup.entities import Entity, EntityType
from bot.simulator.world.state import State
from bot.simulator.world.types import (
    Chat,
    ChatKind,
    Document,
    Keyboard,
    Message,
    Press,
    User,
)

_ARGUMENT_NAMES = {
    EntityType.TEXT_LINK: "url",
    EntityType.PRE: "language",
    EntityType.CUSTOM_EMOJI: "custom_emoji_id",
}


def user_json(user: User) -> dict[str, Any]:
    """Return the Bot API's ``User``."""
    optional = {
        "last_name": user.last_name,
        "username": user.username,
        "language_code": user.language_code,
    }
    known: dict[str, Any] = {name: value for name, value in optional.items() if value}
    return {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name, **known}


def me_json(state: State) -> dict[str, Any]:
    """Return the ``User`` that getMe answers, with what the bot is able to do."""
    abilities = state.abilities
    return user_json(state.bot) | {
        "can_join_groups": abilities.can_join_groups,
        "can_read_all_group_messages": abilities.can_read_all_group_messages,
        "supports_guest_queries": abilities.supports_guest_queries,
        "supports_inline_queries": abilities.supports_inline_queries,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_json(state: State, chat: Chat) -> dict[str, Any]:
    """Return the Bot API's ``Chat``."""
    content: dict[str, Any] = {"id": chat.id, "type": chat.kind.value}
    if chat.kind is ChatKind.PRIVATE:
        person = user_json(state.users[chat.id])
        names = ("first_name", "last_name", "username")
        return content | {name: person[name] for name in names if name in person}
    content["title"] = chat.title
    if chat.username:
        content["username"] = chat.username
    if chat.is_forum:
        content["is_forum"] = True
    return content


def entity_json(state: State, entity: Entity) -> dict[str, Any]:
    """Return the Bot API's ``MessageEntity``."""
    content: dict[str, Any] = {
        "type": entity.type.value,
        "offset": entity.offset,
        "length": entity.length,
    }
    if entity.argument and entity.type in _ARGUMENT_NAMES:
        content[_ARGUMENT_NAMES[entity.type]] = entity.argument
    if entity.type is EntityType.DATE_TIME:
        unix, _, form = entity.argument.partition(":")
        content |= {"unix_time": int(unix), **({"date_time_format": form} if form else {})}
    if entity.type is EntityType.TEXT_MENTION:
        content["user"] = user_json(state.users[int(entity.argument)])
    return content


def entities_json(state: State, entities: Sequence[Entity]) -> list[dict[str, Any]]:
    """Return a list of ``MessageEntity``; mentions of unknown people are left out."""
    return [
        entity_json(state, entity)
        for entity in entities
        if entity.type is not EntityType.TEXT_MENTION or int(entity.argument) in state.users
    ]


def keyboard_json(keyboard: Keyboard) -> dict[str, Any]:
    """Return the Bot API's ``InlineKeyboardMarkup``."""
    return {"inline_keyboard": [[dict(button.fields) for button in row] for row in keyboard]}


def document_json(document: Document) -> dict[str, Any]:
    """Return the Bot API's ``Document``."""
    return {
        "file_id": document.file_id,
        "file_unique_id": document.unique_id,
        "file_name": document.name,
        "mime_type": document.mime_type,
        "file_size": document.size,
    }


def photo_json(document: Document) -> list[dict[str, Any]]:
    """Return the Bot API's list of ``PhotoSize`` for a picture; nobody measures it here."""
    return [
        {
            "file_id": document.file_id,
            "file_unique_id": document.unique_id,
            "width": 800,
            "height": 600,
            "file_size": document.size,
        }
    ]


def message_json(state: State, message: Message, *, is_nested: bool = False) -> dict[str, Any]:
    """Return the Bot API's ``Message``; a message replied to carries no reply of its own."""
    content: dict[str, Any] = {
        "message_id": message.id,
        **_sender_json(state, message),
        "chat": chat_json(state, state.chats[message.chat_id]),
        "date": message.date,
        **_thread_json(state, message),
        **_body_json(state, message),
        **_notes_json(state, message),
        **message.content.extra,
        **message.content.service,
    }
    target = state.message(message.chat_id, message.reply_to)
    if target is not None and not is_nested:
        content["reply_to_message"] = message_json(state, target, is_nested=True)
        content |= _quote_json(state, message)
    return content


def _sender_json(state: State, message: Message) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if message.by.user is not None:
        content["from"] = user_json(state.users[message.by.user])
    if message.by.chat is not None:
        content["sender_chat"] = chat_json(state, state.chats[message.by.chat])
    return content


def _thread_json(state: State, message: Message) -> dict[str, Any]:
    chat = state.chats[message.chat_id]
    if chat.is_forum:
        thread = message.thread
        return {"message_thread_id": thread, "is_topic_message": True} if thread else {}
    if chat.kind is not ChatKind.SUPERGROUP or message.reply_to is None:
        return {}
    # Outside forums replies have a thread too: the message that the chain began with.
    root = message
    while (above := state.message(chat.id, root.reply_to)) is not None:
        root = above
    return {"message_thread_id": root.id} if root is not message else {}


def _notes_json(state: State, message: Message) -> dict[str, Any]:
    told = message.content
    keyboard = keyboard_json(told.keyboard) if told.keyboard else None
    via = user_json(state.users[told.via_bot]) if told.via_bot is not None else None
    preview = dict(told.link_preview) if told.link_preview is not None else None
    notes = {
        "edit_date": message.edited,
        "reply_markup": keyboard,
        "link_preview_options": preview,
        "has_protected_content": told.is_protected or None,
        "via_bot": via,
        "forward_origin": told.origin,
        "is_automatic_forward": told.is_automatic_forward or None,
    }
    return {name: value for name, value in notes.items() if value is not None}


def _body_json(state: State, message: Message) -> dict[str, Any]:
    text_name, entities_name = "text", "entities"
    content: dict[str, Any] = {}
    if message.has_caption:
        text_name, entities_name = "caption", "caption_entities"
    if message.document is not None:
        content["document"] = document_json(message.document)
    if message.body.text:
        content[text_name] = message.body.text
    entities = entities_json(state, message.body.entities)
    if entities:
        content[entities_name] = entities
    return content


def _quote_json(state: State, message: Message) -> dict[str, Any]:
    quote = message.content.quote
    if quote is None:
        return {}
    content: dict[str, Any] = {
        "text": quote.body.text,
        "position": quote.position,
        "is_manual": quote.is_manual,
    }
    entities = entities_json(state, quote.body.entities)
    if entities:
        content["entities"] = entities
    return {"quote": content}


def callback_query_json(state: State, press: Press) -> dict[str, Any]:
    """Return the Bot API's ``CallbackQuery``."""
    content = {
        "id": press.id,
        "from": user_json(state.users[press.user]),
        "chat_instance": str(abs(press.chat_id) * 7919),
        "data": press.data,
    }
    if press.inline_id:
        return content | {"inline_message_id": press.inline_id}
    message = state.message(press.chat_id, press.message_id)
    chat = state.chats[press.chat_id]
    # A message that is gone is still named: same ids, date 0.
    inaccessible = {"chat": chat_json(state, chat), "message_id": press.message_id, "date": 0}
    seen = message_json(state, message) if message is not None else inaccessible
    return content | {"message": seen}


def origin_json(state: State, message: Message) -> dict[str, Any]:
    """Return the Bot API's ``MessageOrigin`` of a message that is forwarded."""
    if message.content.origin is not None:
        return dict(message.content.origin)
    date = {"date": message.date}
    if message.by.chat is None:
        sender = user_json(state.users[message.by.author])
        return {"type": "user", **date, "sender_user": sender}
    chat = state.chats[message.by.chat]
    if chat.kind is ChatKind.CHANNEL and message.chat_id == chat.id:
        place = {"chat": chat_json(state, chat), "message_id": message.id}
        return {"type": "channel", **date, **place}
    return {"type": "chat", **date, "sender_chat": chat_json(state, chat)}
