"""Methods that send, change and delete messages."""

from typing import Any

from telegram.constants import BulkRequestLimit, ChatAction, MessageLimit, ReactionEmoji

from bot.simulator.errors import ApiError, bad_request, changed
from bot.simulator.events import EventKind
from bot.simulator.markup.entities import FormattedText
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.methods.keyboards import keyboard_of
from bot.simulator.server.methods.sending import body_of, caption_of, deliver
from bot.simulator.world.types import Chat, ChatKind, Message, Outgoing
from bot.simulator.world.wire import message_json, origin_json
from bot.simulator.world.world import World

_DELETABLE_SECONDS = 48 * 3600
_ACTIONS = frozenset(action.value for action in ChatAction)
_REACTIONS = frozenset(emoji.value for emoji in ReactionEmoji)


def send_message(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer sendMessage."""
    chat = world.chat_to_write(arguments.chat_id())
    body = body_of(world, arguments, "text", MessageLimit.MAX_TEXT_LENGTH)
    return deliver(world, chat, arguments, body)


def edit_message_text(world: World, arguments: Arguments) -> dict[str, Any] | bool:
    """Answer editMessageText."""
    chat, message = _editable(world, arguments)
    if message.has_caption:
        raise bad_request("there is no text in the message to edit")
    body = body_of(world, arguments, "text", MessageLimit.MAX_TEXT_LENGTH)
    message = world.set_preview(message, arguments.fields("link_preview_options"))
    return _edit(world, arguments, chat, message, body)


def edit_message_caption(world: World, arguments: Arguments) -> dict[str, Any] | bool:
    """Answer editMessageCaption; without a caption the old one is removed."""
    chat, message = _editable(world, arguments)
    if not message.has_caption:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, arguments, chat, message, caption_of(world, arguments))


def edit_message_reply_markup(world: World, arguments: Arguments) -> dict[str, Any] | bool:
    """Answer editMessageReplyMarkup; without a keyboard the old one is removed."""
    chat, message = _editable(world, arguments)
    return _edit(world, arguments, chat, message, message.body)


def delete_message(world: World, arguments: Arguments) -> bool:
    """Answer deleteMessage: own messages everywhere, other people's in private chats only."""
    chat = world.chat_of_bot(arguments.chat_id())
    number = arguments.number("message_id")
    message = world.state.message(chat.id, number)
    if message is None:
        raise _gone(world, chat, number, "message to delete not found")
    if not _is_deletable(world, chat, message):
        raise bad_request("message can't be deleted")
    world.delete(chat, message.id)
    return True


def delete_messages(world: World, arguments: Arguments) -> bool:
    """Answer deleteMessages; what is not found or not deletable is skipped."""
    chat = world.chat_of_bot(arguments.chat_id())
    numbers = arguments.items("message_ids")
    if not BulkRequestLimit.MIN_LIMIT <= len(numbers) <= BulkRequestLimit.MAX_LIMIT:
        raise bad_request("message identifiers are not specified or too many")
    for number in numbers:
        message = world.state.message(chat.id, number)
        if message is not None and _is_deletable(world, chat, message):
            world.delete(chat, message.id)
    return True


def forward_message(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer forwardMessage."""
    chat, source = _copied(world, arguments, "forward")
    thread = None
    if arguments.has("message_thread_id"):
        thread = world.thread_to_write(chat, arguments.number("message_thread_id"))
    content = Outgoing(
        source.body,
        document=source.document,
        extra=source.content.extra,
        origin=origin_json(world.state, source),
        thread=thread,
    )
    world.flood.count(chat)
    return message_json(world.state, world.send(chat, content))


def copy_message(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer copyMessage."""
    chat, source = _copied(world, arguments, "copy")
    body = source.body
    if source.has_caption and arguments.has("caption"):
        body = caption_of(world, arguments)
    sent = deliver(world, chat, arguments, body, source.document, source.content.extra)
    return {"message_id": sent["message_id"]}


def set_message_reaction(world: World, arguments: Arguments) -> bool:
    """Answer setMessageReaction: bots may set one reaction."""
    chat = world.chat_of_bot(arguments.chat_id())
    if world.state.message(chat.id, arguments.number("message_id")) is None:
        raise changed("message to react not found")
    reactions = arguments.items("reaction")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        if reaction.get("emoji", "👍") not in _REACTIONS:
            raise bad_request("REACTION_INVALID")
    return True


def send_chat_action(world: World, arguments: Arguments) -> bool:
    """Answer sendChatAction."""
    chat = world.chat_to_write(arguments.chat_id())
    action = arguments.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.events.tell(EventKind.TYPING, {"chat_id": chat.id, "action": action})
    return True


def _edit(
    world: World, arguments: Arguments, chat: Chat, message: Message, body: FormattedText
) -> dict[str, Any] | bool:
    keyboard = keyboard_of(arguments, chat)
    world.flood.count(chat)
    edited = world.edit(message, body, keyboard)
    return True if arguments.has("inline_message_id") else message_json(world.state, edited)


def _editable(world: World, arguments: Arguments) -> tuple[Chat, Message]:
    if arguments.has("inline_message_id"):
        message = world.state.inline_message(arguments.text("inline_message_id"))
        if message is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return world.state.chats[message.chat_id], message
    if not arguments.has("message_id"):
        raise bad_request("message identifier is not specified")
    chat = world.chat_of_bot(arguments.chat_id())
    number = arguments.number("message_id")
    message = world.state.message(chat.id, number)
    if message is None:
        raise _gone(world, chat, number, "message to edit not found")
    if message.by.author != world.state.bot.id or message.is_service:
        raise bad_request("message can't be edited")
    return chat, message


def _gone(world: World, chat: Chat, number: int, reason: str) -> ApiError:
    """What was there once was deleted by people; what never was is the bot's mistake."""
    was_there = 0 < number <= world.state.history(chat).last_id
    return changed(reason) if was_there else bad_request(reason)


def _is_deletable(world: World, chat: Chat, message: Message) -> bool:
    is_old = world.clock.seconds() - message.date > _DELETABLE_SECONDS
    is_own = message.by.author == world.state.bot.id
    is_allowed = is_own or chat.kind is ChatKind.PRIVATE or chat.is_admin(world.state.bot.id)
    return is_allowed and (not is_old or (chat.is_admin(world.state.bot.id) and chat.is_group))


def _copied(world: World, arguments: Arguments, verb: str) -> tuple[Chat, Message]:
    chat = world.chat_to_write(arguments.chat_id())
    value = arguments.values["from_chat_id"]
    source = world.chat_of_bot(value if isinstance(value, int) else str(value))
    message = world.state.message(source.id, arguments.number("message_id"))
    if message is None:
        raise _gone(world, source, arguments.number("message_id"), f"message to {verb} not found")
    if message.is_service or message.content.is_protected:
        raise bad_request(f"the message can't be {'forwarded' if verb == 'forward' else 'copied'}")
    return chat, message
