"""Methods that send, change and delete messages."""

from typing import Any

from telegram.constants import ChatAction, MessageLimit

from bot.simulator.errors import bad_request
from bot.simulator.events import EventKind
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.methods.keyboards import keyboard_of
from bot.simulator.server.methods.sending import body_of, deliver
from bot.simulator.world.types import Chat, ChatKind, Message
from bot.simulator.world.wire import message_json
from bot.simulator.world.world import World

_DELETABLE_SECONDS = 48 * 3600
_ACTIONS = frozenset(action.value for action in ChatAction)


def send_message(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer sendMessage."""
    chat = world.chat_to_write(arguments.chat_id())
    body = body_of(world, arguments, "text", MessageLimit.MAX_TEXT_LENGTH)
    return deliver(world, chat, arguments, body)


def edit_message_text(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer editMessageText."""
    chat, message = _editable(world, arguments)
    if message.document is not None:
        raise bad_request("there is no text in the message to edit")
    body = body_of(world, arguments, "text", MessageLimit.MAX_TEXT_LENGTH)
    keyboard = keyboard_of(arguments, chat)
    preview = arguments.fields("link_preview_options")
    world.flood.count(chat)
    changed = world.edit(message, body, keyboard, preview)
    return message_json(world.state, changed)


def edit_message_reply_markup(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer editMessageReplyMarkup; without a keyboard the old one is removed."""
    chat, message = _editable(world, arguments)
    keyboard = keyboard_of(arguments, chat)
    world.flood.count(chat)
    return message_json(
        world.state, world.edit(message, message.body, keyboard, message.link_preview)
    )


def delete_message(world: World, arguments: Arguments) -> bool:
    """Answer deleteMessage: own messages everywhere, other people's in private chats only."""
    chat = world.chat_of_bot(arguments.chat_id())
    message = world.state.message(chat.id, arguments.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    is_old = world.clock.seconds() - message.date > _DELETABLE_SECONDS
    is_foreign = message.sender != world.state.bot.id
    if is_old or (is_foreign and chat.kind is not ChatKind.PRIVATE):
        raise bad_request("message can't be deleted")
    world.delete(chat, message.id)
    return True


def send_chat_action(world: World, arguments: Arguments) -> bool:
    """Answer sendChatAction."""
    chat = world.chat_to_write(arguments.chat_id())
    action = arguments.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.events.tell(EventKind.TYPING, {"chat_id": chat.id, "action": action})
    return True


def _editable(world: World, arguments: Arguments) -> tuple[Chat, Message]:
    if arguments.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    if not arguments.has("message_id"):
        raise bad_request("message identifier is not specified")
    chat = world.chat_of_bot(arguments.chat_id())
    message = world.state.message(chat.id, arguments.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender != world.state.bot.id or message.is_service:
        raise bad_request("message can't be edited")
    return chat, message
