"""``kill -9`` of either of two bots behind a load balancer that delivers some updates twice."""

import asyncio
import os
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.database import open_database
from bot.simulator.client import Chat
from retrieval.settings import Settings
from tests.postgres import PostgresServer
from tests.simulation.balancer import Balancer
from tests.simulation.conftest import Scene
from tests.simulation.test_crashes import ask_on, attempts, is_unfinished, start
from tests.simulation.test_operating import free_port
from tests.simulation.test_replicas import becomes


@dataclass(slots=True)
class Replica:
    """A bot in a process of its own."""

    scene: Scene
    index: Path
    folder: Path
    port: int
    common: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, again."""
        more = {"CHUCHU_BOT__WEBHOOK_PORT": str(self.port), **self.common}
        self.process = start(self.scene.simulator, self.folder, self.index, more)

    def kill(self) -> None:
        """End it in the midst of whatever it does."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as a person does; its exit status."""
        assert self.process
        self.process.terminate()
        return self.process.wait(20)


async def kill_either(scene: Scene, replicas: list[Replica], kills: int, seed: int) -> None:
    """Kill one of the bots again and again while people ask."""
    moments = random.Random(seed)  # noqa: S311 - must be repeatable
    chats: list[Chat] = [await scene.person() for _ in range(12)]
    for replica in replicas:
        await becomes(replica.port, "ok")
    asking = asyncio.create_task(ask_on(scene, chats, 2.0))
    for _ in range(kills):
        replica = moments.choice(replicas)
        await becomes(replica.port, "ok")
        # So that there is something at hand: answers that wait, and some whose delivery is not
        # confirmed yet.
        await scene.stage.add_fault("429", "sendMessage", times=2, seconds=1)
        await scene.stage.add_fault("slow", "sendMessage", skip=2, times=2, seconds=1)
        await asyncio.sleep(moments.uniform(0.2, 2.0))
        replica.kill()
        replica.start()
    asking.cancel()
    async with asyncio.timeout(200):
        while await is_unfinished(scene):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)
    # What would be sent once more, would be by now.
    await asyncio.sleep(8)


async def check(scene: Scene, postgres: PostgresServer, index: Path, kills: int) -> None:
    """Kill, and see that each question is answered, and doubled only where it cannot be known."""
    database, before = postgres.new_database(), await scene.people.report()
    async with Balancer().running() as balancer:
        balancer.share = 0.3
        common = {
            "CHUCHU_BOT__DATABASE": database,
            "CHUCHU_BOT__WEBHOOK": balancer.url,
            "PGPASSWORD": os.environ["PGPASSWORD"],
        }
        replicas = [
            Replica(scene, index, scene.folder / name, free_port(), common) for name in ("1", "2")
        ]
        balancer.ports = [replica.port for replica in replicas]
        try:
            for replica in replicas:
                replica.start()
            await kill_either(scene, replicas, kills, seed=11)
        finally:
            assert [replica.stop() for replica in replicas] == [0, 0]
    report = await scene.people.report()
    tried = attempts(open_database(database, scene.folder))
    assert report.unanswered == ()
    asked, doubled = report.questions - before.questions, report.doubled[len(before.doubled) :]
    assert asked >= 2 * kills
    assert balancer.doubled
    # Delivered, and killed before that was written down: sent once more, and never again.
    assert all(tried[text] == 2 for text in doubled)
    again = sum(times == 2 for times in tried.values())
    print(  # noqa: T201
        f"{kills} kills, {asked} questions, {balancer.doubled} deliveries doubled, "
        f"{balancer.refused} refused; {again} answers tried again, {len(doubled)} of them "
        "had been delivered"
    )


async def test_kill_9_of_either_bot_loses_no_question_and_answers_none_twice(
    scene: Scene, postgres: PostgresServer, seed_settings: Settings
) -> None:
    await check(scene, postgres, seed_settings.index.folder, kills=3)


@pytest.mark.slow
async def test_thirty_kills_of_either_bot(
    scene: Scene, postgres: PostgresServer, seed_settings: Settings
) -> None:
    await check(scene, postgres, seed_settings.index.folder, kills=30)
