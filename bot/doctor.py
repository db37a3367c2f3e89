"""What keeps the bot from serving well, and what to do about it."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from telegram import Bot, User
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.clock import TelegramClock
from bot.database import describe_database
from bot.errors import BotError
from bot.settings import BotSettings, read_token
from retrieval.corpus.files import read_folder
from retrieval.embedding import load_embedder
from retrieval.errors import RetrievalError
from retrieval.index.build import settings_digest
from retrieval.index.recipe import check_recipe
from retrieval.index.shelf import find_shelf
from retrieval.settings import Settings

_SKEW = 60
"""Seconds that this machine's clock may be off."""


class Verdict(Enum):
    """How something is."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    verdict: Verdict
    detail: str
    """What was found, and what to do where it is not good."""


def examine(settings: Settings, bot: BotSettings) -> list[Finding]:
    """Look at everything that the bot needs."""
    return [
        *_documents(settings),
        *_index(settings),
        *_server(settings),
        *_folders(settings, bot),
        *_database(bot),
        *_access(bot),
        *_telegram(bot),
    ]


def _documents(settings: Settings) -> Iterator[Finding]:
    try:
        count = len(read_folder(settings.corpus.folder).read)
    except RetrievalError as error:
        yield Finding("documents", Verdict.BAD, str(error))
    else:
        yield Finding("documents", Verdict.GOOD, f"files in {settings.corpus.folder}: {count}")


def _index(settings: Settings) -> Iterator[Finding]:
    try:
        engine = find_shelf(settings.index).open()
    except RetrievalError as error:
        yield Finding("index", Verdict.BAD, str(error))
        return
    found = f"generation {engine.name}, {engine.count()} passages"
    yield Finding("index", Verdict.GOOD, found)
    try:
        digest = settings_digest(settings.passages)
        check_recipe(engine.recipe, digest, load_embedder(settings.embedding).fingerprint)
    except RetrievalError as error:
        yield Finding("recipe", Verdict.BAD, str(error))
    else:
        yield Finding("recipe", Verdict.GOOD, f"the index is of this model, {engine.recipe.model}")
    engine.close()


def _server(settings: Settings) -> Iterator[Finding]:
    if not settings.index.uri:
        return
    from retrieval.index.milvus.inspecting import inspect

    try:
        found = inspect(settings.index)
    except RetrievalError as error:
        yield Finding("index server", Verdict.BAD, str(error))
        return
    told = f"Milvus {found.version} at {settings.index.uri}, {found.milliseconds:.0f} ms a call"
    if found.is_whole:
        yield Finding("index server", Verdict.GOOD, told)
    else:
        lacking = f"holds {found.held} passages of {found.published}; run: chuchu index"
        yield Finding("index server", Verdict.BAD, f"{told}; {lacking}")
    if not found.has_terms:
        cure = "use Milvus 2.4 or later, and [index] dense_only = false"
        yield Finding("terms", Verdict.NOTE, f"passages are found by vectors alone; {cure}")


def _folders(settings: Settings, bot: BotSettings) -> Iterator[Finding]:
    for what, folder in (("index folder", settings.index.folder), ("bot's folder", bot.folder)):
        if _is_writable(folder):
            yield Finding(what, Verdict.GOOD, f"{folder} can be written")
        else:
            yield Finding(
                what, Verdict.BAD, f"{folder} cannot be written; run: sudo chown -R $USER {folder}"
            )


def _is_writable(folder: Path) -> bool:
    """Whether a folder can be written, or made."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK)


def _database(bot: BotSettings) -> Iterator[Finding]:
    try:
        found = describe_database(bot.database, bot.folder)
    except BotError as error:
        yield Finding("database", Verdict.BAD, str(error))
        return
    yield Finding("database", Verdict.GOOD, found)
    if bot.database and not bot.webhook:
        yield Finding(
            "several bots",
            Verdict.NOTE,
            "none: only one bot can poll; set [bot] webhook to let more share the database",
        )


def _access(bot: BotSettings) -> Iterator[Finding]:
    if bot.owners:
        yield Finding("owners", Verdict.GOOD, f"{len(bot.owners)} in [bot] owners")
    else:
        yield Finding(
            "owners",
            Verdict.NOTE,
            "none: nobody can send documents or see /stats; set [bot] owners to your Telegram id",
        )


def _telegram(bot: BotSettings) -> Iterator[Finding]:
    try:
        token = read_token()
    except BotError as error:
        yield Finding("token", Verdict.BAD, str(error))
        return
    if token is None:
        yield Finding("token", Verdict.NOTE, "none: 'chuchu bot' serves a Telegram on this machine")
        return
    yield Finding("token", Verdict.GOOD, "has the form of a token")
    yield from asyncio.run(_ask_telegram(token, bot))


async def _ask_telegram(token: str, settings: BotSettings) -> list[Finding]:
    clock = TelegramClock()
    hooks = {"event_hooks": {"response": [clock.hear]}}
    bot = Bot(token, base_url=f"{settings.api_base}/bot", request=HTTPXRequest(httpx_kwargs=hooks))
    try:
        await bot.initialize()
    except InvalidToken:
        return [
            Finding(
                "Telegram", Verdict.BAD, "refuses the token; get the current one from @BotFather"
            )
        ]
    except TelegramError as error:
        cure = "check the network, and [bot] api_base"
        reason = " ".join(str(error).split())[:120]
        return [Finding("Telegram", Verdict.BAD, f"cannot be reached ({reason}); {cure}")]
    me = bot.bot
    await bot.shutdown()
    return [_greeting(me), *_clock(clock), *_privacy(me), *_inline(me)]


def _greeting(me: User) -> Finding:
    return Finding("Telegram", Verdict.GOOD, f"knows the bot as @{me.username}")


def _clock(clock: TelegramClock) -> Iterator[Finding]:
    if abs(clock.skew) > _SKEW:
        yield Finding(
            "clock",
            Verdict.BAD,
            f"is {clock.skew:+.0f} s from Telegram's; run: sudo timedatectl set-ntp true",
        )
    else:
        yield Finding("clock", Verdict.GOOD, "agrees with Telegram's")


def _privacy(me: User) -> Iterator[Finding]:
    if me.can_read_all_group_messages:
        detail = "off: the bot is sent every message of its groups, and reads none but its own"
    else:
        detail = (
            "on: in groups, commands and replies reach the bot; for @mentions too, turn it off "
            "(@BotFather, /setprivacy) and add the bot to the group again"
        )
    yield Finding("privacy mode", Verdict.NOTE, detail)


def _inline(me: User) -> Iterator[Finding]:
    if me.supports_inline_queries:
        yield Finding("inline mode", Verdict.GOOD, f"on: @{me.username} question, in any chat")
    else:
        yield Finding("inline mode", Verdict.NOTE, "off; to use it: @BotFather, /setinline")
