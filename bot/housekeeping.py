"""What is done beside answering: describing the bot, forgetting, leaving groups that shut us up."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.chats import Chats, Reach
from bot.errors import AwayError
from bot.journal import Journal
from bot.remedies import find_remedy
from bot.settings import BotSettings
from bot.texts import LANGUAGES, Texts, texts

logger = logging.getLogger(__name__)

_HOUR = 3600.0
_DAY = 86400.0
_PAUSES = (0.5, 5.0, 30.0)
"""Seconds after each attempt to set the commands and the description."""


async def describe(bot: Bot) -> None:
    """Tell Telegram the commands, and who we are; not worth failing for."""
    for language in LANGUAGES:
        said = texts(language)
        # Telegram shows what has no language to everyone for whose language there is nothing.
        codes = [None, language] if language == "en" else [language]
        scopes: list[tuple[BotCommandScope, list[BotCommand]]] = [
            (BotCommandScopeDefault(), _commands(said)),
            (
                BotCommandScopeAllChatAdministrators(),
                [*_commands(said), BotCommand("settings", said.command_settings)],
            ),
        ]
        for code in codes:
            for scope, commands in scopes:
                await _insist(partial(bot.set_my_commands, commands, scope, code))
            await _insist(partial(_introduce, bot, said.description, code))


async def _introduce(bot: Bot, description: str, code: str | None) -> None:
    """Say what the bot does where an owner has not done so with @BotFather."""
    ours = {"", *(texts(language).description for language in LANGUAGES)}
    long = (await bot.get_my_description(code)).description
    if long in ours and long != description:
        await bot.set_my_description(description, code)
    short = (await bot.get_my_short_description(code)).short_description
    if short in ours and short != description:
        await bot.set_my_short_description(description, code)


async def _insist(call: Callable[[], Awaitable[object]]) -> None:
    problem: TelegramError | None = None
    for pause in _PAUSES:
        try:
            await call()
        except TelegramError as error:
            problem = error
            await asyncio.sleep(find_remedy(error).seconds or pause)
        else:
            return
    logger.warning("the bot's commands and description are not all set: %s", problem)


async def keep_house(settings: BotSettings, journal: Journal, chats: Chats, bot: Bot) -> None:
    """Once an hour, forget what is old and leave where nothing can be said."""
    while True:
        with contextlib.suppress(AwayError):  # the next hour will do
            await asyncio.to_thread(journal.prune, settings.keep_days)
            if settings.leave_after_days:
                await _leave_mute(settings.leave_after_days, chats, bot)
        await asyncio.to_thread(give_back_memory)
        await asyncio.sleep(_HOUR)


def give_back_memory() -> None:
    """Give back to the system what loading a model left free: with glibc, some 40 MB."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # another system's C library
        ctypes.CDLL("libc.so.6").malloc_trim(0)


async def _leave_mute(days: int, chats: Chats, bot: Bot) -> None:
    await chats.refresh()
    for chat in chats.all():
        if chat.reach is Reach.MUTE and time.time() - chat.since > days * _DAY:
            try:
                await bot.leave_chat(chat.id)
            except TelegramError as error:
                logger.warning("chat %d was not left: %s", chat.id, error)
            await chats.reached(chat.id, Reach.GONE)


def _commands(said: Texts) -> list[BotCommand]:
    return [
        BotCommand("ask", said.command_ask),
        BotCommand("sources", said.command_sources),
        BotCommand("help", said.command_help),
        BotCommand("lang", said.command_lang),
        BotCommand("bad", said.command_bad),
    ]
