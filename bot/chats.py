"""What is known of chats: whether they can be written to, who let them in, how they are set.

A private chat has the id of its person, so that a person's language and permission stand here too.
"""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from enum import Enum
from threading import RLock

from bot.database import Database, Row
from bot.errors import AwayError
from bot.types import Language


class Approval(Enum):
    """Whether an owner let a chat in."""

    UNASKED = "unasked"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


class Reach(Enum):
    """Whether a chat can be written to."""

    OPEN = "open"
    MUTE = "mute"
    """It lets bots write nothing."""
    GONE = "gone"
    """We were removed or blocked, or it was deleted."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What is known of one chat."""

    id: int
    title: str = ""
    approval: Approval = Approval.UNASKED
    reach: Reach = Reach.OPEN
    since: float = 0.0
    """When its reach last changed, in seconds since 1970."""
    added_by: int | None = None
    collection: str = ""
    threshold: float | None = None
    """The chat's own threshold; ``None`` for the settings'."""
    language: Language | None = None
    """The chat's own language; ``None`` follows who asks."""


class Chats:
    """All chats, in the database, and in memory as they were last read.

    Other processes change them too: whoever takes an update in reads those that it concerns anew,
    and what is written are the changes alone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = RLock()
        self._known: dict[int, Chat] = {}
        self._read("SELECT * FROM chats")

    def get(self, chat_id: int) -> Chat:
        """What is known of a chat, or nothing yet."""
        return self._known.get(chat_id) or Chat(chat_id)

    def all(self) -> list[Chat]:
        """Every chat that something is known of."""
        return list(self._known.values())

    async def refresh(self, chat_ids: Iterable[int] | None = None) -> None:
        """Read some chats anew, or all."""
        if chat_ids is None:
            await asyncio.to_thread(self._read, "SELECT * FROM chats")
            return
        ids = sorted(set(chat_ids))
        if ids:
            marks = ", ".join("?" * len(ids))
            sql = f"SELECT * FROM chats WHERE id IN ({marks})"  # noqa: S608 - question marks
            await asyncio.to_thread(self._read, sql, *ids)

    async def put(self, chat: Chat) -> Chat:
        """Keep how a chat now differs from what is known of it.

        Returns:
            The chat, with what other processes changed.
        """
        changes = _differences(self.get(chat.id), chat)
        if changes:
            self._known[chat.id] = chat
            names, marks = ", ".join(changes), ", ".join("?" * len(changes))
            new = ", ".join(f"{name} = excluded.{name}" for name in changes)
            await asyncio.to_thread(
                self._read,
                f"INSERT INTO chats (id, {names}) VALUES (?, {marks})"  # noqa: S608 - our own names
                f" ON CONFLICT (id) DO UPDATE SET {new} RETURNING *",
                *(chat.id, *changes.values()),
            )
        return self.get(chat.id)

    async def reached(self, chat_id: int, reach: Reach) -> bool:
        """Note whether a chat can be written to; ``True`` where that is news."""
        chat = self.get(chat_id)
        if chat.reach is reach:
            return False
        with suppress(AwayError):  # it will be seen again, and nothing must fail for it
            await self.put(replace(chat, reach=reach, since=time.time()))
        return True

    async def migrate(self, old: int, new: int) -> None:
        """Move what is known of a group to its new id."""
        self._known.pop(old, None)
        await asyncio.to_thread(self._move, old, new)

    def _move(self, old: int, new: int) -> None:
        with self._reading, self._database.transaction():
            if self._database.rows("SELECT 1 FROM chats WHERE id = ?", (old,)):
                self._database.rows("DELETE FROM chats WHERE id = ?", (new,))
                self._read("UPDATE chats SET id = ? WHERE id = ? RETURNING *", new, old)

    def _read(self, sql: str, *values: object) -> None:
        with self._reading:  # so that what was read last stays
            for row in self._database.rows(sql, values):
                self._known[row["id"]] = _chat(row)


def _differences(old: Chat, new: Chat) -> dict[str, object]:
    """What of a chat has changed, as it is stored."""
    changes: dict[str, object] = {}
    for name in (field.name for field in fields(Chat)):
        value = getattr(new, name)
        if value != getattr(old, name):
            changes[name] = value.value if isinstance(value, Enum) else value
    if "language" in changes:
        changes["language"] = new.language or ""
    return changes


def _chat(row: Row) -> Chat:
    return Chat(
        id=row["id"],
        title=row["title"],
        approval=Approval(row["approval"]),
        reach=Reach(row["reach"]),
        since=row["since"],
        added_by=row["added_by"],
        collection=row["collection"],
        threshold=row["threshold"],
        language=row["language"] or None,
    )
