"""``chuchu bot`` and ``chuchu simulate``: what is printed, what goes wrong, how it stops."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Sequence

import pytest

from retrieval.settings import Settings
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
    assert rest.strip().endswith("Stopped.")
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
