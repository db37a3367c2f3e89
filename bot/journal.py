"""Requests that were accepted, and how far they have come: none is lost, none is answered twice.

A request is written before Telegram is told that it was received, is marked before its answer is
given to Telegram to send, and again when it was. What a crash leaves between the last two may or
may not have been delivered: it is sent once more, and never a third time.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Row

from bot.database import Database
from bot.types import Asked, Entry, Request, State, Wish

MOST_ATTEMPTS = 2
_UNFINISHED = "state IN ('waiting', 'working', 'sending')"
_LONGEST_EARLIER = 200
"""Characters of the questions before that a follow-up keeps."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a start found unfinished."""

    entries: tuple[Entry, ...]
    """To be answered now, in the order they came."""
    expired: int
    """Too old."""
    given_up: int
    """Those whose answer was given to Telegram twice and never confirmed."""


@dataclass(frozen=True, slots=True)
class Amended:
    """A request whose message was edited."""

    entry: Entry
    was_begun: bool
    """Whether the old text is being answered, or was."""


class Journal:
    """The table of requests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, asked: Sequence[Asked]) -> list[Entry]:
        """Write requests down in one transaction; those that stand there already are left out."""
        accepted = []
        with self._database.transaction():
            for each in asked:
                inserted = self._insert(each)
                if inserted:
                    accepted.append(_entry(inserted[0]))
        return accepted

    def find(self, entry_id: int) -> Entry | None:
        """A request by its number, as it stands now."""
        return self._one("id = ?", entry_id)

    def find_message(self, chat_id: int, message_id: int) -> Entry | None:
        """The request that a message made."""
        return self._one("chat_id = ? AND message_id = ?", chat_id, message_id)

    def find_answer(self, chat_id: int, answer_id: int) -> Entry | None:
        """The request that a message of ours answers."""
        return self._one("chat_id = ? AND answer_id = ?", chat_id, answer_id)

    def begin(self, entry_id: int) -> Entry | None:
        """Take a request into work: its newest text."""
        self._set(entry_id, State.WORKING)
        return self.find(entry_id)

    def sending(self, entry_id: int) -> None:
        """Note that an answer is given to Telegram now."""
        self._database.rows(
            "UPDATE requests SET state = ?, attempts = attempts + 1 WHERE id = ?",
            (State.SENDING.value, entry_id),
        )

    def finish(
        self, entry_id: int, state: State, answer_id: int | None = None, seconds: float = 0.0
    ) -> None:
        """Note how a request ended.

        Args:
            entry_id: Which one.
            state: How.
            answer_id: The message of ours that answers it; ``None`` keeps what is known.
            seconds: From the question's acceptance to its answer.
        """
        self._database.rows(
            "UPDATE requests SET state = ?, answer_id = coalesce(?, answer_id), seconds = ?"
            " WHERE id = ?",
            (state.value, answer_id, seconds, entry_id),
        )

    def amend(self, chat_id: int, message_id: int, request: Request) -> Amended | None:
        """Give a request its newest text; ``None`` where nothing changed or nothing is known."""
        entry = self.find_message(chat_id, message_id)
        if entry is None or entry.asked.request.text == request.text:
            return None
        self._database.rows(
            "UPDATE requests SET text = ?, wish = ? WHERE id = ?",
            (request.text, request.wish.value, entry.id),
        )
        return Amended(entry, was_begun=entry.state is not State.WAITING)

    def recover(self, stale: float) -> Recovered:
        """Sort what a crash left unfinished.

        Args:
            stale: Seconds after which a request is no longer answered.
        """
        since = time.time() - stale
        with self._database.transaction():
            expired = self._database.rows(
                f"UPDATE requests SET state = 'expired' WHERE {_UNFINISHED}"  # noqa: S608 - ours
                " AND accepted < ? RETURNING id",
                (since,),
            )
            given_up = self._database.rows(
                "UPDATE requests SET state = 'dropped' WHERE state = 'sending' AND attempts >= ?"
                " RETURNING id",
                (MOST_ATTEMPTS,),
            )
        rows = self._database.rows(
            f"SELECT * FROM requests WHERE {_UNFINISHED} ORDER BY id"  # noqa: S608 - ours
        )
        return Recovered(tuple(map(_entry, rows)), len(expired), len(given_up))

    def migrate(self, old: int, new: int) -> None:
        """Move a group's unfinished requests to its new id.

        Messages are numbered from 1 there: the old numbers mean others, so no answer stands under
        its question, and what is answered already stays where it is.
        """
        self._database.rows(
            "UPDATE requests SET chat_id = ?, message_id = -message_id, answers_to = 0,"  # noqa: S608
            f" replied_to = NULL WHERE chat_id = ? AND {_UNFINISHED}",
            (new, old),
        )

    def prune(self, days: int) -> None:
        """Forget requests that are older."""
        self._database.rows(
            "DELETE FROM requests WHERE accepted < ?", (time.time() - days * 86400,)
        )

    def _insert(self, asked: Asked) -> list[Row]:
        request = asked.request
        return self._database.rows(
            "INSERT OR IGNORE INTO requests (chat_id, message_id, user_id, name, is_private,"
            " thread_id, replied_to, answers_to, language, date, accepted, wish, text, is_command,"
            " is_quoted, earlier, state) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
            " RETURNING *",
            (
                *(asked.chat_id, asked.message_id, asked.user_id, asked.name, asked.is_private),
                *(asked.thread_id, asked.replied_to, asked.answers_to, asked.language),
                *(asked.date, time.time(), request.wish.value, request.text),
                *(request.is_command, request.is_quoted, self._earlier(asked)),
                State.WAITING.value,
            ),
        )

    def _earlier(self, asked: Asked) -> str:
        """The words of the questions that a follow-up continues, the nearest last."""
        if asked.replied_to is None or asked.request.wish is not Wish.ASK:
            return ""
        before = self.find_answer(asked.chat_id, asked.replied_to)
        if before is None or before.asked.request.wish is not Wish.ASK:
            return ""
        return f"{before.earlier} {before.asked.request.text}".strip()[-_LONGEST_EARLIER:]

    def _set(self, entry_id: int, state: State) -> None:
        self._database.rows("UPDATE requests SET state = ? WHERE id = ?", (state.value, entry_id))

    def _one(self, condition: str, *values: object) -> Entry | None:
        found = self._database.rows(
            f"SELECT * FROM requests WHERE {condition}",  # noqa: S608 - our own words
            values,
        )
        return _entry(found[0]) if found else None


def _entry(row: Row) -> Entry:
    asked = Asked(
        request=Request(
            Wish(row["wish"]), row["text"], bool(row["is_command"]), bool(row["is_quoted"])
        ),
        chat_id=row["chat_id"],
        message_id=row["message_id"],
        user_id=row["user_id"],
        name=row["name"],
        is_private=bool(row["is_private"]),
        thread_id=row["thread_id"],
        replied_to=row["replied_to"],
        answers_to=row["answers_to"],
        language=row["language"],
        date=row["date"],
    )
    return Entry(
        id=row["id"],
        asked=asked,
        state=State(row["state"]),
        earlier=row["earlier"],
        answer_id=row["answer_id"],
        attempts=row["attempts"],
    )
