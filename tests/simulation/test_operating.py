"""Running it: webhook, health, metrics, warming up, two at once, a clean stop."""

import asyncio
import socket
import threading
import time
from pathlib import Path

import aiohttp
import pytest
from telegram import Bot

from bot.errors import BotError
from bot.library import Collection, Library
from bot.texts import texts
from bot.webhook import SECRET_HEADER, webhook_secret
from retrieval.answer import Answerer
from retrieval.answerlog import read_log
from retrieval.settings import Settings
from tests.simulation.conftest import Scene, working

QUESTION = "乡村精品民宿有多少家？"
SAID = texts("zh")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def test_telegram_may_call_instead_of_being_asked(scene: Scene) -> None:
    person = await scene.person()
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook"
    async with scene.bot(webhook=url, webhook_port=port):
        assert "271家" in (await scene.ask(person, QUESTION)).text
        update = {"update_id": 5, "message": {"text": "/help"}}
        async with aiohttp.ClientSession() as stranger:
            async with stranger.post(url, json=update) as response:
                assert response.status == 403
            headers = {SECRET_HEADER: "wrong"}
            async with stranger.post(url, json=update, headers=headers) as response:
                assert response.status == 403
    # Without one it polls again, and takes the webhook back.
    async with scene.bot():
        assert "271家" in (await scene.ask(person, QUESTION)).text


async def test_a_webhook_that_telegram_asks_to_wait_for_is_set_later_by_any_address(
    scene: Scene,
) -> None:
    person = await scene.person()
    port = free_port()
    await scene.stage.add_fault("429", "setWebhook", seconds=1)
    await scene.stage.add_fault("502", "setWebhook", skip=1)
    url = f"http://127.0.0.2:{port}/"
    async with scene.bot(webhook=url, webhook_port=port, webhook_host="127.0.0.2"):
        assert "271家" in (await scene.ask(person, QUESTION)).text
    told = await scene.calls("setWebhook")
    # The secret is the same whoever sets it.
    assert {str(call.parameters["secret_token"]) for call in told} == {
        webhook_secret(scene.simulator.token)
    }


async def test_a_webhook_that_telegram_refuses_is_one_clear_line(scene: Scene) -> None:
    await scene.stage.add_fault("400", "setWebhook", description="bad webhook: no")
    with pytest.raises(BotError, match=r"does not take http://x/ as a webhook: .*no"):
        await scene.build(webhook="http://x/", webhook_port=free_port()).run(asyncio.Event())


async def test_an_unreadable_update_by_webhook_is_taken_off_telegrams_hands(scene: Scene) -> None:
    person = await scene.person()
    port = free_port()
    async with scene.bot(webhook=f"http://127.0.0.1:{port}/", webhook_port=port):
        await scene.stage.poison()
        assert "271家" in (await scene.ask(person, QUESTION)).text
        await scene.settled()  # nothing waits to be delivered again


async def test_health_and_metrics_are_served_on_this_machine(scene: Scene) -> None:
    person = await scene.person()
    port = free_port()
    async with scene.bot(status_port=port):
        await scene.ask(person, QUESTION)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            async with client.get("/health") as response:
                assert await response.json() == {"status": "ok"}
            metrics = ""
            async with asyncio.timeout(10):
                # What was sent is counted a moment later.
                while "chuchu_requests_finished_total{" not in metrics:
                    async with client.get("/metrics") as response:
                        metrics = await response.text()
    for line in (
        'chuchu_requests_accepted_total{wish="ask"} 1.0',
        'chuchu_requests_finished_total{state="answered"} 1.0',
        'chuchu_messages_total{result="delivered"} 1.0',
        "chuchu_ready 1.0",
    ):
        assert line in metrics
    assert scene.simulator.token not in metrics
    assert QUESTION not in metrics


async def test_answers_are_logged_for_replay_where_that_is_wanted(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot(answer_log=True):
        await scene.ask(person, QUESTION)
        await scene.ask(person, "怎么做红烧肉？")
    said, silent = read_log(scene.folder / "answers.jsonl")
    assert (said.question, said.answered, silent.answered) == (QUESTION, True, False)
    assert said.excerpts


async def test_a_status_port_that_is_taken_stops_nothing(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    person = await scene.person()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with scene.bot(status_port=taken.getsockname()[1]):
            assert "271家" in (await scene.ask(person, QUESTION)).text
    assert "no /health and /metrics" in caplog.text


async def test_while_the_model_loads_terms_answer_and_the_rest_waits(
    scene: Scene, seed_settings: Settings
) -> None:
    person = await scene.person()
    port = free_port()
    go_on = threading.Event()

    def load() -> Answerer:
        go_on.wait(30)
        return scene.answerer

    collection = Collection(
        seed_settings.corpus.folder, load, lambda: Answerer.load_lexical(seed_settings)
    )
    service = scene.build(library=Library({"": collection}, threads=2), status_port=port)
    async with working(service):
        early = await scene.ask(person, "蓟州区有多少家乡村精品民宿？")
        assert early.text.startswith("（刚启动，暂时只按字词查找）")
        assert "271家" in early.text
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
            client.get("/health") as response,
        ):
            assert await response.json() == {"status": "loading the model"}
        # What terms alone are not sure of is not met with silence, but waits for the model.
        asked = await scene.say(person, "怎么做红烧肉？")
        await asyncio.sleep(0.5)
        assert len(await scene.said(person)) == 1
        go_on.set()
        assert (await scene.answer(person, asked)).text.startswith(SAID.silent)


async def test_a_second_bot_in_one_folder_is_refused(scene: Scene) -> None:
    async with scene.bot():
        with pytest.raises(BotError, match="another bot is at work here"):
            await scene.build().run(asyncio.Event())


async def test_stopping_answers_what_is_in_work_and_leaves_the_rest_for_the_next_start(
    scene: Scene, tmp_path: Path
) -> None:
    person = await scene.person()
    async with scene.bot():
        await scene.stage.add_fault("429", "sendMessage", chat_id=person.id, seconds=1)
        first = await scene.say(person, QUESTION)
        second = await scene.say(person, "规划面积多少平方公里")
        await scene.refused(person)
        begun = time.monotonic()
    assert time.monotonic() - begun < 15
    assert [message.reply_to for message in await scene.said(person)] == [first]
    async with scene.bot():
        assert (await scene.answer_to(person, second)).text


async def test_one_chat_that_floods_leaves_the_others_their_turn(scene: Scene) -> None:
    flooding, other = await scene.person(), await scene.person()
    async with scene.bot(per_user=1000, per_chat=1000, queue=200, workers=1):
        await scene.people.burst(flooding.id, flooding.id, "民宿有多少家？{n}", 200)
        answer = await scene.ask(other, QUESTION)
        assert "271家" in answer.text
        assert len(await scene.said(flooding)) < 10


async def test_who_opens_the_bot_reads_what_it_does_unless_its_owner_said_so(scene: Scene) -> None:
    person = await scene.person()
    told = {code: texts(language).description for code, language in (("zh", "zh"), (None, "en"))}
    async with Bot(scene.simulator.token, base_url=f"{scene.simulator.api}/bot") as bot:

        async def descriptions() -> dict[str | None, str]:
            return {code: (await bot.get_my_description(code)).description for code in told}

        async with scene.bot(), asyncio.timeout(10):
            while await descriptions() != told:  # noqa: ASYNC110 - not ours
                await asyncio.sleep(0.05)
        await bot.set_my_description("my own words")
        async with scene.bot():
            await scene.ask(person, "/help")
            await asyncio.sleep(0.5)
        assert (await descriptions())[None] == "my own words"
        await bot.set_my_description("")
