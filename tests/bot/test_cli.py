"""``chuchu bot`` and ``chuchu simulate``: what is printed, what goes wrong, how it stops."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.journal import Journal
from bot.sqlite import SqliteDatabase
from bot.types import State
from retrieval.settings import Settings
from tests.bot.test_journal import asked
from tests.conftest import ROOT

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()"]


def chuchu(arguments: Sequence[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own interpreter
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=60,
        env=os.environ | environment,
    )


@pytest.fixture(scope="module")
def indexed(seed_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {
        "CHUCHU_INDEX__FOLDER": str(seed_settings.index.folder),
        "CHUCHU_BOT__FOLDER": str(tmp_path_factory.mktemp("bot")),
        "CHUCHU_BOT__STATUS_PORT": "0",
    }


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_without_a_token_it_asks_shows_the_answer_serves_a_page_and_stops(
    indexed: dict[str, str], stop: signal.Signals
) -> None:
    bot = subprocess.Popen(  # noqa: S603 - our own interpreter
        [*COMMAND, "bot"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | indexed | {"PYTHONUNBUFFERED": "1"},
    )
    assert bot.stdout
    printed = ""
    while "Chat page: " not in printed:
        line = bot.stdout.readline()
        assert line, printed
        printed += line
    assert "“资源承接”“农品进京”“引客入蓟”“黄金走廊”四大工程" in printed
    assert "《天津蓟州区实施“四大工程”加快融入京津冀》" in printed
    address = re.search(r"http://127\.0\.0\.1:\d+/", printed)
    assert address
    with urllib.request.urlopen(address[0]) as page:  # noqa: S310 - our own page
        assert "Chuchu" in page.read().decode()
    bot.send_signal(stop)
    rest, errors = bot.communicate(timeout=15)
    assert bot.returncode == 0
    report = rest.strip().splitlines()
    assert report[-1] == "Stopped."
    assert [line[0] for line in report[:-1]] == ["✓"] * 9
    assert "Traceback" not in errors
    assert not re.search(r"\d{6,}:[\w-]{30,}", printed + rest + errors)


def test_a_port_in_use_is_one_clear_line(indexed: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = chuchu(["simulate", "--port", port], **indexed)
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is in use" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_wrong_token_is_one_clear_line_without_the_token() -> None:
    done = chuchu(["bot"], TELEGRAM_BOT_TOKEN="my-secret")  # noqa: S106 - none
    assert done.returncode == 1
    assert done.stderr.startswith("chuchu: TELEGRAM_BOT_TOKEN does not hold a bot token")
    assert "my-secret" not in done.stderr


def test_questions_that_the_documents_do_not_answer_are_listed(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path)
    journal = Journal(database)
    for number, text in enumerate(["红烧肉", "红烧肉 ", "民宿"]):
        state = State.ANSWERED if text == "民宿" else State.SILENT
        journal.finish(journal.accept([asked(number, text)])[0].id, state)
    database.close()
    folder = {"CHUCHU_BOT__FOLDER": str(tmp_path)}
    assert chuchu(["questions", "--unanswered"], **folder).stdout == "   2  红烧肉\n"
    assert "民宿" in chuchu(["questions"], **folder).stdout


def test_the_doctor_names_what_is_missing(tmp_path: Path) -> None:
    done = chuchu(
        ["doctor"],
        CHUCHU_INDEX__FOLDER=str(tmp_path / "index"),
        CHUCHU_BOT__FOLDER=str(tmp_path),
        TELEGRAM_BOT_TOKEN="my-secret",  # noqa: S106 - none
    )
    assert done.returncode == 1
    assert "✗  index" in done.stdout
    assert "nothing has been indexed yet" in done.stdout.replace("\n", " ")
    assert "my-secret" not in done.stdout + done.stderr


def test_messages_that_are_not_ours_are_dismissed() -> None:
    assert "µs  plain words" in chuchu(["benchmark", "addressing"]).stdout


def test_a_start_is_measured_to_the_first_answer(indexed: dict[str, str]) -> None:
    done = chuchu(["benchmark", "start", "--runs", "1"], **indexed)
    assert re.search(r"^median \d+\.\d\d s, worst .* at most \d+ MB$", done.stdout, re.MULTILINE)


def test_nothing_indexed_is_one_clear_line(tmp_path: "os.PathLike[str]") -> None:
    done = chuchu(["bot"], CHUCHU_INDEX__FOLDER=str(tmp_path))
    assert done.returncode == 1
    assert "nothing has been indexed yet; run: chuchu index" in done.stderr


def test_a_token_that_telegram_refuses_ends_the_bot(indexed: dict[str, str]) -> None:
    from bot.simulator.process import start_simulator

    with start_simulator() as simulator:
        done = chuchu(
            ["bot"],
            TELEGRAM_BOT_TOKEN="123456789:" + "A" * 35,
            CHUCHU_BOT__API_BASE=simulator.api,
            **indexed,
        )
    assert done.returncode == os.EX_CONFIG
    assert "Telegram refuses the token" in done.stderr
    assert "A" * 35 not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", ["bot", "simulate", "ask", "index", "evaluate", "doctor", "questions"]
)
def test_every_command_explains_itself(command: str) -> None:
    assert "Usage:" in chuchu([command, "--help"]).stdout


def test_a_transcript_that_holds_is_printed_with_its_reasons(
    indexed: dict[str, str], tmp_path: Path
) -> None:
    good = tmp_path / "good.txt"
    good.write_text(
        "小满: 今天吃什么 => silence\nAlice: @ChuchuBot 四大工程是哪四个？ => reply\n", "utf-8"
    )
    done = chuchu(["simulate", "--transcript", str(good)], **indexed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 silence  小满: 今天吃什么  (privacy mode" in done.stdout
    assert "2 reply    Alice: @ChuchuBot 四大工程是哪四个？  (the bot is mentioned)" in done.stdout
    assert "2 messages, 0 not as expected" in done.stdout


def test_a_transcript_that_does_not_hold_or_cannot_be_read_ends_with_an_error(
    indexed: dict[str, str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("小满: @ChuchuBot 四大工程是哪四个？ => silence\n", "utf-8")
    done = chuchu(["simulate", "--transcript", str(bad)], **indexed)
    assert done.returncode == 1
    assert "✗   1 reply" in done.stdout
    assert "1 not as expected" in done.stdout
    bad.write_text("no message", "utf-8")
    done = chuchu(["simulate", "--transcript", str(bad)], **indexed)
    assert (done.returncode, done.stdout) == (1, "")
    assert "bad, line 1: a message looks like" in done.stderr
    done = chuchu(["simulate", "--transcript", str(tmp_path / "missing.txt")], **indexed)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_crowd_is_answered_and_counted(indexed: dict[str, str]) -> None:
    crowd = ["--users", "8", "--groups", "1", "--burst", "10"]
    done = chuchu(["simulate", "--load", *crowd], **indexed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"asked +10\nanswered +10 ", done.stdout)
    assert re.search(r"lost +0\nanswered twice +0\n", done.stdout)
