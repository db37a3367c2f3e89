"""Updates pushed to a webhook."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from bot.simulator.client import Chat, SimulatorClient
from tests.bot.simulator.library import leftovers

HEADER = "only-Telegram_knows"


class Receiver:
    """A bot's web server that remembers what it got."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.statuses: list[int] = []
        self.answer: dict[str, Any] | None = None
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        """Answer with the next planned status, or well."""
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.got.append((secret, await request.json()))
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        return web.json_response(self.answer) if self.answer else web.Response()

    async def texts(self, count: int) -> list[str]:
        """Wait for so many calls and return the texts of their messages."""
        for _ in range(500):
            if len(self.got) >= count:
                break
            await asyncio.sleep(0.02)
        return [update["message"]["text"] for _, update in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A running receiver."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_pushed_with_the_secret_and_again_until_they_are_taken(
    bot: Bot, people: SimulatorClient, private: Chat, receiver: Receiver
) -> None:
    person = private.people[0].id
    receiver.statuses = [500]
    await people.stage.drop_updates()
    assert await bot.set_webhook(receiver.url, secret_token=HEADER, max_connections=2)
    for text in ("one", "two"):
        await people.send(private.id, person, text)
    assert await receiver.texts(3) == ["one", "one", "two"]
    assert {secret for secret, _ in receiver.got} == {HEADER}
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == (receiver.url, 2)
    assert info.last_error_message == "Wrong response from the webhook: 500"
    assert leftovers(info) == []
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    await people.send(private.id, person, "polled again")
    assert [u.message.text for u in await bot.get_updates(timeout=2) if u.message] == [
        "polled again"
    ]
    assert len(receiver.got) == 3


async def test_the_answer_to_a_push_may_be_a_call(
    bot: Bot, people: SimulatorClient, private: Chat, receiver: Receiver
) -> None:
    await people.stage.drop_updates()
    receiver.answer = {"method": "sendMessage", "chat_id": private.id, "text": "by the way"}
    await bot.set_webhook(receiver.url)
    asked = await people.send(private.id, private.people[0].id, "?")
    assert (await people.wait_for_message(private.id, asked)).text == "by the way"
    await bot.delete_webhook()


async def test_what_was_not_taken_waits_for_the_poller(
    bot: Bot, people: SimulatorClient, private: Chat, receiver: Receiver
) -> None:
    await people.stage.drop_updates()
    receiver.statuses = [503] * 5
    await bot.set_webhook(receiver.url)
    await people.send(private.id, private.people[0].id, "patience")
    await receiver.texts(1)
    # It waits wherever it is: in the queue, or on its way.
    assert [(await people.report()).waiting_updates for _ in range(5)] == [1] * 5
    await bot.delete_webhook()
    assert (await people.report()).waiting_updates == 1
    updates: tuple[Any, ...] = ()
    async with asyncio.timeout(10):
        while not updates:
            updates = await bot.get_updates(timeout=1)
    assert [update.message.text for update in updates] == ["patience"]


@pytest.mark.parametrize(
    ("url", "secret", "complaint"),
    [
        ("ftp://example.com", None, "(?i)invalid https url"),
        ("http://", None, "(?i)invalid https url"),
        ("http://127.0.0.1:1/x", "not allowed!", "unallowed characters"),
    ],
)
async def test_webhooks_that_telegram_refuses(
    bot: Bot, url: str, secret: str | None, complaint: str
) -> None:
    with pytest.raises(BadRequest, match=complaint):
        await bot.set_webhook(url, secret_token=secret)
