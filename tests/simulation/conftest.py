"""The real bot, polling a Telegram on this machine that runs in its own process."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.application import Service
from bot.library import Collection, Library
from bot.settings import BotSettings
from bot.simulator.client import Call, Chat, Message, SimulatorClient, Stage
from bot.simulator.process import RunningSimulator, start_simulator
from bot.watch import Build, Rebuilt
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
        """Wait until every press has reached the bot and is answered."""
        await settled(self.people)

    async def press_for_edit(
        self, chat: Chat, message: Message, label: str, *, member: int = 0
    ) -> Message:
        """Press a button, and wait until the message changes."""
        await self.press(chat, message, label, member=member)
        return await self.people.wait_for_edit(chat.id, message, timeout=10)


async def settled(people: SimulatorClient) -> None:
    """Wait until every update has reached the bot and every press is answered."""
    async with asyncio.timeout(10):
        while await _has_more(people):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)


async def _has_more(people: SimulatorClient) -> bool:
    report = await people.report()
    return bool(report.waiting_updates or report.unanswered_presses)


async def nothing_to_build() -> Rebuilt:
    """The index stays as it is."""
    return Rebuilt("", is_new=False, files_read=0, problem="")


def build(
    simulator: RunningSimulator,
    answerer: Answerer,
    folder: Path,
    corpus: Path = Path("seeds"),
    rebuild: Build = nothing_to_build,
    library: Library | None = None,
    **settings: object,
) -> Service:
    """A bot that is not at work yet."""
    chosen = BotSettings.model_validate(
        {"api_base": simulator.api, "folder": folder, "status_port": 0} | settings
    )
    library = library or Library({"": Collection(corpus, lambda: answerer)}, threads=2)
    return Service(simulator.token, chosen, library, corpus, rebuild)


@contextlib.asynccontextmanager
async def working(service: Service) -> AsyncIterator[Service]:
    """A bot at work in this process; what ends it early is raised at the end."""
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


def serving(
    simulator: RunningSimulator, answerer: Answerer, folder: Path, **more: Any
) -> contextlib.AbstractAsyncContextManager[Service]:
    """A bot at work; ``more`` is handed to `build`."""
    return working(build(simulator, answerer, folder, **more))


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


@dataclass(slots=True)
class Scene:
    """A place to set scenes in: people and chats of their own, and bots with any settings."""

    simulator: RunningSimulator
    people: SimulatorClient
    answerer: Answerer
    folder: Path
    names: Iterator[int]

    @property
    def stage(self) -> Stage:
        """Sets the scene."""
        return self.people.stage

    def bot(self, **more: object) -> contextlib.AbstractAsyncContextManager[Service]:
        """A bot at work; ``more`` is handed to `build`."""
        return working(self.build(**more))

    def build(self, **more: object) -> Service:
        """A bot that is not at work yet."""
        chosen = {"answerer": self.answerer, "folder": self.folder} | more
        return build(self.simulator, **chosen)  # type: ignore[arg-type]

    async def person(self, language: str = "zh-hans", user_id: int = 0) -> Chat:
        """Someone new, by their private chat."""
        name = f"人{next(self.names)}"
        person = await self.stage.add_person(name, user_id=user_id, language_code=language)
        return next(chat for chat in await self.people.chats() if chat.id == person.id)

    async def group(self, *members: Chat, **more: object) -> Chat:
        """A new group of people."""
        ids = [member.id for member in members]
        return await self.stage.add_group(f"群{next(self.names)}", ids, **more)

    async def say(self, chat: Chat, text: str, *, by: Chat | None = None, **more: object) -> int:
        """Say something; in a private chat its person does."""
        return await self.people.send(chat.id, (by or chat).id, text, **more)  # type: ignore[arg-type]

    async def ask(
        self, chat: Chat, text: str, *, by: Chat | None = None, **more: object
    ) -> Message:
        """Say something, and wait for the bot's next message."""
        return await self.answer(chat, await self.say(chat, text, by=by, **more))

    async def answer(self, chat: Chat, after: int) -> Message:
        """The bot's next message."""
        return await self.people.wait_for_message(chat.id, after, timeout=15)

    async def answer_to(self, chat: Chat, asked: int) -> Message:
        """The bot's message that replies to one."""
        message = await self.answer(chat, asked)
        while message.reply_to != asked:
            message = await self.answer(chat, message.id)
        return message

    async def press(self, chat: Chat, message: Message, label: str, by: Chat) -> None:
        """Press a button, and wait until it is answered."""
        await self.people.press(chat.id, by.id, message.id, message.button(label).data)
        await self.settled()

    async def said(self, chat: Chat, after: int = 0) -> list[Message]:
        """What the bot said."""
        said = await self.people.messages(chat.id, after)
        return [message for message in said if message.sender.username == "ChuchuBot"]

    async def settled(self) -> None:
        """Wait until every press has reached the bot and is answered."""
        await settled(self.people)

    async def refused(self, chat: Chat) -> None:
        """Wait until a message to a chat was refused, by a fault that was planned."""
        async with asyncio.timeout(10):
            while not any(  # noqa: ASYNC110 - not ours
                call.status != 200 for call in await self.calls("sendMessage", chat=chat)
            ):
                await asyncio.sleep(0.02)

    async def quiet_owner(self, owner: Chat) -> None:
        """Wait until what was said has been seen, by asking as the owner."""
        await self.ask(owner, "/help")

    async def quiet(self, chat: Chat) -> None:
        """Wait until what was said in a chat has been seen, by asking in another."""
        other = await self.person()
        await self.ask(other, "/help")
        await asyncio.sleep(0.1)

    async def calls(self, *methods: str, chat: Chat | None = None) -> list[Call]:
        """Calls of some methods, to one chat or all."""
        return [
            call
            for call in await self.people.calls()
            if call.method in methods
            and (chat is None or str(call.parameters.get("chat_id")) == str(chat.id))
        ]


@pytest.fixture
async def scene(
    simulator: RunningSimulator, answerer: Answerer, tmp_path: Path
) -> AsyncIterator[Scene]:
    """A scene; at the end the simulator must have nothing to complain of."""
    async with SimulatorClient(simulator.api) as people:
        before = await people.report()
        yield Scene(simulator, people, answerer, tmp_path, itertools.count(1))
        await people.stage.clear_faults()
        await people.stage.drop_updates()
        after = await people.report()
    assert after.findings[len(before.findings) :] == ()
