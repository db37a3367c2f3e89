"""Methods about chats and their members."""

from typing import Any

from bot.simulator.errors import bad_request
from bot.simulator.server.arguments import Arguments
from bot.simulator.world.types import Chat, ChatKind
from bot.simulator.world.wire import chat_json, user_json
from bot.simulator.world.world import World

_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_invite_users",
)
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
    if chat.kind is ChatKind.SUPERGROUP:
        info["permissions"] = dict.fromkeys(_PERMISSIONS, True)
        info["join_to_send_messages"] = True
    return info


def get_chat_member(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer getChatMember."""
    chat = world.chat_of_bot(arguments.chat_id())
    user = world.state.users.get(arguments.number("user_id"))
    if user is None:
        raise bad_request("user not found")
    status = _status(chat, user.id)
    member: dict[str, Any] = {"user": user_json(user), "status": status}
    if status == "creator":
        member["is_anonymous"] = False
    return member


def _status(chat: Chat, user_id: int) -> str:
    if user_id == chat.owner:
        return "creator"
    return "member" if user_id in chat.members else "left"


def leave_chat(world: World, arguments: Arguments) -> bool:
    """Answer leaveChat."""
    chat = world.chat_of_bot(arguments.chat_id())
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    world.leave(chat)
    return True
