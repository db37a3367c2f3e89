"""Wiring: token, settings and answerer -> a python-telegram-bot application. Nothing else."""

import logging
from functools import partial
from typing import Any

import httpx
from telegram import BotCommand, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.errors import BotError
from bot.handlers import Handlers, Task
from bot.settings import BotSettings, Language
from bot.texts import LANGUAGES, Texts, texts
from retrieval.answer import Answerer

logger = logging.getLogger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]

_POLL_SECONDS = 10
"""How long Telegram may hold a poll open; longer hides a dead connection."""
_CONNECTIONS = 64
_KEEPALIVE_SECONDS = 300


def build_application(
    token: str, settings: BotSettings, answerer: Answerer, on_start: Task | None = None
) -> App:
    """Build the bot; `serve` runs it.

    Args:
        token: The bot's token.
        settings: The table ``[bot]``.
        answerer: Where answers come from.
        on_start: Run beside the bot once it polls.
    """
    handlers = Handlers(answerer, settings)
    limits = httpx.Limits(
        max_connections=_CONNECTIONS,
        max_keepalive_connections=_CONNECTIONS // 4,
        keepalive_expiry=_KEEPALIVE_SECONDS,
    )
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{settings.api_base}/bot")
        .base_file_url(f"{settings.api_base}/file/bot")
        .request(
            HTTPXRequest(
                connection_pool_size=_CONNECTIONS,
                read_timeout=10,
                write_timeout=10,
                httpx_kwargs={"limits": limits},
            )
        )
        # A pool of its own: sending can never starve polling.
        .get_updates_request(HTTPXRequest(connection_pool_size=1, read_timeout=10))
        .concurrent_updates(256)  # handlers only read and queue; `bot.workers` does the work
        .post_init(partial(_start, handlers, on_start))
        .post_stop(partial(_stop, handlers))
        .build()
    )
    application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, handlers.on_message))
    application.add_handler(CallbackQueryHandler(handlers.on_press))
    application.add_error_handler(_on_error)
    return application


def serve(application: App) -> None:
    """Poll Telegram until SIGINT or SIGTERM; Telegram being away is waited out.

    Raises:
        BotError: Telegram refuses the token.
    """
    logger.info("connecting to Telegram; while it cannot be reached this is tried again")
    try:
        application.run_polling(
            timeout=_POLL_SECONDS,
            bootstrap_retries=-1,
            # Telegram remembers the last list, so it is always told.
            allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY],
        )
    except InvalidToken:
        raise BotError(
            "Telegram refuses the token in TELEGRAM_BOT_TOKEN; get the current one from @BotFather"
        ) from None


async def _start(handlers: Handlers, on_start: Task | None, application: App) -> None:
    me = application.bot.bot
    reads = "all messages" if me.can_read_all_group_messages else "what is addressed to it"
    logger.info("serving as @%s; in groups it sees %s", me.username, reads)
    handlers.start(on_start)
    for language in LANGUAGES:
        await _describe(application, language)


async def _stop(handlers: Handlers, application: App) -> None:
    await handlers.stop()


async def _describe(application: App, language: Language) -> None:
    """Tell Telegram the commands; not worth failing for."""
    said = texts(language)
    # Telegram shows the list without a language to everyone who has no list of their own.
    codes = [None, language] if language == "en" else [language]
    for code in codes:
        try:
            await application.bot.set_my_commands(_commands(said), language_code=code)
        except TelegramError as error:
            logger.warning("the command list was not set: %s", error)


def _commands(said: Texts) -> list[BotCommand]:
    return [
        BotCommand("ask", said.command_ask),
        BotCommand("sources", said.command_sources),
        BotCommand("help", said.command_help),
    ]


async def _on_error(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Log what no handler caught; chats never see it."""
    error = context.error
    if isinstance(error, Conflict):
        logger.error("another process polls with this token; stop one of them")
    elif isinstance(error, NetworkError) and update is None:
        logger.warning("Telegram cannot be reached: %s", error)
    else:
        logger.error("an update failed", exc_info=error)
