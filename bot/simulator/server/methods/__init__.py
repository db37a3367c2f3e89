"""The Bot API methods that the simulator knows, by lower-case name."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.simulator.server.arguments import Arguments
from bot.simulator.server.methods import (
    account,
    callbacks,
    chats,
    commands,
    files,
    inline,
    messages,
    polling,
    topics,
)
from bot.simulator.world.world import World

Method = Callable[[World, Arguments], Any | Awaitable[Any]]

_METHODS: dict[str, Method] = {
    "getMe": account.get_me,
    "logOut": account.confirm,
    "close": account.confirm,
    "setMyName": account.set_name,
    "getMyName": account.get_name,
    "setMyDescription": account.set_description,
    "getMyDescription": account.get_description,
    "setMyShortDescription": account.set_short_description,
    "getMyShortDescription": account.get_short_description,
    "getUpdates": polling.get_updates,
    "setWebhook": polling.set_webhook,
    "deleteWebhook": polling.delete_webhook,
    "getWebhookInfo": polling.get_webhook_info,
    "sendMessage": messages.send_message,
    "editMessageText": messages.edit_message_text,
    "editMessageCaption": messages.edit_message_caption,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "deleteMessages": messages.delete_messages,
    "forwardMessage": messages.forward_message,
    "copyMessage": messages.copy_message,
    "setMessageReaction": messages.set_message_reaction,
    "sendChatAction": messages.send_chat_action,
    "answerCallbackQuery": callbacks.answer_callback_query,
    "answerInlineQuery": inline.answer_inline_query,
    "answerGuestQuery": inline.answer_guest_query,
    "sendDocument": files.send_document,
    "sendPhoto": files.send_photo,
    "getFile": files.get_file,
    "setMyCommands": commands.set_commands,
    "getMyCommands": commands.get_commands,
    "deleteMyCommands": commands.delete_commands,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatAdministrators": chats.get_chat_administrators,
    "getChatMemberCount": chats.get_chat_member_count,
    "leaveChat": chats.leave_chat,
    "createForumTopic": topics.create_topic,
    "closeForumTopic": topics.close_topic,
    "reopenForumTopic": topics.reopen_topic,
    "deleteForumTopic": topics.delete_topic,
}
_NAMES = {name.lower(): name for name in _METHODS}


def find_method(name: str) -> tuple[str, Method] | None:
    """Return a method and its proper name; the case of the name does not matter."""
    proper = _NAMES.get(name.lower())
    return (proper, _METHODS[proper]) if proper else None


def method_names() -> tuple[str, ...]:
    """Return the names of all methods."""
    return tuple(_METHODS)
