"""A rendered message -> Telegram, with what can go wrong on the way."""

import asyncio
import logging

from telegram import LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.render import Rendered, plain

logger = logging.getLogger(__name__)

_LONGEST_WAIT = 30
"""Seconds; an answer that must wait longer is dropped."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def reply(message: Message, rendered: Rendered) -> None:
    """Reply to a message: once more where Telegram asks to wait, as plain text where it must be.

    A chat that has shut us out is noted and left alone. Other errors are the caller's.
    """
    try:
        await _reply(message, rendered)
    except RetryAfter as error:
        seconds = float(str(error.retry_after))
        if seconds > _LONGEST_WAIT:
            logger.warning(
                "chat %d: answer dropped, Telegram asks for %d s", message.chat_id, seconds
            )
            return
        await asyncio.sleep(seconds)
        await _reply(message, rendered)
    except BadRequest as error:
        if "parse entities" not in str(error).lower():
            raise
        logger.warning("chat %d: sent as plain text (%s)", message.chat_id, error)
        await _reply(message, Rendered(plain(rendered.text), rendered.keyboard), html_mode=False)
    except Forbidden as error:
        logger.info("chat %d: cannot be written to (%s)", message.chat_id, error)


async def edit(message: Message, rendered: Rendered) -> None:
    """Change a message of ours; that it is so already is no error, and others are only noted."""
    try:
        await message.edit_text(
            rendered.text,
            parse_mode=ParseMode.HTML,
            reply_markup=rendered.keyboard,
            link_preview_options=NO_PREVIEW,
        )
    except TelegramError as error:
        if "not modified" not in str(error).lower():
            logger.warning("chat %d: a message was not changed (%s)", message.chat_id, error)


async def _reply(message: Message, rendered: Rendered, *, html_mode: bool = True) -> None:
    await message.reply_text(
        rendered.text,
        parse_mode=ParseMode.HTML if html_mode else None,
        reply_markup=rendered.keyboard,
        link_preview_options=NO_PREVIEW,
        # An answer whose question was deleted meanwhile is still an answer.
        reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
    )
