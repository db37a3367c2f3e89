"""Requests that were accepted, and how far they have come: none is lost, none is answered twice.

A request belongs to the process that accepted it; what a dead one left unfinished is taken over.
It is written before Telegram is told that it was received, is marked before its answer is
given to Telegram to send, and again when it was. What a crash leaves between the last two may or
may not have been delivered: it is sent once more, and never a third time.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.database import Database, Row
from bot.types import Asked, Entry, Request, State, Wish

MOST_ATTEMPTS = 2
_UNFINISHED = "state IN ('waiting', 'working', 'sending', 'away')"
_MINE = f"id = ? AND owner = ? AND {_UNFINISHED}"
_UPDATE_DAYS = 2
"""For which updates are known again; Telegram delivers them for one."""
_LONGEST_EARLIER = 200
"""Characters of the questions before that a follow-up keeps."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was unfinished, and in nobody's hands."""

    entries: tuple[Entry, ...]
    """To be answered now, in the order they came."""
    expired: int
    """Too old."""
    given_up: int
    """Those whose answer was given to Telegram twice and never confirmed."""


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

    def claim(self, updates: Sequence[int]) -> set[int]:
        """Note updates that are no requests; those that no process has noted before."""
        with self._database.transaction():
            return {
                row["id"]
                for each in updates
                for row in self._database.rows(
                    "INSERT INTO updates VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING id",
                    (each, time.time()),
                )
            }

    def begin(self, entry_id: int) -> Entry | None:
        """Take a request into work: its newest text; ``None`` where another process has it."""
        return self._change(f"state = 'working' WHERE {_MINE}", entry_id, self._database.me)

    def sending(self, entry_id: int) -> bool:
        """Note that an answer is given to Telegram now; ``False`` where that must not be.

        Another process has taken it over, or it was given twice.
        """
        return None is not self._change(
            f"state = 'sending', attempts = attempts + 1 WHERE {_MINE} AND attempts < ?",
            *(entry_id, self._database.me, MOST_ATTEMPTS),
        )

    def unsent(self, entry_id: int) -> None:
        """Note that Telegram surely did not deliver the answer that it was given."""
        change = f"state = 'working', attempts = attempts - 1 WHERE {_MINE}"
        self._change(change, entry_id, self._database.me)

    def finish(
        self,
        entry_id: int,
        state: State,
        answer_id: int | None = None,
        seconds: float | None = None,
    ) -> Entry | None:
        """Note how a request ended, if it is ours, or answered.

        Args:
            entry_id: Which one.
            state: How.
            answer_id: The message of ours that answers it; ``None`` keeps what is known.
            seconds: From the question's acceptance to its answer; ``None`` keeps what is known.

        Returns:
            The request, whose text may have been edited meanwhile.
        """
        return self._change(
            "state = ?, answer_id = coalesce(?, answer_id), seconds = coalesce(?, seconds)"
            " WHERE id = ? AND (owner = ? OR answer_id IS NOT NULL OR ?)",
            *(state.value, answer_id, seconds, entry_id),
            *(self._database.me, answer_id is not None),
        )

    def amend(self, chat_id: int, message_id: int, request: Request) -> Entry | None:
        """Give a request its newest text; ``None`` where nothing changed or nothing is known."""
        return self._change(
            "text = ?, wish = ? WHERE chat_id = ? AND message_id = ? AND text != ?",
            *(request.text, request.wish.value, chat_id, message_id, request.text),
        )

    def recover(self, stale: float, in_hand: Collection[int] = ()) -> Recovered:
        """Take over what dead processes left unfinished, and sort it.

        Args:
            stale: Seconds after which a request is no longer answered.
            in_hand: Requests that this process is at work on.
        """
        with self._database.transaction():
            self._take_over()
            mine = self._database.rows(
                f"SELECT * FROM requests WHERE owner = ? AND {_UNFINISHED} ORDER BY id",  # noqa: S608
                (self._database.me,),
            )
            left = [row for row in mine if row["id"] not in in_hand]
            expired = [row["id"] for row in left if row["accepted"] < time.time() - stale]
            entries = [_entry(row) for row in left if row["id"] not in expired]
            given_up = [each.id for each in entries if _is_given_up(each)]
            for ids, state in ((expired, State.EXPIRED), (given_up, State.DROPPED)):
                for entry_id in ids:
                    self._change("state = ? WHERE id = ?", state.value, entry_id)
        resumed = tuple(each for each in entries if each.id not in given_up)
        return Recovered(resumed, len(expired), len(given_up))

    def migrate(self, old: int, new: int) -> None:
        """Move a group's unfinished requests to its new id.

        Messages are numbered from 1 there: the old numbers mean others, so no answer stands under
        its question, and what is said already stays where it is.
        """
        self._database.rows(
            "UPDATE requests SET chat_id = ?, message_id = -message_id, answers_to = 0,"  # noqa: S608
            f" replied_to = NULL, answer_id = NULL WHERE chat_id = ? AND {_UNFINISHED}",
            (new, old),
        )

    def prune(self, days: int) -> None:
        """Forget requests that are older."""
        now = time.time()
        self._database.rows("DELETE FROM requests WHERE accepted < ?", (now - days * 86400,))
        self._database.rows("DELETE FROM updates WHERE at < ?", (now - _UPDATE_DAYS * 86400,))

    def _take_over(self) -> None:
        owners = self._database.rows(f"SELECT DISTINCT owner FROM requests WHERE {_UNFINISHED}")  # noqa: S608
        for gone in self._database.gone([row["owner"] for row in owners]):
            self._database.rows(
                f"UPDATE requests SET owner = ? WHERE owner = ? AND {_UNFINISHED}",  # noqa: S608
                (self._database.me, gone),
            )

    def _insert(self, asked: Asked) -> Sequence[Row]:
        request = asked.request
        return self._database.rows(
            "INSERT INTO requests (chat_id, message_id, user_id, name, is_private,"
            " thread_id, replied_to, answers_to, language, date, accepted, wish, text, is_command,"
            " is_quoted, earlier, state, owner) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
            " ON CONFLICT DO NOTHING RETURNING *",
            (
                *(asked.chat_id, asked.message_id, asked.user_id, asked.name, asked.is_private),
                *(asked.thread_id, asked.replied_to, asked.answers_to, asked.language),
                *(asked.date, time.time(), request.wish.value, request.text),
                *(request.is_command, request.is_quoted, self._earlier(asked)),
                *(State.WAITING.value, self._database.me),
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

    def _change(self, change: str, *values: object) -> Entry | None:
        changed = self._database.rows(
            f"UPDATE requests SET {change} RETURNING *",  # noqa: S608 - our own words
            values,
        )
        return _entry(changed[0]) if changed else None

    def _one(self, condition: str, *values: object) -> Entry | None:
        found = self._database.rows(
            f"SELECT * FROM requests WHERE {condition}",  # noqa: S608 - our own words
            values,
        )
        return _entry(found[0]) if found else None


def _is_given_up(entry: Entry) -> bool:
    return entry.state is State.SENDING and entry.attempts >= MOST_ATTEMPTS


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
