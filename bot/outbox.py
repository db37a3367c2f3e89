"""Messages -> Telegram: each at its time, each error with its remedy, nothing twice knowingly.

There is no way to ask Telegram whether a message that ended in an error was delivered. A message
is therefore tried once more, and never a third time; what may be repeated without harm (edits,
answers to presses) is.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import (
    Bot,
    InlineQueryResult,
    InlineQueryResultsButton,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError

from bot.chats import Chats, Reach
from bot.clock import steady
from bot.letters import NO_PREVIEW, Letter, Shown, changed, post
from bot.limits import SendingLimits
from bot.metrics import Metrics
from bot.remedies import Kind, Remedy, find_remedy
from bot.render import Rendered

logger = logging.getLogger(__name__)

LARGEST_FILE = 50_000_000
"""Bytes that a bot may send."""
_PATIENCE = 31.0
"""Seconds; what must wait for its chat longer is dropped, but for answers that were promised."""
_BACKOFF = (0.5, 1, 2, 4, 8, 15, 30, 30, 30)
"""Seconds between attempts to reach Telegram at all: two minutes, like the age of a question."""
_PAUSE = 0.5
"""Seconds before what may be repeated is."""
_REPEATS = 5
_PASSING = (Kind.UNSENT, Kind.UNSURE, Kind.WAIT)
_MUTE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Events:
    """Who is told what the outbox learns."""

    migrated: Callable[[int, int], Awaitable[None]]
    """A group's old and new id."""
    muted: Callable[[int], Awaitable[None]]
    """A group lets us write nothing; told once."""
    refused: Callable[[], None]
    """Telegram does not accept the token."""


@dataclass(frozen=True, slots=True)
class Handing:
    """What is written down of a message on its way, so that a crash sends it once more at most."""

    given: Callable[[], Awaitable[bool]]
    """It is handed to Telegram now; ``False`` forbids that."""
    refused: Callable[[], Awaitable[object]]
    """It surely did not arrive."""


