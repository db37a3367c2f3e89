"""``kill -9`` of the Milvus server while people ask: they are told, and are answered when it is back."""

import asyncio
import time
from dataclasses import dataclass

import pytest

from bot.simulator.client import Chat
from bot.texts import texts
from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.index.generation import open_generation
from retrieval.index.milvus.mirror import mirror
from retrieval.settings import Settings
from tests.milvus import MilvusServer
from tests.simulation.conftest import Scene
from tests.simulation.test_crashes import start

QUESTION = "四大工程是哪四个？"
TIMEOUT = 1.0
AWAY = texts("zh").away_for_now.format(seconds=120)
PATIENCE = 60


@pytest.fixture(
    scope="module",
    params=[
        "lite_server",
        pytest.param("real_server", marks=[pytest.mark.milvus, pytest.mark.slow]),
    ],
)
def server(request: pytest.FixtureRequest) -> MilvusServer:
    """Each kind of server."""
    found: MilvusServer = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def settings(server: MilvusServer, seed_settings: Settings) -> Settings:
    """Settings whose documents are on the server."""
    more = {"uri": server.uri, "name": "outage", "dense_only": server.kind == "real"}
    index = seed_settings.index.model_copy(update=more | {"timeout": TIMEOUT})
    mirror(open_generation(index.folder), index, grace=0)
    return seed_settings.model_copy(update={"index": index})


@dataclass
class Crowd:
    """People who ask the same again and again, as often as Telegram lets a bot answer."""

    scene: Scene
    people: list[Chat]
    asked: int = 0
    slowest: float = 0.0
    """Seconds until something was said to a question."""
    is_leaving: bool = False

    async def ask(self) -> None:
        """Ask until they leave, each when the one before was answered."""
        await asyncio.gather(*map(self._ask, self.people))

    async def _ask(self, person: Chat) -> None:
        while not self.is_leaving:
            started = time.monotonic()
            self.asked += 1
            await self.scene.ask(person, QUESTION)
            self.slowest = max(self.slowest, time.monotonic() - started)
            await asyncio.sleep(1)

    async def told(self, text: str) -> int:
        """How many messages of the bot say something now."""
        said = [await self.scene.said(person) for person in self.people]
        return sum(message.text == text for messages in said for message in messages)


async def test_a_killed_server_loses_no_question(
    scene: Scene, server: MilvusServer, settings: Settings, embedder: Embedder
) -> None:
    async with scene.bot(answerer=Answerer(settings, embedder), per_user=1000, per_chat=1000):
        witness = await scene.person()
        answer = (await scene.ask(witness, QUESTION)).text
        crowd = Crowd(scene, [await scene.person() for _ in range(6)])
        asking = asyncio.create_task(crowd.ask())
        await asyncio.sleep(1.5)
        await asyncio.to_thread(server.kill)
        told = await scene.ask(witness, QUESTION)
        assert told.text == AWAY
        await asyncio.sleep(1.5)
        await asyncio.to_thread(server.start)
        started = time.monotonic()
        again = await scene.people.wait_for_edit(witness.id, told, timeout=PATIENCE)
        seconds = time.monotonic() - started
        assert again.text == answer
        crowd.is_leaving = True
        await asking
        async with asyncio.timeout(PATIENCE):
            while await crowd.told(answer) < crowd.asked:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        assert await crowd.told(answer) == crowd.asked
    assert (await scene.people.report()).unanswered == ()
    print(  # noqa: T201
        f"{server.kind}: {crowd.asked} questions, all answered; something was said after "
        f"{crowd.slowest:.1f} s at most; answered {seconds:.1f} s after the server's return"
    )


async def test_a_server_that_hangs_keeps_nobody_waiting_longer_than_its_timeout(
    scene: Scene, server: MilvusServer, settings: Settings, embedder: Embedder
) -> None:
    async with scene.bot(answerer=Answerer(settings, embedder), per_user=1000, per_chat=1000):
        people = [await scene.person() for _ in range(6)]
        answer = (await scene.ask(people[0], QUESTION)).text
        with server.stopped():
            started = time.monotonic()
            told = await asyncio.gather(*(scene.ask(person, QUESTION) for person in people))
            seconds = time.monotonic() - started
        for person, message in zip(people, told, strict=True):
            assert message.text == AWAY
            again = await scene.people.wait_for_edit(person.id, message, timeout=PATIENCE)
            assert again.text == answer
    print(f"{server.kind}: hangs, and six people were told after {seconds:.1f} s")  # noqa: T201


async def test_a_bot_that_starts_before_its_server_waits_for_it(
    scene: Scene, server: MilvusServer, settings: Settings
) -> None:
    await asyncio.to_thread(server.kill)
    more = {
        "CHUCHU_INDEX__URI": server.uri,
        "CHUCHU_INDEX__NAME": settings.index.name,
        "CHUCHU_INDEX__TIMEOUT": str(TIMEOUT),
        "CHUCHU_INDEX__DENSE_ONLY": str(settings.index.dense_only),
        "CHUCHU_INDEX__READ_ONLY": str(server.kind == "real"),
        "CHUCHU_BOT__STALE": "120",
    }
    person = await scene.person()
    bot = start(scene.simulator, scene.folder, settings.index.folder, more)
    try:
        asked = await scene.say(person, QUESTION)
        told = await scene.people.wait_for_message(person.id, asked, timeout=PATIENCE)
        assert told.text == AWAY
        await asyncio.to_thread(server.start)
        again = await scene.people.wait_for_edit(person.id, told, timeout=PATIENCE)
        assert "蓟州区" in again.text
    finally:
        bot.terminate()
        assert bot.wait(15) == 0
