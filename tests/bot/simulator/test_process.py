"""Starting and ending the simulator."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time

import aiohttp
import pytest

from bot.simulator.errors import StartError
from bot.simulator.process import start_simulator

# ruff: noqa: S603 - every command is this interpreter and our own module
COMMAND = [sys.executable, "-m", "bot.simulator"]


def test_it_prints_one_line_with_its_addresses_and_a_token() -> None:
    with start_simulator() as running:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", running.api)
        assert running.page == running.api + "/"
        assert re.fullmatch(r"\d{9}:AA[A-Za-z0-9_-]{33}", running.token)
        assert running.base_url == running.api + "/bot"


def test_a_port_in_use_is_said_in_one_clear_line() -> None:
    with start_simulator() as running:
        port = running.api.rpartition(":")[2]
        ended = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True)
        assert ended.returncode == 1
        assert ended.stdout == ""
        assert ended.stderr == f"port {port} on 127.0.0.1 is in use; choose another with --port\n"
        with (
            pytest.raises(StartError, match="is in use; choose another"),
            start_simulator(port=int(port)),
        ):
            pass


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--token", "nonsense"]])
def test_wrong_options_are_refused(arguments: list[str]) -> None:
    ended = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True)
    assert ended.returncode == 2


def test_it_ends_with_its_parent() -> None:
    child = subprocess.Popen(
        [*COMMAND, "--exit-with-parent"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline()
        child.stdin.close()
        assert child.wait(5) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_quickly_even_while_others_wait_on_it(number: int) -> None:
    child = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        stdin=asyncio.subprocess.DEVNULL,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    ready = json.loads(await child.stdout.readline())
    async with aiohttp.ClientSession() as session:
        poll = asyncio.create_task(
            session.get(f"{ready['api']}/bot{ready['token']}/getUpdates?timeout=50")
        )
        async with session.get(f"{ready['api']}/sim/events") as stream:
            await stream.content.readline()
            await asyncio.sleep(0.1)
            started = time.monotonic()
            os.kill(child.pid, number)
            assert await asyncio.wait_for(child.wait(), 5) == 0
            assert time.monotonic() - started < 2
        (await poll).close()
    assert await child.stderr.read() == b""


def test_flood_limits_are_on_unless_told_otherwise() -> None:
    with start_simulator() as running:
        statuses = asyncio.run(_talk_fast(running.api, running.token))
    assert statuses == [200, 200, 200, 429, 429]


async def _talk_fast(api: str, token: str) -> list[int]:
    statuses = []
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{api}/sim/chats") as response:
            chat = (await response.json())["chats"][0]["id"]
        hello = {"from": chat, "text": "hi"}
        (await session.post(f"{api}/sim/chats/{chat}/messages", json=hello)).close()
        for _ in range(5):
            body = {"chat_id": chat, "text": "x"}
            async with session.post(f"{api}/bot{token}/sendMessage", json=body) as response:
                statuses.append(response.status)
                if response.status == 429:
                    wait = (await response.json())["parameters"]["retry_after"]
                    assert response.headers["Retry-After"] == str(wait)
    return statuses
