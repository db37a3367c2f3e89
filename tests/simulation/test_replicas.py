"""Several bots behind one load balancer, with one PostgreSQL: together they are one bot."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from bot.database import open_database
from bot.status import NO_DATABASE
from bot.texts import texts
from tests.postgres import PostgresServer
from tests.simulation.balancer import Balancer
from tests.simulation.conftest import Scene
from tests.simulation.test_crashes import is_unfinished
from tests.simulation.test_operating import free_port

QUESTION = "乡村精品民宿有多少家？"
SAID = texts("zh")


@dataclass(slots=True)
class Pair:
    """Two bots at work."""

    balancer: Balancer
    first: int
    second: int
    """Their ports."""
    database: str

    def deliver_to(self, *ports: int, share: float = 0.0) -> None:
        """From now on, hand updates on to these."""
        self.balancer.ports, self.balancer.share = ports, share


@contextlib.asynccontextmanager
async def two_bots(
    scene: Scene, postgres: PostgresServer, **settings: object
) -> AsyncIterator[Pair]:
    """Two bots in this process, each with a folder of its own."""
    database, ports = postgres.new_database(), (free_port(), free_port())
    async with Balancer().running() as balancer:
        balancer.ports = ports
        common = {"database": database, "webhook": balancer.url, **settings}
        async with (
            scene.bot(folder=scene.folder / "1", webhook_port=ports[0], **common),
            scene.bot(folder=scene.folder / "2", webhook_port=ports[1], **common),
        ):
            yield Pair(balancer, *ports, database)


async def health(port: int) -> tuple[int, str]:
    """What a bot says of itself to the load balancer."""
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}/health") as response,
    ):
        return response.status, (await response.json())["status"]


async def becomes(port: int, state: str) -> int:
    """Wait until a bot says something of itself; the status that it says it with."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                status, said = await health(port)
                if said == state:
                    return status
            await asyncio.sleep(0.05)


async def test_what_is_delivered_to_both_at_once_is_answered_once(
    scene: Scene, postgres: PostgresServer
) -> None:
    people = [await scene.person() for _ in range(5)]
    async with two_bots(scene, postgres, per_user=1000, per_chat=1000) as pair:
        pair.deliver_to(pair.first, pair.second, share=1.0)
        for number in range(3):
            for person in people:
                await scene.say(person, f"{QUESTION}第{number}问")
        async with asyncio.timeout(30):
            while await is_unfinished(scene):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
        assert pair.balancer.doubled >= 15
        assert [len(await scene.said(person)) for person in people] == [3] * 5
        # A press, too, is followed once: one file.
        reader = await scene.person()
        answer = await scene.ask(reader, QUESTION)
        await scene.press(reader, answer, SAID.button_file, by=reader)
        await asyncio.sleep(1)
        assert len(await scene.said(reader)) == 2


async def test_how_a_chat_is_set_is_known_to_both_at_once(
    scene: Scene, postgres: PostgresServer
) -> None:
    person = await scene.person()
    async with two_bots(scene, postgres) as pair:
        panels = []
        for port, text in ((pair.first, "/settings"), (pair.second, "/settings")):
            pair.deliver_to(port)
            panels.append(await scene.ask(person, text))
        pair.deliver_to(pair.first)
        await scene.press(person, panels[0], "English", by=person)
        # What this one changes takes nothing back of what the other did.
        pair.deliver_to(pair.second)
        await scene.press(person, panels[1], SAID.strict, by=person)
        for port in (pair.first, pair.second):
            pair.deliver_to(port)
            panel = await scene.ask(person, "/settings")
            labels = {button.text for row in panel.buttons for button in row}
            assert labels >= {"✓ English", f"✓ {texts('en').strict}"}


async def test_who_is_let_in_or_kept_out_by_way_of_one_is_so_for_the_other(
    scene: Scene, postgres: PostgresServer
) -> None:
    owner, guest = await scene.person(), await scene.person()
    async with two_bots(scene, postgres, owners=[owner.id], private="pairing") as pair:
        pair.deliver_to(pair.first)
        await scene.ask(owner, "/start")
        code = (await scene.ask(guest, QUESTION)).text.split("配对码 ")[1].split()[0]
        pair.deliver_to(pair.second)
        # The code is the same whoever is asked.
        assert code in (await scene.ask(guest, QUESTION)).text
        asked = next(m for m in await scene.said(owner) if m.buttons)
        await scene.ask(owner, f"/pair {code}")
        pair.deliver_to(pair.first)
        assert "271家" in (await scene.ask(guest, QUESTION)).text
        # What the first has refused, the second, which remembers otherwise, can allow again.
        await scene.press(owner, asked, SAID.button_refuse, by=owner)
        pair.deliver_to(pair.second)
        last = (await scene.said(guest))[-1]
        await scene.press(owner, asked, SAID.button_allow, by=owner)
        assert (await scene.answer(guest, last.id)).text == SAID.welcome
        pair.deliver_to(pair.first)
        assert "271家" in (await scene.ask(guest, QUESTION + "？")).text
        await scene.press(owner, asked, SAID.button_refuse, by=owner)
        pair.deliver_to(pair.second)
        before = await scene.said(guest)
        await scene.say(guest, QUESTION)
        await scene.quiet_owner(owner)
        assert [m.text for m in await scene.said(guest)] == [m.text for m in before]


