"""What is known of chats: whether they can be written to, who let them in, how they are set.

A private chat has the id of its person, so that a person's language and permission stand here too.
"""

import sqlite3
import time
from dataclasses import dataclass, fields, replace
from enum import Enum

from bot.database import Database
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
    """All chats, in memory and in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = {row["id"]: _chat(row) for row in database.rows("SELECT * FROM chats")}

    def get(self, chat_id: int) -> Chat:
        """What is known of a chat, or nothing yet."""
        return self._known.get(chat_id) or Chat(chat_id)

    def all(self) -> list[Chat]:
        """Every chat that something is known of."""
        return list(self._known.values())

    def put(self, chat: Chat) -> None:
        """Keep what is known of a chat."""
        if chat == self.get(chat.id):
            return
        self._known[chat.id] = chat
        values = [getattr(chat, field.name) for field in fields(chat)]
        values = [value.value if isinstance(value, Enum) else value for value in values]
        values[-1] = chat.language or ""
        names = ", ".join(field.name for field in fields(chat))
        marks = ", ".join("?" * len(values))
        self._database.rows(
            f"INSERT OR REPLACE INTO chats ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            values,
        )

    def reached(self, chat_id: int, reach: Reach) -> bool:
        """Note whether a chat can be written to; ``True`` where that is news."""
        chat = self.get(chat_id)
        if chat.reach is reach:
            return False
        self.put(replace(chat, reach=reach, since=time.time()))
        return True

    def migrate(self, old: int, new: int) -> None:
        """Move what is known of a group to its new id."""
        if old in self._known:
            self.put(replace(self._known.pop(old), id=new))
            self._database.rows("DELETE FROM chats WHERE id = ?", (old,))


def _chat(row: sqlite3.Row) -> Chat:
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
