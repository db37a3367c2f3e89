"""The real bot, polling a Telegram on this machine that runs in its own process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.application import Service
from bot.indexing import Indexed
from bot.library import Collection, Library
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
    folder: Path
    """The bot's own."""
    service: Service

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

    async def press(self, chat: Chat, message: Message, label: str, *, member: int = 0) -> str:
        """Press a button by its label; the id of the press."""
        data = message.button(label).data
        return await self.people.press(chat.id, chat.people[member].id, message.id, data)

    async def settle(self) -> None:
        """Wait until every press is answered."""
        async with asyncio.timeout(10):
            while (await self.people.report()).unanswered_presses:  # noqa: ASYNC110 - not ours
                await asyncio.sleep(0.02)

    async def press_for_edit(
        self, chat: Chat, message: Message, label: str, *, member: int = 0
    ) -> Message:
        """Press a button, and wait until the message changes."""
        await self.press(chat, message, label, member=member)
        return await self.people.wait_for_edit(chat.id, message, timeout=10)


async def nothing_to_index() -> Indexed:
    """The index stays as it is."""
    return Indexed("")


@contextlib.asynccontextmanager
async def serving(
    simulator: RunningSimulator,
    answerer: Answerer,
    folder: Path,
    corpus: Path = Path("seeds"),
    **settings: object,
) -> AsyncIterator[Service]:
    """A bot at work in this process; what ends it early is raised at the end."""
    chosen = BotSettings.model_validate(
        {"api_base": simulator.api, "folder": folder, "status_port": 0} | settings
    )
    library = Library({"": Collection(corpus, lambda: answerer)}, threads=2)
    service = Service(simulator.token, chosen, library, corpus, nothing_to_index)
    stop = asyncio.Event()
    running = asyncio.create_task(service.run(stop))
    serving = asyncio.create_task(service.is_serving.wait())
    await asyncio.wait([running, serving], return_when=asyncio.FIRST_COMPLETED)
    try:
        yield service
    finally:
        stop.set()
        serving.cancel()
        await running


@contextlib.asynccontextmanager
async def rehearsing(
    simulator: RunningSimulator, service: Service, folder: Path
) -> AsyncIterator[Rehearsal]:
    """People who talk to a bot at work."""
    async with SimulatorClient(simulator.api) as people:
        chats = await people.chats()
        private = [chat for chat in chats if chat.kind == "private"]
        by_language = {chat.people[0].language[:2]: chat for chat in private}
        group = next(chat for chat in chats if chat.kind != "private")
        yield Rehearsal(people, by_language["zh"], by_language["en"], group, folder, service)


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    """A Telegram of its own for a file of tests."""
    with start_simulator(has_flood_limits=False) as running:
        yield running


@pytest.fixture
async def rehearsal(
    simulator: RunningSimulator, answerer: Answerer, tmp_path: Path
) -> AsyncIterator[Rehearsal]:
    """The bot at work; at the end the simulator must have nothing to complain of."""
    async with (
        serving(simulator, answerer, tmp_path) as service,
        rehearsing(simulator, service, tmp_path) as rehearsal,
    ):
        yield rehearsal
        await rehearsal.settle()
        report = await rehearsal.people.report()
    assert report.findings == ()
