"""The real bot, polling a Telegram on this machine that runs in its own process."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from bot.application import build_application
from bot.settings import BotSettings
from bot.simulator.client import Chat, Message, SimulatorClient
from bot.simulator.process import RunningSimulator, start_simulator
from retrieval.answer import Answerer


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A running bot and the people who talk to it."""

    people: SimulatorClient
    chinese: Chat
    """The private chat of someone whose Telegram is in Chinese."""
    english: Chat
    group: Chat

    async def ask(
        self, chat: Chat, text: str, *, member: int = 0, reply_to: int | None = None
    ) -> Message:
        """Say something and wait for the bot's next message."""
        sent = await self.people.send(chat.id, chat.people[member].id, text, reply_to)
        return await self.people.wait_for_message(chat.id, sent, timeout=10)

    async def say_without_reply(self, chat: Chat, *texts: str) -> list[Message]:
        """Say things, then ask something: what the bot said before its answer to that."""
        first = await self.people.send(chat.id, chat.people[0].id, texts[0])
        for text in texts[1:]:
            await self.people.send(chat.id, chat.people[0].id, text)
        last = await self.people.send(chat.id, chat.people[0].id, "/sources@ChuchuBot")
        await self.people.wait_for_message(chat.id, last, timeout=10)
        said = await self.people.messages(chat.id, first)
        return [message for message in said if message.sender.is_bot][:-1]


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    """A Telegram of its own for a file of tests."""
    with start_simulator(has_flood_limits=False) as running:
        yield running


@pytest.fixture
async def rehearsal(simulator: RunningSimulator, answerer: Answerer) -> AsyncIterator[Rehearsal]:
    """The bot at work; at the end the simulator must have nothing to complain of."""
    settings = BotSettings(api_base=simulator.api)
    application = build_application(simulator.token, settings, answerer)
    await application.initialize()
    if application.post_init:
        await application.post_init(application)
    await application.start()
    assert application.updater
    await application.updater.start_polling(
        timeout=1, allowed_updates=["message", "callback_query"]
    )
    async with SimulatorClient(simulator.api) as people:
        chats = await people.chats()
        private = [chat for chat in chats if chat.kind == "private"]
        by_language = {chat.people[0].language[:2]: chat for chat in private}
        group = next(chat for chat in chats if chat.kind != "private")
        yield Rehearsal(people, by_language["zh"], by_language["en"], group)
        await application.updater.stop()
        await application.stop()
        if application.post_stop:
            await application.post_stop(application)
        await application.shutdown()
        report = await people.report()
    assert report.findings == ()
    assert report.unanswered_presses == 0