async def test_an_edit_by_way_of_another_bot_changes_the_answer(
    scene: Scene, postgres: PostgresServer
) -> None:
    person = await scene.person()
    async with two_bots(scene, postgres) as pair:
        # While the first one waits to send its answer, ...
        pair.deliver_to(pair.first)
        await scene.stage.add_fault("429", "sendMessage", chat_id=person.id, seconds=2)
        asked = await scene.say(person, QUESTION)
        await scene.refused(person)
        pair.deliver_to(pair.second)
        await scene.people.edit(person.id, person.id, asked, "怎么做红烧肉？")
        answer = await scene.answer(person, asked)
        if "271家" in answer.text:
            answer = await scene.people.wait_for_edit(person.id, answer, timeout=10)
        assert answer.text.startswith(SAID.silent)
        # ... and when it is long done.
        await scene.people.edit(person.id, person.id, asked, QUESTION)
        assert "271家" in (await scene.people.wait_for_edit(person.id, answer, timeout=10)).text
        assert len(await scene.said(person)) == 1


async def test_a_follow_up_and_a_press_find_the_question_that_another_bot_answered(
    scene: Scene, postgres: PostgresServer
) -> None:
    person = await scene.person()
    async with two_bots(scene, postgres) as pair:
        pair.deliver_to(pair.first)
        answer = await scene.ask(person, QUESTION)
        pair.deliver_to(pair.second)
        await scene.press(person, answer, "▲ 前文", by=person)
        wider = await scene.people.wait_for_edit(person.id, answer)
        assert len(wider.text) > len(answer.text)
        # The first, which has sent it as it was, does not take it to be so still.
        pair.deliver_to(pair.first)
        await scene.press(person, wider, SAID.button_fold, by=person)
        assert (await scene.people.wait_for_edit(person.id, wider)).text == answer.text
        pair.deliver_to(pair.second)
        await scene.ask(person, "景区呢", reply_to=answer.id)
        database = open_database(pair.database, scene.folder)
        try:
            earlier = database.rows("SELECT earlier FROM requests WHERE text = ?", ("景区呢",))
        finally:
            database.close()
    assert [row["earlier"] for row in earlier] == [QUESTION]


async def test_a_bot_that_stops_leaves_the_webhook_and_its_waiting_questions_to_the_other(
    scene: Scene, postgres: PostgresServer
) -> None:
    person = await scene.person()
    database, ports = postgres.new_database(), (free_port(), free_port())
    async with Balancer().running() as balancer:
        common = {"database": database, "webhook": balancer.url}
        async with scene.bot(folder=scene.folder / "1", webhook_port=ports[0], **common):
            async with scene.bot(folder=scene.folder / "2", webhook_port=ports[1], **common):
                balancer.ports = (ports[1],)
                await scene.stage.add_fault("429", "sendMessage", chat_id=person.id, seconds=1)
                await scene.say(person, QUESTION)
                waiting = await scene.say(person, "规划面积多少平方公里")
                await scene.refused(person)
            balancer.ports = (ports[0],)
            assert (await scene.answer_to(person, waiting)).text
            assert "271家" in (await scene.ask(person, QUESTION)).text
            assert len(await scene.said(person)) == 3
    assert await scene.calls("deleteWebhook") == []


async def test_while_the_database_is_away_nothing_is_lost_and_little_said(
    scene: Scene, postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    people = [await scene.person() for _ in range(4)]
    async with two_bots(scene, postgres) as pair:
        assert await becomes(pair.first, "ok") == 200
        # One answer is on its way: its delivery cannot be noted before the database is back.
        await scene.stage.add_fault("429", "sendMessage", chat_id=people[0].id, seconds=2)
        await scene.say(people[0], QUESTION)
        await scene.refused(people[0])
        postgres.stop()
        try:
            for person in people[1:]:
                await scene.say(person, QUESTION)
            assert await becomes(pair.first, NO_DATABASE) == 503
            assert await becomes(pair.second, NO_DATABASE) == 503
        finally:
            postgres.start()
        for person in people:
            assert "271家" in (await scene.answer(person, 0)).text
        assert await becomes(pair.first, "ok") == 200
        await asyncio.sleep(6)  # longer than those who may be dead are given
        assert [len(await scene.said(person)) for person in people] == [1] * 4
    assert pair.balancer.refused
    told = [record.getMessage() for record in caplog.records if record.name == "bot.postgres"]
    assert sum("does not serve" in line for line in told) == 2
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_one_bot_that_polls_outlives_a_database_that_restarts(
    scene: Scene, postgres: PostgresServer
) -> None:
    person = await scene.person()
    async with scene.bot(database=postgres.new_database()):
        assert "271家" in (await scene.ask(person, QUESTION)).text
        postgres.stop()
        try:
            asked = await scene.say(person, QUESTION + "？")
            await asyncio.sleep(2)
        finally:
            postgres.start()
        assert "271家" in (await scene.answer(person, asked)).text
        await scene.quiet(person)
        assert len(await scene.said(person)) == 2
