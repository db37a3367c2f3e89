"""What all methods that send share: text, keyboard, reply, delivery."""

from collections.abc import Mapping, Sequence
from typing import Any

from telegram.constants import MessageLimit

from bot.simulator.errors import ApiError, bad_request, changed
from bot.simulator.markup.entities import (
    NO_TEXT,
    Entity,
    EntityType,
    FormattedText,
    utf16_length,
)
from bot.simulator.markup.formatted import RawText, format_text
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.methods.keyboards import keyboard_of
from bot.simulator.world.types import Chat, Document, Message, Outgoing, Quote
from bot.simulator.world.wire import message_json
from bot.simulator.world.world import World

_LONGEST_QUOTE = 1024
_QUOTABLE = frozenset(
    {
        EntityType.BOLD,
        EntityType.ITALIC,
        EntityType.UNDERLINE,
        EntityType.STRIKETHROUGH,
        EntityType.SPOILER,
        EntityType.CUSTOM_EMOJI,
    }
)


def caption_of(world: World, arguments: Arguments) -> FormattedText:
    """Return the caption of a call, empty if it has none.

    Raises:
        ApiError: If Telegram would refuse it.
    """
    if not arguments.text("caption"):
        return NO_TEXT
    return body_of(world, arguments, "caption", MessageLimit.CAPTION_LENGTH)


def body_of(world: World, arguments: Arguments, name: str, limit: int) -> FormattedText:
    """Return the formatted text of a call.

    Raises:
        ApiError: If Telegram would refuse it.
    """
    try:
        return body_from(world, arguments.method, arguments.values, name, limit)
    except ApiError as error:
        if name == "caption" and error.description.endswith("message is too long"):
            raise bad_request("message caption is too long") from None
        raise


def body_from(
    world: World, method: str, fields: Mapping[str, Any], name: str, limit: int
) -> FormattedText:
    """Return the formatted text of an object such as ``InputTextMessageContent``.

    Raises:
        ApiError: If Telegram would refuse it.
    """
    entities_name = "caption_entities" if name == "caption" else "entities"
    raw = RawText(
        str(fields.get(name, "")),
        str(fields.get("parse_mode", "")),
        _entities(fields.get(entities_name) or []),
    )
    return format_text(raw, limit=limit, warn=lambda rule, detail: world.find(method, rule, detail))


def deliver(
    world: World,
    chat: Chat,
    arguments: Arguments,
    body: FormattedText,
    document: Document | None = None,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Send a message whose content is already checked, and return it as the Bot API does.

    Raises:
        ApiError: If reply or keyboard are wrong, or the bot sends too fast.
    """
    keyboard = keyboard_of(arguments, chat)
    target = _reply_target(world, chat, arguments)
    thread = _thread(world, chat, arguments, target)
    outgoing = Outgoing(
        body,
        reply_to=target.id if target is not None else None,
        quote=_quote(world, arguments, target) if target is not None else None,
        keyboard=keyboard,
        document=document,
        link_preview=arguments.fields("link_preview_options"),
        is_protected=arguments.flag("protect_content"),
        thread=thread,
        extra=extra or {},
    )
    world.check_slow_mode(chat)
    world.flood.count(chat)
    return message_json(world.state, world.send(chat, outgoing))


def _entities(items: Sequence[Mapping[str, Any]]) -> tuple[Entity, ...]:
    entities = []
    for item in items:
        try:
            kind = EntityType(item["type"])
        except ValueError:
            raise bad_request("can't parse MessageEntity: Unsupported type specified") from None
        entities.append(Entity(kind, item["offset"], item["length"], _argument(item)))
    return tuple(entities)


def _argument(item: Mapping[str, Any]) -> str:
    if item.get("user"):
        return str(item["user"]["id"])
    if "unix_time" in item:
        return f"{item['unix_time']}:{item.get('date_time_format', '')}"
    names = ("url", "language", "custom_emoji_id")
    return str(next((item[name] for name in names if item.get(name)), ""))


def _thread(world: World, chat: Chat, arguments: Arguments, target: Message | None) -> int | None:
    """Return the topic: the one that is named, or that of the message replied to."""
    if not arguments.has("message_thread_id"):
        named = target.thread if target is not None else None
        return world.thread_to_write(chat, named) if named else None
    thread = world.thread_to_write(chat, arguments.number("message_thread_id"))
    if not chat.is_forum:
        # Telegram ignores it outside forums; a bot that sends it there copies it blindly.
        detail = str(arguments.number("message_thread_id"))
        world.find(arguments.method, "thread outside a forum", detail)
    if target is not None and target.thread != thread:
        world.find(arguments.method, "reply in another topic", f"message {target.id}")
    return thread


def _reply_target(world: World, chat: Chat, arguments: Arguments) -> Message | None:
    parameters = arguments.fields("reply_parameters")
    if parameters is None:
        return None
    number = parameters["message_id"]
    target = world.state.message(chat.id, number)
    is_elsewhere = parameters.get("chat_id", chat.id) not in (chat.id, str(chat.id))
    if target is not None and not is_elsewhere and not target.is_service:
        return target
    if parameters.get("allow_sending_without_reply") and not is_elsewhere:
        return None
    if 0 < number <= world.state.history(chat).last_id and not is_elsewhere:
        raise changed("message to be replied not found")
    raise bad_request("message to be replied not found")


def _quote(world: World, arguments: Arguments, target: Message) -> Quote | None:
    parameters = arguments.fields("reply_parameters") or {}
    if not parameters.get("quote"):
        return None
    raw = RawText(
        parameters["quote"],
        parameters.get("quote_parse_mode", ""),
        _entities(parameters.get("quote_entities", [])),
    )
    body = format_text(raw, limit=MessageLimit.MAX_TEXT_LENGTH, warn=lambda *_: None)
    position = target.body.text.find(body.text)
    if position < 0 or len(body.text) > _LONGEST_QUOTE:
        world.find(arguments.method, "quote is not a part of the message", body.text[:100])
        raise bad_request("QUOTE_TEXT_INVALID")
    kept = tuple(entity for entity in body.entities if entity.type in _QUOTABLE)
    place = utf16_length(target.body.text[:position])
    return Quote(FormattedText(body.text, kept), place)
