"""Accepted requests: written once, found again, finished once."""

import time
from pathlib import Path

import pytest

from bot.database import Database
from bot.errors import BotError
from bot.journal import Journal
from bot.types import Asked, Request, State, Wish


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(Database(tmp_path))


def asked(message_id: int = 1, text: str = "问", **more: object) -> Asked:
    values: dict[str, object] = {
        "request": Request(Wish.ASK, text),
        "chat_id": -1_002_345_678_901,
        "message_id": message_id,
        "user_id": 5_000_000_000,
        "name": "王",
        "is_private": False,
        "thread_id": None,
        "replied_to": None,
        "answers_to": message_id,
        "language": "zh-hans",
        "date": time.time(),
    }
    return Asked(**(values | more))  # type: ignore[arg-type]


def test_what_is_written_is_read_and_a_message_counts_once(journal: Journal) -> None:
    first = journal.accept([asked(1), asked(2), asked(1)])
    assert [entry.asked for entry in first] == [
        journal.find(entry.id).asked  # type: ignore[union-attr]
        for entry in first
    ]
    assert [entry.asked.message_id for entry in first] == [1, 2]
    assert journal.accept([asked(2)]) == []


def test_a_follow_up_keeps_the_words_of_the_questions_before(journal: Journal) -> None:
    entry = journal.accept([asked(1, "民宿多少家")])[0]
    journal.finish(entry.id, State.ANSWERED, answer_id=10)
    second = journal.accept([asked(11, "景区呢", replied_to=10)])[0]
    assert second.earlier == "民宿多少家"
    journal.finish(second.id, State.ANSWERED, answer_id=12)
    third = journal.accept([asked(13, "国家呢", replied_to=12)])[0]
    assert third.earlier == "民宿多少家 景区呢"
    assert journal.accept([asked(14, "好", replied_to=99)])[0].earlier == ""


def test_a_crash_leaves_what_is_resumed_once_and_never_a_third_time(tmp_path: Path) -> None:
    journal = Journal(Database(tmp_path))
    waiting, working, sending, twice, done = journal.accept([asked(n) for n in range(5)])
    journal.begin(working.id)
    journal.sending(sending.id)
    for _ in range(2):
        journal.sending(twice.id)
    journal.finish(done.id, State.ANSWERED, answer_id=9)
    found = Journal(Database(tmp_path)).recover(stale=120)
    assert [entry.id for entry in found.entries] == [waiting.id, working.id, sending.id]
    assert (found.expired, found.given_up) == (0, 1)
    assert found.entries[-1].attempts == 1


def test_what_is_too_old_is_not_resumed(journal: Journal) -> None:
    journal.accept([asked()])
    found = journal.recover(stale=-1)
    assert (found.entries, found.expired) == ((), 1)
    assert journal.recover(stale=120).entries == ()


def test_an_edit_changes_the_text_and_tells_whether_work_had_begun(journal: Journal) -> None:
    entry = journal.accept([asked(1, "旧")])[0]
    where = (entry.asked.chat_id, 1)
    assert journal.amend(*where, Request(Wish.ASK, "旧")) is None
    amended = journal.amend(*where, Request(Wish.ASK, "新"))
    assert amended
    assert not amended.was_begun
    assert journal.begin(entry.id).asked.request.text == "新"  # type: ignore[union-attr]
    again = journal.amend(*where, Request(Wish.ASK, "更新"))
    assert again
    assert again.was_begun


def test_a_group_that_moves_takes_only_unfinished_requests_along(journal: Journal) -> None:
    done, open_ = journal.accept([asked(1), asked(2)])
    journal.finish(done.id, State.ANSWERED, answer_id=3)
    journal.migrate(done.asked.chat_id, -1_009)
    moved = journal.find(open_.id)
    assert moved
    assert (moved.asked.chat_id, moved.asked.answers_to) == (-1_009, 0)
    # Message 2 of the new group is another one.
    assert len(journal.accept([asked(2, chat_id=-1_009)])) == 1


def test_old_requests_are_forgotten(journal: Journal) -> None:
    entry = journal.accept([asked()])[0]
    journal.prune(days=1)
    assert journal.find(entry.id)
    journal.prune(days=0)
    assert journal.find(entry.id) is None


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BotError, match="cannot be opened"):
        Database(tmp_path / "file" / "bot")
