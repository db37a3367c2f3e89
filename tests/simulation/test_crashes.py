"""``kill -9`` at any moment: nothing that was accepted is lost, nothing is answered twice."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.database import Database
from bot.simulator.client import Chat
from bot.simulator.process import RunningSimulator
from bot.sqlite import SqliteDatabase
from retrieval.settings import Settings
from tests.conftest import ROOT
from tests.simulation.conftest import Scene

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()", "bot"]
NOTHING: Mapping[str, str] = MappingProxyType({})


def start(
    simulator: RunningSimulator, folder: Path, index: Path, more: Mapping[str, str] = NOTHING
) -> "subprocess.Popen[bytes]":
    """The bot as people run it, in a process of its own."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        COMMAND,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ
        | {
            "TELEGRAM_BOT_TOKEN": simulator.token,
            "CHUCHU_BOT__API_BASE": simulator.api,
            "CHUCHU_BOT__FOLDER": str(folder),
            "CHUCHU_BOT__STATUS_PORT": "0",
            "CHUCHU_BOT__PER_USER": "1000",
            "CHUCHU_BOT__PER_CHAT": "1000",
            "CHUCHU_BOT__QUEUE": "100",
            # A busy machine spends most of the time on starting: nothing may grow too old for it.
            "CHUCHU_BOT__STALE": "3600",
            "CHUCHU_INDEX__FOLDER": str(index),
        }
        | dict(more),
    )


async def ask_on(scene: Scene, chats: list[Chat], seconds: float) -> None:
    """Everyone asks now and then, within what Telegram lets a bot answer."""
    number = 0
    while True:
        for chat in chats:
            number += 1
            await scene.say(chat, f"乡村精品民宿有多少家？第{number}问")
            await asyncio.sleep(seconds / len(chats))


async def kill_often(scene: Scene, index: Path, kills: int, seed: int) -> None:
    """Kill the bot again and again while people ask; then let it finish."""
    moments = random.Random(seed)  # noqa: S311 - must be repeatable
    chats = [await scene.person() for _ in range(8)]
    asking = asyncio.create_task(ask_on(scene, chats, 8.0))
    for _ in range(kills):
        calls = (await scene.people.report()).calls
        bot = start(scene.simulator, scene.folder, index)
        async with asyncio.timeout(60):
            # On a busy machine the start takes longer than any fixed time.
            while (await scene.people.report()).calls == calls:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        await asyncio.sleep(moments.uniform(0.2, 2.5))
        bot.kill()
        bot.wait()
    asking.cancel()
    bot = start(scene.simulator, scene.folder, index)
    try:
        async with asyncio.timeout(200):
            while await is_unfinished(scene):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
        await asyncio.sleep(2)
    finally:
        bot.terminate()
        assert bot.wait(15) == 0


async def is_unfinished(scene: Scene) -> bool:
    """Whether anything waits for the bot."""
    report = await scene.people.report()
    return bool(report.unanswered or report.waiting_updates)


def attempts(database: Database) -> dict[str, int]:
    """How often the answer to each question was given to Telegram; the database is closed."""
    try:
        rows = database.rows("SELECT text, attempts FROM requests")
        return {row["text"]: row["attempts"] for row in rows}
    finally:
        database.close()


async def check(scene: Scene, index: Path, kills: int) -> None:
    """Kill, and see that every question is answered, and doubled only where it cannot be known."""
    await kill_often(scene, index, kills, seed=7)
    report = await scene.people.report()
    tried = attempts(SqliteDatabase(scene.folder))
    assert report.unanswered == ()
    assert report.questions >= kills
    # Delivered, and killed before that was written down: sent once more, and never again.
    assert all(tried[text] == 2 for text in report.doubled)
    print(f"{kills} kills, {report.questions} questions, {len(report.doubled)} sent twice")  # noqa: T201


async def test_25_kill_9_loses_no_question_and_answers_none_twice(
    scene: Scene, seed_settings: Settings
) -> None:
    await check(scene, seed_settings.index.folder, kills=4)


@pytest.mark.slow
async def test_25_a_hundred_kills(scene: Scene, seed_settings: Settings) -> None:
    await check(scene, seed_settings.index.folder, kills=100)
