"""Votes become labels that the tester reads."""

from pathlib import Path

from bot.database import Database
from bot.feedback import FILE, Feedback, Opinion
from bot.statistics import read_statistics
from retrieval.evaluation.labels import read_labels


def test_a_line_is_written_once_and_reads_as_a_label(database: Database, tmp_path: Path) -> None:
    feedback = Feedback(database, tmp_path)
    for user, is_helpful in ((1, True), (2, True), (3, False), (3, False)):
        feedback.record(Opinion(user, -1, "民宿多少家？", "a.txt", "民宿271家。", is_helpful))
    good, bad = read_labels(tmp_path / FILE)
    assert good.question == bad.question == "民宿多少家？"
    assert (good.labels[0].source, good.labels[0].quote) == ("a.txt", "民宿271家。")
    assert not bad.answerable
    assert "bad" in bad.tags
    found = read_statistics(database, days=1)
    assert (found.helpful, found.bad) == (2, 1)


def test_who_changes_their_mind_counts_once(database: Database, tmp_path: Path) -> None:
    feedback = Feedback(database, tmp_path)
    for is_helpful in (True, False):
        feedback.record(Opinion(1, 1, "q", "a", "b", is_helpful))
    found = read_statistics(database, days=1)
    assert (found.helpful, found.bad) == (0, 1)


def test_a_question_longer_than_any_key_is_kept(database: Database, tmp_path: Path) -> None:
    feedback = Feedback(database, tmp_path)
    for is_helpful in (True, False):
        feedback.record(Opinion(1, 1, "问" * 4096, "a", "b" * 4096, is_helpful))
    found = read_statistics(database, days=1)
    assert (found.helpful, found.bad) == (0, 1)
