"""Figures of what was asked."""

from bot.database import Database
from bot.journal import Journal
from bot.statistics import read_questions, read_statistics
from bot.types import State
from tests.bot.test_journal import asked


def test_questions_are_counted_by_how_they_ended(database: Database) -> None:
    journal = Journal(database)
    entries = journal.accept([asked(n, "红烧肉" if n % 2 else "民宿") for n in range(20)])
    for number, entry in enumerate(entries):
        state = State.SILENT if number % 2 else State.ANSWERED
        journal.finish(entry.id, state, number, seconds=float(number))
    found = read_statistics(database, days=1)
    assert (found.asked, found.answered, found.silent, found.other) == (20, 10, 10, 0)
    assert found.p95 == 18.0
    unanswered = read_questions(database, 1, 10, only_unanswered=True)
    assert [(each.question, each.count) for each in unanswered] == [("红烧肉", 10)]
    assert len(read_questions(database, 1, 10, only_unanswered=False)) == 2


def test_nothing_asked_is_all_zeros(database: Database) -> None:
    found = read_statistics(database, days=1)
    assert (found.asked, found.p95) == (0, 0.0)
