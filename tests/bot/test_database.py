"""SQLite and PostgreSQL alike, what each of them does by itself, and what is said when it fails."""

import asyncio
import logging
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from bot.database import Database, describe_database, open_database, patiently
from bot.errors import AwayError, BotError
from bot.feedback import Feedback, Opinion
from bot.journal import Journal
from bot.postgres import PostgresDatabase
from bot.sqlite import FILE, SqliteDatabase
from bot.statistics import read_statistics
from bot.types import State
from tests.bot.conftest import Opening
from tests.bot.test_journal import asked
from tests.postgres import PASSWORD, PostgresServer

OLD = Path(__file__).parent / "version_1.sql"


def chats(database: Database) -> list[int]:
    return [row["id"] for row in database.rows("SELECT id FROM chats ORDER BY id")]


def test_a_transaction_is_done_whole_or_not_at_all(opening: Opening) -> None:
    database, other = opening(), opening()

    def insert_and_fail() -> None:
        with database.transaction():
            database.rows("INSERT INTO chats (id) VALUES (?)", (1,))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        insert_and_fail()
    assert chats(other) == []
    with database.transaction():
        database.rows("INSERT INTO chats (id) VALUES (?)", (2,))
        assert chats(other) == []
    assert chats(other) == [2]


def test_threads_take_turns(database: Database) -> None:
    def insert(number: int) -> None:
        with database.transaction():
            database.rows("INSERT INTO chats (id) VALUES (?)", (number,))
            database.rows("UPDATE chats SET title = ? WHERE id = ?", ("?%s", number))

    threads = [threading.Thread(target=insert, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert chats(database) == list(range(8))
    assert {row["title"] for row in database.rows("SELECT title FROM chats")} == {"?%s"}


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BotError, match="cannot be opened"):
        open_database("", tmp_path / "file" / "bot")


def test_a_file_of_version_1_is_brought_up_to_date(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / FILE)
    old.executescript(OLD.read_text("utf-8"))
    old.close()
    database = open_database("", tmp_path)
    found = read_statistics(database, days=36500)
    assert (found.asked, found.helpful, found.bad) == (1, 1, 0)
    # The vote counts once still, and the request that was left is resumed.
    Feedback(database, tmp_path).record(Opinion(5, 5, "民宿", "a.txt", "271家", is_helpful=False))
    assert read_statistics(database, days=36500).bad == 1
    assert [each.asked.request.text for each in Journal(database).recover(1e12).entries] == ["民宿"]
    database.close()
    SqliteDatabase(tmp_path).close()


def test_a_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    SqliteDatabase(tmp_path).close()
    later = sqlite3.connect(tmp_path / FILE)
    later.execute("PRAGMA user_version = 99")
    later.close()
    with pytest.raises(BotError, match="of another version of Chuchu; move it away"):
        SqliteDatabase(tmp_path)


def test_tables_of_another_version_are_refused(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    database = open_database(address, Path("unused"))
    database.rows("UPDATE chuchu SET version = 99")
    database.close()
    with pytest.raises(BotError, match="of another version of Chuchu; set another"):
        open_database(address, Path("unused"))


def test_processes_that_start_together_make_the_tables_once(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    opened: list[PostgresDatabase] = []
    threads = [
        threading.Thread(target=lambda: opened.append(PostgresDatabase(address))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [chats(each) for each in opened] == [[]] * 4
    for each in opened:
        each.close()


def die(database: PostgresDatabase, witness: PostgresDatabase) -> None:
    """Close a connection, and wait until the server has noticed."""
    (backend,) = database.rows("SELECT pg_backend_pid() AS pid")
    database.close()
    while witness.rows("SELECT 1 FROM pg_stat_activity WHERE pid = ?", (backend["pid"],)):
        time.sleep(0.01)


def test_what_a_live_process_has_begun_is_left_to_it(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    one, other = (PostgresDatabase(address, grace=0.3) for _ in range(2))
    entry = Journal(one).accept([asked()])[0]
    assert Journal(other).recover(120).entries == ()
    time.sleep(0.4)
    assert Journal(other).recover(120).entries == ()
    die(one, other)
    # Its connection may only be broken: it gets some time to come back.
    assert Journal(other).recover(120).entries == ()
    time.sleep(0.4)
    assert [each.id for each in Journal(other).recover(120).entries] == [entry.id]
    other.close()


def test_of_several_that_take_over_one_does(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    dead, *living = (PostgresDatabase(address, grace=0) for _ in range(4))
    Journal(dead).accept([asked(number) for number in range(50)])
    die(dead, living[0])
    taken: list[int] = []

    def take_over(database: PostgresDatabase) -> None:
        taken.extend(entry.id for entry in Journal(database).recover(120).entries)

    threads = [threading.Thread(target=take_over, args=(each,)) for each in living]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 50
    for each in living:
        each.close()


def test_who_was_taken_for_dead_sends_nothing_more(opening: Opening) -> None:
    slow = opening()
    journal = Journal(slow)
    begun, delivered, dropped = journal.accept([asked(number) for number in range(3)])
    for entry in (begun, delivered, dropped):
        assert journal.begin(entry.id)
    assert journal.sending(delivered.id)
    assert journal.sending(dropped.id)
    slow.rows("UPDATE requests SET owner = owner + 1")  # as who takes over does
    assert not journal.sending(begun.id)
    assert journal.begin(begun.id) is None
    assert journal.finish(dropped.id, State.DROPPED) is None
    # But what it knows to be delivered, it may say.
    assert journal.finish(delivered.id, State.ANSWERED, answer_id=7)


async def test_a_server_that_restarts_is_found_again_and_told_of_once(
    postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    database = PostgresDatabase(postgres.new_database(), grace=0)
    entry = Journal(database).accept([asked()])[0]
    postgres.stop()
    try:
        for _ in range(5):
            with pytest.raises(AwayError):
                Journal(database).accept([asked(2)])
            await asyncio.sleep(0.2)
        restart = threading.Timer(1, postgres.start)
        restart.start()
        assert await patiently(lambda: Journal(database).find(entry.id)) == entry
        restart.join()
    finally:
        database.close()
    told = [record.getMessage() for record in caplog.records]
    assert len([line for line in told if "does not serve" in line]) == 1
    assert len([line for line in told if "is back after" in line]) == 1
    assert len(told) == 2


async def test_after_an_outage_nobody_is_thought_dead_at_once(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    one, other = (PostgresDatabase(address, grace=1.0) for _ in range(2))
    Journal(one).accept([asked()])
    one.close()  # its connection breaks
    assert Journal(other).recover(120).entries == ()
    postgres.stop()
    with pytest.raises(AwayError):
        Journal(other).recover(120)
    await asyncio.sleep(1.1)
    postgres.start()
    # This one is back first, and the other has no lock yet.
    assert (await patiently(lambda: Journal(other).recover(120))).entries == ()
    assert (await patiently(lambda: Journal(one).recover(120, in_hand=[1]))).entries == ()
    await asyncio.sleep(1.1)
    assert Journal(other).recover(120).entries == ()
    one.close()
    other.close()


def test_a_zero_byte_is_stored_as_what_it_is_not(postgres: PostgresServer) -> None:
    database = PostgresDatabase(postgres.new_database())
    entry = Journal(database).accept([asked(1, "a\0b")])[0]
    assert entry.asked.request.text == "a\ufffdb"
    database.close()


@pytest.mark.parametrize("wrong", ["nobody:", "port", "name"])
def test_a_server_that_does_not_serve_is_one_clear_line_without_the_password(
    postgres: PostgresServer, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = {
        "nobody:": postgres.address(user="nobody"),
        "port": "postgresql://chuchu@127.0.0.1:1/x",
        "name": postgres.address("missing"),
    }[wrong]
    for opens in (open_database, describe_database):
        with pytest.raises(BotError, match=r"does not serve \(.*\); start it, set PGPASS") as told:
            opens(address, Path("unused"))
        assert PASSWORD not in str(told.value)
        assert "\n" not in str(told.value)


def test_who_may_make_no_tables_is_told_how_that_is_allowed(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    name = address.rpartition("/")[2]
    postgres.run(f"CREATE USER guest_{name} PASSWORD '{PASSWORD}'")
    guest = postgres.address(name, f"guest_{name}")
    with pytest.raises(BotError, match=f"GRANT CREATE ON SCHEMA public TO guest_{name}"):
        describe_database(guest, Path("unused"))
    with pytest.raises(BotError, match="GRANT CREATE"):
        open_database(guest, Path("unused"))


def test_a_database_is_described_and_left_as_it_was(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    assert ", version 1" in describe_database(address, Path("unused"))
    database = open_database(address, Path("unused"))  # makes its tables now
    assert chats(database) == []
    database.close()
    assert describe_database("", Path("here")) == "SQLite, in here"
