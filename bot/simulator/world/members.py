"""Writes memberships as the Bot API does."""

from typing import Any

from bot.simulator.world.types import Chat, ChatKind, Membership, Status, User
from bot.simulator.world.wire import user_json

PERMISSIONS = (
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
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
_RIGHTS_IN_CHANNELS = (
    "can_post_messages",
    "can_edit_messages",
    "can_manage_direct_messages",
)
_RIGHTS_IN_GROUPS = ("can_pin_messages", "can_manage_topics", "can_manage_tags")


def member_json(chat: Chat, user: User, membership: Membership) -> dict[str, Any]:
    """Return the Bot API's ``ChatMember``."""
    content: dict[str, Any] = {"user": user_json(user), "status": membership.status.value}
    match membership.status:
        case Status.CREATOR:
            content["is_anonymous"] = membership.is_anonymous
        case Status.ADMINISTRATOR:
            content |= {"can_be_edited": False, "is_anonymous": membership.is_anonymous}
            content |= dict.fromkeys(_rights(chat), True)
        case Status.RESTRICTED:
            content |= {"is_member": True, "until_date": 0}
            content |= dict.fromkeys(PERMISSIONS, False)
        case Status.KICKED:
            content["until_date"] = 0
    return content


def permissions_json(chat: Chat) -> dict[str, bool]:
    """Return the Bot API's ``ChatPermissions`` of a group."""
    return dict.fromkeys(PERMISSIONS, not chat.is_read_only)


def _rights(chat: Chat) -> tuple[str, ...]:
    if chat.kind is ChatKind.CHANNEL:
        return (*_RIGHTS, *_RIGHTS_IN_CHANNELS)
    return (*_RIGHTS, *_RIGHTS_IN_GROUPS)
