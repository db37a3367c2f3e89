"""A message on its way, and what becomes of it where Telegram does not take it as it is."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path

from telegram import Bot, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import NetworkError

from bot.remedies import Kind, Remedy
from bot.render import Rendered, plain, quote

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_REMEMBERED = 5000


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent."""

    chat_id: int
    rendered: Rendered
    thread_id: int | None = None
    reply_to: int | None = None
    addressee: str = ""
    """Named in the message where what it replies to is gone."""
    file: Path | None = None
    """Sent as a document, the text as its caption."""


def changed(letter: Letter, remedy: Remedy) -> Letter | None:
    """The letter as Telegram may take it; ``None`` where there is no such form."""
    rendered = letter.rendered
    match remedy.kind:
        case Kind.MIGRATED:
            # Messages have other numbers there.
            return replace(_without_reply(letter), chat_id=remedy.chat_id)
        case Kind.PLAIN:
            return replace(
                letter, rendered=replace(rendered, text=plain(rendered.text), parse_mode=None)
            )
        case Kind.NO_BUTTONS:
            return replace(letter, rendered=replace(rendered, keyboard=None))
        case Kind.NO_REPLY:
            return _without_reply(letter)
    return None


async def post(bot: Bot, letter: Letter) -> Message:
    """Hand a letter to Telegram.

    Raises:
        TelegramError: Telegram does not take it, or cannot be reached.
    """
    try:
        return await _hand_over(bot, letter)
    except KeyError as error:
        # An answer that is JSON, and none of Telegram's.
        raise NetworkError(f"an answer without {error}") from None


async def _hand_over(bot: Bot, letter: Letter) -> Message:
    rendered = letter.rendered
    reply = ReplyParameters(letter.reply_to) if letter.reply_to else None
    if letter.file is not None:
        content = await asyncio.to_thread(letter.file.read_bytes)
        return await bot.send_document(
            letter.chat_id,
            content,
            caption=rendered.text,
            parse_mode=rendered.parse_mode,
            filename=letter.file.name,
            message_thread_id=letter.thread_id,
            reply_parameters=reply,
            reply_markup=rendered.keyboard,
        )
    return await bot.send_message(
        letter.chat_id,
        rendered.text,
        parse_mode=rendered.parse_mode,
        message_thread_id=letter.thread_id,
        reply_parameters=reply,
        reply_markup=rendered.keyboard,
        link_preview_options=NO_PREVIEW,
    )


class Shown:
    """What our newest messages show: to change one into what it is already is refused."""

    def __init__(self) -> None:
        self._shown: OrderedDict[tuple[int, int], int] = OrderedDict()

    def note(self, chat_id: int, message_id: int, rendered: Rendered | None) -> None:
        """Remember what a message shows; ``None`` where nobody knows."""
        self._shown.pop((chat_id, message_id), None)
        if rendered is not None:
            self._shown[chat_id, message_id] = _mark(rendered)
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)

    def is_so(self, chat_id: int, message_id: int, rendered: Rendered) -> bool:
        """Whether a message is known to show that already."""
        return self._shown.get((chat_id, message_id)) == _mark(rendered)


def _mark(rendered: Rendered) -> int:
    keyboard = rendered.keyboard.to_json() if rendered.keyboard else ""
    return hash((rendered.text, rendered.parse_mode, keyboard))


def _without_reply(letter: Letter) -> Letter:
    """The letter by itself, its addressee named in it."""
    if not letter.reply_to or not letter.addressee:
        return replace(letter, reply_to=None)
    rendered = letter.rendered
    name = quote(letter.addressee) if rendered.parse_mode else letter.addressee
    text = f"{name}:\n{rendered.text}"
    return replace(letter, reply_to=None, rendered=replace(rendered, text=text))
