"""A real simulator in its own process, python-telegram-bot in front of it, people behind it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.simulator.client import Chat, SimulatorClient
from bot.simulator.process import RunningSimulator, start_simulator


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    """A simulator without flood limits, one for each test module."""
    with start_simulator(has_flood_limits=False) as running:
        yield running


@pytest.fixture
async def people(simulator: RunningSimulator) -> AsyncIterator[SimulatorClient]:
    """The people of the simulator."""
    async with SimulatorClient(simulator.api) as client:
        yield client


@pytest.fixture
async def bot(simulator: RunningSimulator) -> AsyncIterator[Bot]:
    """python-telegram-bot, talking to the simulator."""
    request = HTTPXRequest(read_timeout=20)
    telegram_bot = Bot(
        simulator.token,
        base_url=simulator.base_url,
        base_file_url=simulator.base_file_url,
        request=request,
        get_updates_request=HTTPXRequest(read_timeout=20),
    )
    async with telegram_bot:
        # What earlier tests left behind is not for this one.
        await telegram_bot.delete_webhook(drop_pending_updates=True)
        yield telegram_bot


@pytest.fixture
async def private(people: SimulatorClient) -> Chat:
    """The private chat of the first person, who has already said hello."""
    chat = (await people.chats())[0]
    await people.send(chat.id, chat.people[0].id, "hello")
    return chat


@pytest.fixture
async def group(people: SimulatorClient) -> Chat:
    """The group."""
    return next(chat for chat in await people.chats() if chat.kind == "supergroup")
