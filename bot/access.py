"""Who may do what: owners by id, people by list or pairing code, groups by an owner's approval."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.chats import Approval, Chats
from bot.clock import steady
from bot.database import Database
from bot.settings import BotSettings

_CODE_SECONDS = 3600
_ADMIN_SECONDS = 60
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without letters and digits that are read for each other."""
_CODE_LENGTH = 8

IsAdmin = Callable[[int, int], Awaitable[bool]]
"""Asks Telegram whether, in a chat, someone is an administrator: ``(chat id, user id)``."""


@dataclass(frozen=True, slots=True)
class Paired:
    """Someone whom a code let in."""

    user_id: int
    name: str


class Access:
    """Decides who may ask, set and keep."""

    def __init__(
        self, settings: BotSettings, chats: Chats, database: Database, is_admin: IsAdmin
    ) -> None:
        self._settings = settings
        self._chats = chats
        self._database = database
        self._ask_admin = is_admin
        self._admins: dict[tuple[int, int], tuple[bool, float]] = {}

    @property
    def is_open(self) -> bool:
        """Whether everyone may ask in private: then answers may be shared."""
        return self._settings.private == "open"

    def is_owner(self, user_id: int) -> bool:
        """Whether someone may do everything."""
        return user_id in self._settings.owners

    def may_ask(self, chat_id: int, user_id: int) -> bool:
        """Whether someone is answered in a chat; a private chat has its person's id."""
        if self.is_owner(user_id):
            return True
        approved = self._chats.get(chat_id).approval
        if chat_id < 0:
            return self._settings.groups == "open" or approved is Approval.GIVEN
        return self.may_ask_in_private(user_id)

    def may_ask_in_private(self, user_id: int) -> bool:
        """Whether someone may ask outside groups: in private and in inline mode."""
        return (
            self.is_open
            or self.is_owner(user_id)
            or user_id in self._settings.allowed
            or self._chats.get(user_id).approval is Approval.GIVEN
        )

    async def may_set(self, chat_id: int, user_id: int) -> bool:
        """Whether someone may change how a chat is set: admins of groups, everyone their own."""
        if self.is_owner(user_id) or chat_id == user_id:
            # An anonymous admin speaks as the group itself.
            return True
        return chat_id < 0 and await self._is_admin(chat_id, user_id)

    def pairing_code(self, user_id: int, name: str) -> str:
        """The code by which an owner lets someone in; the same for an hour."""
        now = time.time()
        self._database.rows("DELETE FROM pairings WHERE at < ?", (now - _CODE_SECONDS,))
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        found = self._database.rows(
            "INSERT INTO pairings VALUES (?, ?, ?, ?)"
            " ON CONFLICT (user_id) DO UPDATE SET name = excluded.name RETURNING code",
            (code, user_id, name, now),
        )
        return str(found[0]["code"])

    async def pair(self, code: str) -> Paired | None:
        """Let in whom a code names; ``None`` for a code that is wrong or too old."""
        found = await asyncio.to_thread(
            self._database.rows,
            "DELETE FROM pairings WHERE code = ? AND at >= ? RETURNING user_id, name",
            (code.strip().upper(), time.time() - _CODE_SECONDS),
        )
        if not found:
            return None
        paired = Paired(found[0]["user_id"], found[0]["name"])
        await self.decide(paired.user_id, Approval.GIVEN)
        return paired

    async def decide(self, chat_id: int, approval: Approval) -> None:
        """Note what an owner decided of a chat."""
        await self._chats.refresh([chat_id])  # it may have been decided otherwise elsewhere
        await self._chats.put(replace(self._chats.get(chat_id), approval=approval))

    async def _is_admin(self, chat_id: int, user_id: int) -> bool:
        now = steady()
        known, until = self._admins.get((chat_id, user_id), (False, 0.0))
        if now < until:
            return known
        is_admin = await self._ask_admin(chat_id, user_id)
        if len(self._admins) > 1000:
            self._admins.clear()
        self._admins[chat_id, user_id] = (is_admin, now + _ADMIN_SECONDS)
        return is_admin
