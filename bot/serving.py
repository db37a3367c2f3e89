"""Settings and documents -> a bot that serves until it is told to stop."""

import asyncio
import signal
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_limits

from bot.application import Service, Task
from bot.indexing import run_index
from bot.library import Collection, Library
from bot.settings import BotSettings
from retrieval.index.generation import published_name
from retrieval.settings import load_settings


async def serve(
    token: str,
    config: Path | None,
    settings: BotSettings,
    beside: Task | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, or until ``stop`` is set.

    Raises:
        BotError: The bot cannot start or go on.
        RetrievalError: Nothing is indexed, or it cannot be opened.
    """
    offline = load_settings(config)
    published_name(offline.index.folder)  # say at once that nothing is indexed
    # Threads of BLAS wait for each other by spinning; a question's products are small, and several
    # questions are searched at once anyway.
    threadpool_limits(1, user_api="blas")
    stop = stop or asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    library = Library({"": Collection.of(offline)}, settings.workers)
    service = Service(token, settings, library, offline.corpus.folder, partial(run_index, config))
    await service.run(stop, beside)
