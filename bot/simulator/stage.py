"""Sets the scene of a simulator from tests: people, chats, time, files, updates, faults."""

import base64
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.simulator.snapshots import Chat, Member, chat_from_json

Post = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]

ALWAYS = -1
"""For ``times``: a fault that strikes every call."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a test may change; reached as ``SimulatorClient.stage``."""

    post: Post

    # -- people and chats ------------------------------------------------------------------

    async def add_person(
        self,
        first_name: str,
        *,
        user_id: int = 0,
        username: str = "",
        language_code: str = "",
        is_bot: bool = False,
    ) -> Member:
        """Add a person, who gets a private chat with the bot, or another bot, which does not."""
        body = {
            "id": user_id,
            "first_name": first_name,
            "username": username,
            "language_code": language_code,
            "is_bot": is_bot,
        }
        return Member(**(await self.post("/sim/people", body))["user"])

    async def add_group(
        self, title: str, members: Sequence[int], *, kind: str = "supergroup", **more: object
    ) -> Chat:
        """Add a group, supergroup or channel; the first member owns it.

        ``more`` may hold ``is_forum``, ``username``, ``linked`` (a channel's or group's id) and
        ``with_bot`` (False leaves the bot outside).
        """
        body = {"title": title, "members": list(members), "kind": kind, **more}
        return chat_from_json((await self.post("/sim/groups", body))["chat"])

    async def set_member(
        self,
        chat_id: int,
        status: str,
        *,
        user_id: int | None = None,
        is_anonymous: bool = False,
        by: int | None = None,
    ) -> Chat:
        """Change what someone, else the bot, is in a chat: joins, leaves, rises, is shut out.

        Args:
            chat_id: The chat; in a private one "kicked" means that the person blocks the bot.
            status: creator, administrator, member, restricted, left or kicked.
            user_id: Who; the bot if it is None.
            is_anonymous: Whether an administrator writes in the name of the group.
            by: Who does it; the first member if it is None.
        """
        body: dict[str, Any] = {"status": status, "is_anonymous": is_anonymous}
        body |= {name: value for name, value in (("user", user_id), ("by", by)) if value}
        return chat_from_json((await self.post(f"/sim/chats/{chat_id}/members", body))["chat"])

    async def deactivate(self, user_id: int) -> None:
        """Let a person delete their account."""
        await self.post("/sim/people/change", {"id": user_id, "is_deactivated": True})

    async def change_chat(self, chat_id: int, **changes: object) -> Chat:
        """Change ``title``, ``is_read_only`` (only admins write), ``slow_mode`` or ``is_deleted``.

        ``slow_mode`` is in seconds, from one message of a member to the next.
        """
        return chat_from_json((await self.post(f"/sim/chats/{chat_id}/change", changes))["chat"])

    async def migrate(self, chat_id: int) -> Chat:
        """Turn a group (kind "group") into a supergroup, and return that."""
        return chat_from_json((await self.post(f"/sim/chats/{chat_id}/migrate", {}))["chat"])

    async def open_topic(self, chat_id: int, user_id: int, name: str) -> int:
        """Open a topic in a forum, and return its id."""
        body = {"from": user_id, "name": name}
        return int((await self.post(f"/sim/chats/{chat_id}/topics", body))["topic_id"])

    async def close_topic(self, chat_id: int, topic_id: int, *, is_closed: bool = True) -> None:
        """Close a topic, or open it again."""
        body = {"topic_id": topic_id, "is_closed": is_closed}
        await self.post(f"/sim/chats/{chat_id}/topics", body)

    async def delete_topic(self, chat_id: int, topic_id: int) -> None:
        """Delete a topic with its messages."""
        body = {"topic_id": topic_id, "is_deleted": True}
        await self.post(f"/sim/chats/{chat_id}/topics", body)

    async def upload(
        self,
        name: str,
        content: bytes,
        mime_type: str = "application/octet-stream",
        size: int = 0,
    ) -> str:
        """Keep a file that a person can send with ``file_id``; ``size`` is what is told of it."""
        encoded = base64.b64encode(content).decode()
        body = {"name": name, "mime_type": mime_type, "content": encoded, "size": size}
        return str((await self.post("/sim/files", body))["file_id"])

    # -- the bot and its updates -----------------------------------------------------------

    async def change_bot(self, **abilities: bool) -> None:
        """Change what @BotFather allows.

        ``can_read_all_group_messages`` (privacy mode off), ``supports_inline_queries``,
        ``supports_guest_queries``, ``can_join_groups``, ``inline_feedback``, ``hears_bots``.
        """
        await self.post("/sim/bot", dict(abilities))

    async def enforce_limits(self, *, are_enforced: bool = True) -> None:
        """Switch Telegram's flood limits on or off."""
        await self.post("/sim/limits", {"are_enforced": are_enforced})

    async def add_update(self, kind: str, content: dict[str, Any]) -> None:
        """Queue any update: of an unknown kind, or one that cannot be parsed."""
        await self.post("/sim/updates", {"action": "raw", "kind": kind, "content": content})

    async def poison(self) -> None:
        """Queue an update that python-telegram-bot cannot parse: a chat without a type."""
        message = {"message_id": 1, "date": 0, "chat": {"id": 1}, "text": "poison"}
        await self.add_update("message", message)

    async def repeat_updates(self, count: int = 1) -> int:
        """Deliver the newest delivered updates once more, with their old ids."""
        body = {"action": "repeat", "count": count}
        return int((await self.post("/sim/updates", body))["repeated"])

    async def shuffle_updates(self, seed: int = 0) -> None:
        """Bring the waiting updates out of order."""
        await self.post("/sim/updates", {"action": "shuffle", "seed": seed})

    async def skip_update_ids(self, count: int) -> None:
        """Leave a gap of update ids."""
        await self.post("/sim/updates", {"action": "skip", "count": count})

    async def restart_update_ids(self, update_id: int) -> None:
        """Go on with another, even a smaller update id."""
        await self.post("/sim/updates", {"action": "restart", "update_id": update_id})

    async def drop_updates(self) -> None:
        """Throw away all updates that wait."""
        await self.post("/sim/updates", {"action": "drop"})

    # -- faults ----------------------------------------------------------------------------

    async def add_fault(
        self, kind: str, *methods: str, times: int = 1, skip: int = 0, **more: object
    ) -> int:
        """Plan a fault, and return its number.

        Args:
            kind: A value of `bot.simulator.faults.plan.FaultKind`: 429, 400, 401, 403, 409, 500,
                502, 503, 504, junk, truncated, cut, reset, silence, slow, slow body, closed.
            methods: Which methods it strikes, such as sendMessage; ``file`` stands for downloads.
            times: How many matching calls; `ALWAYS` for all.
            skip: How many matching calls go well first.
            more: ``chat_id``, ``seconds``, ``description``, and ``after``: whether the call is
                carried out before it goes wrong.
        """
        body = {"kind": kind, "methods": list(methods), "times": times, "skip": skip, **more}
        return int((await self.post("/sim/faults", body))["number"])

    async def add_chance(
        self, seed: int, rate: float, *methods: str, kinds: Sequence[str] | None = None
    ) -> None:
        """Let calls go wrong at random, repeatably."""
        body: dict[str, Any] = {"seed": seed, "rate": rate, "methods": list(methods)}
        if kinds is not None:
            body["kinds"] = list(kinds)
        await self.post("/sim/faults/chance", body)

    async def clear_faults(self) -> None:
        """Let all calls go well again."""
        await self.post("/sim/faults/remove", {})

    async def go_down(self, seconds: float) -> None:
        """Refuse all connections for some seconds, the control interface's included."""
        await self.post("/sim/down", {"seconds": seconds})
