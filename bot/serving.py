"""Settings and documents -> a bot that serves until it is told to stop."""

import asyncio
import signal
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from bot.application import Service, Task
from bot.library import Collection, Library, Models
from bot.metrics import Metrics
from bot.settings import BotSettings
from bot.watch import build_apart, follow_others, watch
from retrieval.embedding import load_embedder
from retrieval.errors import EngineError
from retrieval.index.shelf import find_shelf
from retrieval.reranking import load_reranker
from retrieval.settings import Settings, load_settings


async def serve(
    token: str,
    config: Path | None,
    settings: BotSettings,
    beside: Task | None = None,
    stop: asyncio.Event | None = None,
    metrics: Metrics | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, or until ``stop`` is set.

    Raises:
        BotError: The bot cannot start or go on.
        RetrievalError: Nothing is indexed, or it cannot be opened.
    """
    offline = load_settings(config)
    with suppress(EngineError):  # a server that is away is waited for
        find_shelf(offline.index).published()  # say at once that nothing is indexed
    reads_only = offline.index.read_only
    if reads_only:  # documents that owners send would be indexed by nobody
        settings = settings.model_copy(update={"upload_megabytes": 0})
    stop = stop or asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    models = cache(partial(_load_models, offline))
    every = {name: offline.of(name) for name in offline.collection_names}
    library = Library(
        {name: Collection.of(each, models) for name, each in every.items()}, settings.workers
    )
    build = partial(build_apart, config)
    service = Service(token, settings, library, offline.corpus.folder, build, metrics)

    async def watching() -> None:
        folders = [each.corpus.folder for each in every.values()]
        follow = library.follow
        keeping_up = follow_others(follow) if reads_only else watch(folders, build, follow)
        both = [keeping_up, *([beside()] if beside else [])]
        await asyncio.gather(*both)

    await service.run(stop, watching)


def _load_models(settings: Settings) -> Models:
    return load_embedder(settings.embedding), load_reranker(settings.rerank)
