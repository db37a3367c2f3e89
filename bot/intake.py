"""Updates -> requests that are ours, fresh, within limits, written down and queued.

Everything that is not for us is dismissed first, by a pure function, with nothing awaited or
stored. The rest is journaled in one transaction before Telegram is told that it was received.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial

from telegram import Message, Update, User
from telegram.constants import ChatType

from bot.access import Access
from bot.addressing import read_request, replied_to_us
from bot.chats import Chats, Reach
from bot.clock import TelegramClock, steady
from bot.journal import Journal
from bot.limits import Buckets, Notes
from bot.metrics import Metrics
from bot.settings import BotSettings
from bot.types import Asked, Entry
from bot.workers import Workers

logger = logging.getLogger(__name__)


class Refusal(Enum):
    """Why a request is turned away; each is told, politely, once a minute a chat."""

    STALE = "stale"
    NOT_ALLOWED = "not allowed"
    TOO_FAST = "too fast"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with requests."""

    answer: Callable[[Entry], Awaitable[None]]
    answer_again: Callable[[Entry], Awaitable[None]]
    """After its message was edited."""
    turn_away: Callable[[Asked, Refusal, int], Awaitable[None]]
    """Say why; the number counts what was turned away for it."""


class Intake:
    """Takes batches of updates in."""

    def __init__(
        self,
        settings: BotSettings,
        journal: Journal,
        workers: Workers,
        access: Access,
        chats: Chats,
        clock: TelegramClock,
        metrics: Metrics,
        work: Work,
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._workers = workers
        self._access = access
        self._chats = chats
        self._clock = clock
        self._metrics = metrics
        self._work = work
        self._people = Buckets(settings.per_user, max(settings.per_user // 2, 1))
        self._places = Buckets(settings.per_chat, max(settings.per_chat // 2, 1))
        self._notes = Notes()
        self._beside: set[asyncio.Task[None]] = set()

    async def take(self, updates: Sequence[Update], me: User) -> list[Update]:
        """Journal and queue what is asked of us.

        Returns:
            The updates that are no questions, in their order.
        """
        asked: list[Asked] = []
        edited: list[Asked] = []
        others = []
        for update in updates:
            message, edit = update.message, update.edited_message
            if message is not None and not self._is_for_others(message):
                asked += self._read(message, me)
            elif edit is not None:
                edited += self._read(edit, me)
            else:
                others.append(update)
        await self._accept(self._sift(asked))
        for each in edited:
            await self._amend(each)
        self._metrics.waiting.set(self._workers.unfinished)
        return others

    async def recover(self) -> None:
        """Take up what a crash left unfinished."""
        found = await asyncio.to_thread(self._journal.recover, self._settings.stale)
        for outcome, count in (
            ("resumed", len(found.entries)),
            ("expired", found.expired),
            ("given up", found.given_up),
        ):
            self._metrics.recovered.labels(outcome).inc(count)
            if count:
                logger.info("unfinished requests of the last run: %d %s", count, outcome)
        for entry in found.entries:
            self._workers.submit(entry.asked.chat_id, partial(self._work.answer, entry))

    async def finish(self) -> None:
        """Let notes that are on their way go out."""
        if self._beside:
            await asyncio.wait(self._beside, timeout=1)

    def _is_for_others(self, message: Message) -> bool:
        """Whether a message is no question: a document that an owner sends to be read, a move."""
        if message.document is not None and message.caption is None:
            author = message.from_user
            is_private = message.chat.type == ChatType.PRIVATE
            return is_private and author is not None and self._access.is_owner(author.id)
        return bool(message.migrate_to_chat_id)

    def _read(self, message: Message, me: User) -> list[Asked]:
        request = read_request(message, me)
        if request is None:
            return []
        person = message.from_user
        author = message.sender_chat or person
        replied = message.reply_to_message
        answers_to = replied.message_id if request.is_quoted and replied else message.message_id
        return [
            Asked(
                request=replace(request, text=_whole(request.text)),
                chat_id=message.chat_id,
                message_id=message.message_id,
                user_id=author.id if author else message.chat_id,
                name=_whole(_name(message)),
                is_private=message.chat.type == ChatType.PRIVATE,
                thread_id=message.message_thread_id if message.is_topic_message else None,
                replied_to=replied_to_us(message, me),
                answers_to=answers_to,
                language=person.language_code if person and not message.sender_chat else None,
                date=message.date.timestamp(),
            )
        ]

    def _sift(self, asked: Sequence[Asked]) -> list[Asked]:
        """Those that may be answered; the others are turned away."""
        kept: list[Asked] = []
        queued: Counter[int] = Counter()
        refused: dict[tuple[int, Refusal], list[Asked]] = {}
        for each in asked:
            if self._chats.get(each.chat_id).reach is Reach.GONE:
                self._chats.reached(each.chat_id, Reach.OPEN)
            refusal = self._refusal(each, queued)
            if refusal is None:
                queued[each.chat_id] += 1
                kept.append(each)
            else:
                self._metrics.refused.labels(refusal.value).inc()
                refused.setdefault((each.chat_id, refusal), []).append(each)
        for (chat_id, refusal), turned in refused.items():
            if self._notes.allow(chat_id, steady()):
                self._spawn(self._work.turn_away(turned[-1], refusal, len(turned)))
        return kept

    def _refusal(self, asked: Asked, queued: Counter[int]) -> Refusal | None:
        now = steady()
        if self._is_stale(asked):
            return Refusal.STALE
        if not self._access.may_ask(asked.chat_id, asked.user_id):
            return Refusal.NOT_ALLOWED
        if not self._people.take(asked.user_id, now) or not self._places.take(asked.chat_id, now):
            return Refusal.TOO_FAST
        chat_id = asked.chat_id
        has_room = self._workers.has_room(chat_id, queued[chat_id], queued.total())
        return None if has_room else Refusal.BUSY

    def _is_stale(self, asked: Asked) -> bool:
        return self._clock.now() - asked.date > self._settings.stale

    async def _accept(self, asked: Sequence[Asked]) -> None:
        if not asked:
            return
        for entry in await asyncio.to_thread(self._journal.accept, asked):
            self._metrics.accepted.labels(entry.asked.request.wish.value).inc()
            self._workers.submit(entry.asked.chat_id, partial(self._work.answer, entry))

    async def _amend(self, asked: Asked) -> None:
        """Follow an edit: the newest text is answered, in the one answer that there is."""
        if self._is_stale(asked):
            return
        where = (asked.chat_id, asked.message_id)
        if await asyncio.to_thread(self._journal.find_message, *where) is None:
            await self._accept(self._sift([asked]))
            return
        amended = await asyncio.to_thread(self._journal.amend, *where, asked.request)
        if amended and amended.was_begun and self._people.take(asked.user_id, steady()):
            job = partial(self._work.answer_again, amended.entry)
            self._workers.submit(asked.chat_id, job)

    def _spawn(self, note: Awaitable[None]) -> None:
        task = asyncio.ensure_future(note)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


def _whole(text: str) -> str:
    """A text without halves of surrogate pairs, which neither SQLite nor Telegram takes."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _name(message: Message) -> str:
    if message.sender_chat:
        return message.sender_chat.effective_name or ""
    return message.from_user.full_name if message.from_user else ""
