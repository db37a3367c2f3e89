"""Methods about chats and their members."""

from typing import Any

from bot.simulator.errors import bad_request
from bot.simulator.server.arguments import Arguments
from bot.simulator.world.members import member_json, permissions_json
from bot.simulator.world.types import ChatKind
from bot.simulator.world.wire import chat_json
from bot.simulator.world.world import World

_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def get_chat(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer getChat with a ``ChatFullInfo``."""
    chat = world.chat_of_bot(arguments.chat_id())
    info = chat_json(world.state, chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if chat.is_group:
        info["permissions"] = permissions_json(chat)
    if chat.kind is ChatKind.SUPERGROUP:
        info["join_to_send_messages"] = True
        if chat.slow_mode:
            info["slow_mode_delay"] = chat.slow_mode
    if chat.linked is not None:
        info["linked_chat_id"] = chat.linked
    return info


def get_chat_member(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer getChatMember."""
    chat = world.chat_of_bot(arguments.chat_id())
    user = world.state.user(arguments.number("user_id"))
    return member_json(chat, user, chat.membership(user.id))


def get_chat_administrators(world: World, arguments: Arguments) -> list[dict[str, Any]]:
    """Answer getChatAdministrators: people, and bots if they are asked for."""
    chat = world.chat_of_bot(arguments.chat_id())
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    users = (world.state.users[user] for user in chat.members if chat.is_admin(user))
    with_bots = arguments.flag("return_bots")
    return [
        member_json(chat, user, chat.membership(user.id))
        for user in users
        if with_bots or not user.is_bot or user.id == world.state.bot.id
    ]


def get_chat_member_count(world: World, arguments: Arguments) -> int:
    """Answer getChatMemberCount."""
    return len(world.chat_of_bot(arguments.chat_id()).members)


def leave_chat(world: World, arguments: Arguments) -> bool:
    """Answer leaveChat."""
    chat = world.chat_of_bot(arguments.chat_id())
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    world.leave(chat)
    return True