class Outbox:
    """Sends, edits and answers."""

    def __init__(
        self, bot: Bot, chats: Chats, metrics: Metrics, events: Events, *, is_alone: bool
    ) -> None:
        """Prepare.

        Args:
            bot: Makes the calls.
            chats: What is known of them.
            metrics: What is counted.
            events: Who is told what is learned.
            is_alone: Whether nobody else changes our messages.
        """
        self._bot = bot
        self._chats = chats
        self._metrics = metrics
        self._events = events
        self._limits = SendingLimits()
        self._shown = Shown()
        self._is_alone = is_alone

    async def send(self, letter: Letter, handing: Handing | None = None) -> int | None:
        """Send a message.

        Args:
            letter: What, and where to.
            handing: Kept of every attempt; without it, what may have been delivered is not sent
                once more.

        Returns:
            The message's id; ``None`` where it was not delivered, as far as is known.
        """
        tried: list[Kind] = []
        while True:
            if not await self._turn(letter.chat_id, must_go=handing is not None):
                self._drop(letter, "the chat is shut, or its turn would come too late")
                return None
            if handing and not await handing.given():
                self._drop(letter, "another process has it, or it was sent twice")
                return None
            try:
                sent = await post(self._bot, letter)
            except TelegramError as error:
                remedy = find_remedy(error)
                if handing and remedy.kind is not Kind.UNSURE:
                    await handing.refused()
                cured = await self._cure(letter, remedy, tried, may_repeat=handing is not None)
                if cured is None:
                    self._drop(letter, f"{remedy.kind.value}: {_words(error)}")
                    return None
                tried.append(remedy.kind)
                letter = cured
            else:
                self._metrics.sent.labels("delivered").inc()
                await self._chats.reached(letter.chat_id, Reach.OPEN)
                self._shown.note(letter.chat_id, sent.message_id, letter.rendered)
                return sent.message_id

    async def edit(self, chat_id: int, message_id: int, rendered: Rendered) -> bool:
        """Change a message of ours; where it is known to be so already, nothing is done.

        Returns:
            ``False`` where it was not changed, as far as is known.
        """
        if self._is_alone and self._shown.is_so(chat_id, message_id, rendered):
            return True
        kind = await self._repeat(
            chat_id,
            lambda: self._bot.edit_message_text(
                rendered.text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=rendered.keyboard,
                link_preview_options=NO_PREVIEW,
            ),
            counts=True,
        )
        self._shown.note(chat_id, message_id, rendered if kind is None else None)
        return kind is None

    async def delete(self, chat_id: int, message_id: int) -> bool:
        """Delete a message of ours; ``False`` where Telegram does not let us."""
        kind = await self._repeat(chat_id, lambda: self._bot.delete_message(chat_id, message_id))
        return kind is None

    async def answer_press(self, press_id: str, text: str = "", *, alert: bool = False) -> None:
        """Stop a button's spinner, and say something to who pressed it."""
        await self._repeat(
            0, lambda: self._bot.answer_callback_query(press_id, text or None, show_alert=alert)
        )

    async def answer_inline(
        self,
        query_id: str,
        results: list[InlineQueryResult],
        *,
        seconds: int,
        is_personal: bool,
        next_offset: str,
        button: InlineQueryResultsButton | None,
    ) -> None:
        """Answer an inline query; Telegram may keep the answer for some seconds."""
        await self._repeat(
            0,
            lambda: self._bot.answer_inline_query(
                query_id,
                results,
                cache_time=seconds,
                is_personal=is_personal,
                next_offset=next_offset,
                button=button,
            ),
        )

    async def answer_guest(self, query_id: str, result: InlineQueryResult) -> None:
        """Answer a question from a chat that we are not in."""
        await self._repeat(0, lambda: self._bot.answer_guest_query(query_id, result))

    async def show_typing(self, chat_id: int) -> None:
        """Show that something is being written; not worth a second attempt."""
        try:
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
        except TelegramError as error:
            logger.debug("chat %d: typing was not shown (%s)", chat_id, error)

    async def _turn(self, chat_id: int, *, must_go: bool = False) -> bool:
        """Wait until a chat may be written to; ``False`` where that would take too long.

        What must go waits for its chat's turn; of the rest, no more is queued than soon goes.
        """
        while await self._is_there(chat_id):
            wait = self._limits.reserve(chat_id, steady(), _PATIENCE, must_go=must_go)
            if wait is None:
                return False
            await asyncio.sleep(wait)
            await asyncio.sleep(self._limits.reserve_among_all(chat_id, steady()))
            if not self._limits.is_paused(chat_id, steady()):
                return True
        return False

    async def _is_there(self, chat_id: int) -> bool:
        if self._chats.get(chat_id).reach is Reach.GONE:
            await self._chats.refresh([chat_id])  # another process may have heard from it
        return self._chats.get(chat_id).reach is not Reach.GONE

    async def _cure(
        self, letter: Letter, remedy: Remedy, tried: list[Kind], *, may_repeat: bool
    ) -> Letter | None:
        """The letter to send next, or ``None`` to give up."""
        if remedy.kind is Kind.UNSENT:
            return await self._after(tried.count(Kind.UNSENT), letter)
        if remedy.kind is Kind.WAIT:
            self._limits.pause(letter.chat_id, steady(), remedy.seconds)
            return letter if remedy.seconds < _PATIENCE and tried.count(Kind.WAIT) < 3 else None
        if remedy.kind in tried:
            return None
        if remedy.kind is Kind.UNSURE:
            if not may_repeat:
                return None
            self._metrics.sent.labels("repeated").inc()
            return await self._after(0, letter)
        await self._note(letter.chat_id, remedy)
        return changed(letter, remedy)

    async def _after(self, number: int, letter: Letter) -> Letter | None:
        if number >= len(_BACKOFF):
            return None
        await asyncio.sleep(_BACKOFF[number])
        return letter

    async def _note(self, chat_id: int, remedy: Remedy) -> None:
        """Remember what an error tells of a chat."""
        if remedy.kind is Kind.MIGRATED:
            await self._events.migrated(chat_id, remedy.chat_id)
        elif remedy.kind is Kind.GONE:
            await self._chats.reached(chat_id, Reach.GONE)
        elif remedy.kind is Kind.REFUSED:
            self._events.refused()
        elif remedy.kind is Kind.MUTE:
            # Nobody tells when it may be written to again, so that is tried now and then.
            self._limits.rest(chat_id, steady(), _MUTE_SECONDS)
            if await self._chats.reached(chat_id, Reach.MUTE):
                await self._events.muted(chat_id)

    async def _repeat(
        self, chat_id: int, call: Callable[[], Awaitable[object]], *, counts: bool = False
    ) -> Kind | None:
        """Make a call that does no harm when it is made twice.

        Args:
            chat_id: Where to; 0 for what is no chat's.
            call: Makes it.
            counts: Whether Telegram counts it like a message.

        Returns:
            The kind of what stopped it; ``None`` where nothing did.
        """
        kind = None
        for number in range(_REPEATS):
            if counts and not await self._turn(chat_id):
                return Kind.WAIT
            try:
                await call()
            except TelegramError as error:
                remedy = find_remedy(error)
                kind = remedy.kind
                if kind is Kind.NOTHING:
                    return None if "not modified" in str(error).lower() else kind
                if kind is Kind.WAIT and chat_id:
                    self._limits.pause(chat_id, steady(), remedy.seconds)
                if kind not in _PASSING or remedy.seconds > _PATIENCE:
                    await self._note(chat_id, remedy)
                    logger.warning("chat %d: a call failed (%s)", chat_id, _words(error))
                    return kind
                await asyncio.sleep(remedy.seconds or _PAUSE * (number + 1))
            else:
                return None
        return kind

    def _drop(self, letter: Letter, reason: str) -> None:
        self._metrics.sent.labels("dropped").inc()
        logger.warning("chat %d: a message was not delivered (%s)", letter.chat_id, reason)


def _words(error: TelegramError) -> str:
    """An error's words, short: a proxy's page may come with them."""
    return " ".join(str(error).split())[:200]
