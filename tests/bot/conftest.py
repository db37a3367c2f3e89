"""Telegram's objects as Telegram sends them, entities computed by the simulator's parser."""

from typing import Any

from telegram import Message, User

from bot.simulator.markup.formatted import format_plain

ME = User(id=7, is_bot=True, first_name="出处", username="ChuchuBot")


def message(text: str, *, caption: bool = False, **more: Any) -> Message:
    """A message of a person in a private chat, or what ``more`` makes of it."""
    raw: dict[str, Any] = {
        "message_id": 11,
        "date": 0,
        "chat": {"id": 3, "type": "private", "first_name": "王"},
        "from": {"id": 3, "is_bot": False, "first_name": "王", "language_code": "zh-hans"},
    }
    raw["caption" if caption else "text"] = text
    raw["caption_entities" if caption else "entities"] = entities(text)
    return Message.de_json(raw | more, None)


def entities(text: str) -> list[dict[str, Any]]:
    """What Telegram finds in a text by itself."""
    return [
        {"type": entity.type.value, "offset": entity.offset, "length": entity.length}
        for entity in (format_plain(text).entities if text.strip() else ())
    ]
