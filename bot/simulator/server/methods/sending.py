"""What all methods that send share: text, keyboard, reply, delivery."""

from collections.abc import Mapping, Sequence
from typing import Any

from telegram.constants import MessageLimit

from bot.simulator.errors import ApiError, bad_request
from bot.simulator.markup.entities import Entity, EntityType, FormattedText, utf16_length
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


def has_text(arguments: Arguments, name: str) -> bool:
    """Tell whether a text parameter says anything."""
    return bool(arguments.text(name))


def body_of(world: World, arguments: Arguments, name: str, limit: int) -> FormattedText:
    """Return the formatted text of a call.

    Raises:
        ApiError: If Telegram would refuse it.
    """
    entities_name = "entities" if name == "text" else f"{name}_entities"
    raw = RawText(
        arguments.text(name),
        arguments.text("parse_mode"),
        _entities(arguments.items(entities_name)),
    )
    try:
        return format_text(
            raw,
            limit=limit,
            warn=lambda rule, detail: world.find(arguments.method, rule, detail),
        )
    except ApiError as error:
        if name == "caption" and error.description.endswith("message is too long"):
            raise bad_request("message caption is too long") from None
        raise


def deliver(
    world: World,
    chat: Chat,
    arguments: Arguments,
    body: FormattedText,
    document: Document | None = None,
) -> dict[str, Any]:
    """Send a message whose content is already checked, and return it as the Bot API does.

    Raises:
        ApiError: If reply or keyboard are wrong, or the bot sends too fast.
    """
    keyboard = keyboard_of(arguments, chat)
    reply_to, quote = _reply(world, chat, arguments)
    _check_thread(world, arguments)
    world.flood.count(chat)
    outgoing = Outgoing(
        body,
        reply_to=reply_to,
        quote=quote,
        keyboard=keyboard,
        document=document,
        link_preview=arguments.fields("link_preview_options"),
        is_protected=arguments.flag("protect_content"),
    )
    return message_json(world.state, world.send(chat, outgoing))


def _entities(items: Sequence[Mapping[str, Any]]) -> tuple[Entity, ...]:
    entities = []
    for item in items:
        try:
            kind = EntityType(item["type"])
        except ValueError:
            raise bad_request("can't parse MessageEntity: Unsupported type specified") from None
        user = item.get("user")
        argument = (
            user["id"]
            if user
            else next((item[n] for n in ("url", "language", "custom_emoji_id") if item.get(n)), "")
        )
        entities.append(Entity(kind, item["offset"], item["length"], str(argument)))
    return tuple(entities)


def _check_thread(world: World, arguments: Arguments) -> None:
    if not arguments.has("message_thread_id"):
        return
    thread = arguments.number("message_thread_id")
    if thread == 1:
        raise bad_request("message thread not found")
    if thread:
        # Telegram ignores it outside forums; a bot that sends it there copies it blindly.
        world.find(arguments.method, "thread outside a forum", str(thread))


def _reply(world: World, chat: Chat, arguments: Arguments) -> tuple[int | None, Quote | None]:
    parameters = arguments.fields("reply_parameters")
    if parameters is None:
        return None, None
    target = world.state.message(chat.id, parameters["message_id"])
    is_elsewhere = parameters.get("chat_id", chat.id) not in (chat.id, str(chat.id))
    if target is None or is_elsewhere or target.is_service:
        if parameters.get("allow_sending_without_reply") and not is_elsewhere:
            return None, None
        raise bad_request("message to be replied not found")
    return target.id, _quote(world, arguments, target, parameters)


def _quote(
    world: World, arguments: Arguments, target: Message, parameters: Mapping[str, Any]
) -> Quote | None:
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
