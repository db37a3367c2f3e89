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


def me_json(bot: User) -> dict[str, Any]:
    """Return the ``User`` that getMe answers, with what the bot is able to do."""
    return user_json(bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_json(state: State, chat: Chat) -> dict[str, Any]:
    """Return the Bot API's ``Chat``."""
    if chat.kind is not ChatKind.PRIVATE:
        return {"id": chat.id, "type": chat.kind.value, "title": chat.title}
    person = user_json(state.users[chat.id])
    named: dict[str, Any] = {
        n: person[n] for n in ("first_name", "last_name", "username") if n in person
    }
    return {"id": chat.id, "type": chat.kind.value, **named}


def entity_json(state: State, entity: Entity) -> dict[str, Any]:
    """Return the Bot API's ``MessageEntity``."""
    content: dict[str, Any] = {
        "type": entity.type.value,
        "offset": entity.offset,
        "length": entity.length,
    }
    if entity.argument and entity.type in _ARGUMENT_NAMES:
        content[_ARGUMENT_NAMES[entity.type]] = entity.argument
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


def message_json(state: State, message: Message, *, is_nested: bool = False) -> dict[str, Any]:
    """Return the Bot API's ``Message``; a message replied to carries no reply of its own."""
    chat = state.chats[message.chat_id]
    content: dict[str, Any] = {
        "message_id": message.id,
        "from": user_json(state.users[message.sender]),
        "chat": chat_json(state, chat),
        "date": message.date,
    }
    content |= _body_json(state, message)
    if message.edited is not None:
        content["edit_date"] = message.edited
    if message.keyboard:
        content["reply_markup"] = keyboard_json(message.keyboard)
    if message.link_preview is not None:
        content["link_preview_options"] = dict(message.link_preview)
    if message.is_protected:
        content["has_protected_content"] = True
    if message.joined:
        content["new_chat_members"] = [user_json(state.users[user]) for user in message.joined]
    target = state.message(message.chat_id, message.reply_to)
    if target is not None and not is_nested:
        content["reply_to_message"] = message_json(state, target, is_nested=True)
        content |= _quote_json(state, message)
    return content


def _body_json(state: State, message: Message) -> dict[str, Any]:
    text_name, entities_name = "text", "entities"
    content: dict[str, Any] = {}
    if message.document is not None:
        text_name, entities_name = "caption", "caption_entities"
        content["document"] = document_json(message.document)
    if message.body.text:
        content[text_name] = message.body.text
    entities = entities_json(state, message.body.entities)
    if entities:
        content[entities_name] = entities
    return content


def _quote_json(state: State, message: Message) -> dict[str, Any]:
    if message.quote is None:
        return {}
    quote: dict[str, Any] = {
        "text": message.quote.body.text,
        "position": message.quote.position,
        "is_manual": message.quote.is_manual,
    }
    entities = entities_json(state, message.quote.body.entities)
    if entities:
        quote["entities"] = entities
    return {"quote": quote}


def callback_query_json(state: State, press: Press) -> dict[str, Any]:
    """Return the Bot API's ``CallbackQuery``."""
    message = state.message(press.chat_id, press.message_id)
    chat = state.chats[press.chat_id]
    # A message that is gone is still named: same ids, date 0.
    inaccessible = {"chat": chat_json(state, chat), "message_id": press.message_id, "date": 0}
    return {
        "id": press.id,
        "from": user_json(state.users[press.user]),
        "message": message_json(state, message) if message is not None else inaccessible,
        "chat_instance": str(abs(press.chat_id) * 7919),
        "data": press.data,
    }
