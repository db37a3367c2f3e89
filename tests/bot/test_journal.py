"""Accepted requests: written once, found again, finished once."""

import time

import pytest

from bot.database import Database
from bot.journal import Journal, Recovered
from bot.types import Asked, Request, State, Wish
from tests.bot.conftest import Opening


@pytest.fixture
def journal(database: Database) -> Journal:
    return Journal(database)


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


def test_a_crash_leaves_what_is_resumed_once_and_never_a_third_time(opening: Opening) -> None:
    crashed = opening()
    journal = Journal(crashed)
    waiting, working, sending, twice, done = journal.accept([asked(n) for n in range(5)])
    journal.begin(working.id)
    journal.sending(sending.id)
    for _ in range(2):
        journal.sending(twice.id)
    journal.finish(done.id, State.ANSWERED, answer_id=9)
    crashed.close()
    next_one = Journal(opening())
    found = recovered(next_one)
    assert [entry.id for entry in found.entries] == [waiting.id, working.id, sending.id]
    assert (found.expired, found.given_up) == (0, 1)
    assert found.entries[-1].attempts == 1
    # What is at hand is not begun twice.
    assert next_one.recover(120, in_hand={each.id for each in found.entries}).entries == ()


def test_who_was_told_to_wait_is_answered_in_that_message_by_whoever_is_left(
    opening: Opening,
) -> None:
    crashed = opening()
    journal = Journal(crashed)
    entry = journal.accept([asked(1)])[0]
    journal.finish(entry.id, State.AWAY, answer_id=9)
    assert journal.recover(120, in_hand={entry.id}).entries == ()
    crashed.close()
    next_one = Journal(opening())
    (owed,) = recovered(next_one).entries
    begun = next_one.begin(owed.id)
    assert begun is not None
    assert begun.answer_id == 9
    # In the group that this one becomes, message 9 is another.
    next_one.migrate(begun.asked.chat_id, -5)
    moved = next_one.find(begun.id)
    assert moved is not None
    assert moved.answer_id is None


def recovered(journal: Journal) -> Recovered:
    """What a dead process left, once the database has noticed its death."""
    deadline = time.monotonic() + 10
    while not (found := journal.recover(stale=120)).entries and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def test_what_is_too_old_is_not_resumed(journal: Journal) -> None:
    journal.accept([asked()])
    found = journal.recover(stale=-1)
    assert (found.entries, found.expired) == ((), 1)
    assert journal.recover(stale=120).entries == ()


def test_an_edit_changes_the_text_and_tells_how_far_the_old_one_has_come(journal: Journal) -> None:
    entry = journal.accept([asked(1, "旧")])[0]
    where = (entry.asked.chat_id, 1)
    assert journal.amend(*where, Request(Wish.ASK, "旧")) is None
    assert journal.amend(-1, 1, Request(Wish.ASK, "新")) is None
    amended = journal.amend(*where, Request(Wish.ASK, "新"))
    assert amended
    assert not amended.state.is_over
    begun = journal.begin(entry.id)
    assert begun
    assert begun.asked.request.text == "新"
    # An edit while the old text is answered is seen by who answers it, when it is done.
    assert journal.amend(*where, Request(Wish.ASK, "更新"))
    finished = journal.finish(entry.id, State.ANSWERED, answer_id=9)
    assert finished
    assert finished.asked.request.text == "更新"
    again = journal.amend(*where, Request(Wish.ASK, "最新"))
    assert again
    assert again.state.is_over
    assert again.answer_id == 9


def test_what_is_finished_is_not_begun_or_sent_again(journal: Journal) -> None:
    entry = journal.accept([asked()])[0]
    assert journal.begin(entry.id)
    assert journal.sending(entry.id)
    journal.finish(entry.id, State.ANSWERED, answer_id=9, seconds=1.5)
    assert journal.begin(entry.id) is None
    assert not journal.sending(entry.id)


def test_what_telegram_refused_counts_as_no_attempt_and_a_third_is_not_made(
    journal: Journal,
) -> None:
    entry = journal.accept([asked()])[0]
    for _ in range(5):
        assert journal.sending(entry.id)
        journal.unsent(entry.id)
    assert journal.sending(entry.id)
    assert journal.sending(entry.id)
    assert not journal.sending(entry.id)


def test_an_update_is_claimed_once(opening: Opening) -> None:
    one, other = Journal(opening()), Journal(opening())
    assert one.claim([1, 2]) == {1, 2}
    assert other.claim([2, 3]) == {3}
    assert one.claim([]) == set()


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
