"""Updates -> requests that are ours, fresh, within limits, written down and queued.

Everything that is not for us is dismissed first, by a pure function, with nothing awaited or
stored. The rest is journaled in one transaction before Telegram is told that it was received.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial

from telegram import Message, Update, User
from telegram.constants import ChatType

from bot.access import Access
from bot.chats import Chats, Reach
from bot.clock import TelegramClock, steady
from bot.errors import AwayError
from bot.journal import Journal
from bot.limits import Buckets, Notes
from bot.metrics import Metrics
from bot.reading import read_asked
from bot.settings import BotSettings
from bot.types import Asked, Entry, State
from bot.workers import Workers

logger = logging.getLogger(__name__)


_LOOK = 1.0
"""Seconds between looks for what dead processes left."""
_SILENCE = 5.0
"""Seconds without an answer after which the database counts as away."""


class Refusal(Enum):
    """Why a request is turned away; each is told, politely, once a minute a chat."""

    STALE = "stale"
    NOT_ALLOWED = "not allowed"
    TOO_FAST = "too fast"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with requests."""

    answer: Callable[[Entry], Awaitable[State]]
    """`State.AWAY` where the answer is still owed."""
    answer_again: Callable[[Entry], Awaitable[State]]
    """After its message was edited."""
    turn_away: Callable[[Asked, Refusal, int], Awaitable[None]]
    """Say why; the number counts what was turned away for it."""
    is_away: Callable[[], bool]
    """Whether the documents are out of reach."""


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
        self._in_hand: set[int] = set()
        self._owed: set[int] = set()
        """Those that wait for the documents."""
        self._heard = time.monotonic()

    @property
    def has_database(self) -> bool:
        """Whether the database answered just now."""
        return time.monotonic() - self._heard < _SILENCE

    async def take(self, updates: Sequence[Update], me: User) -> list[Update]:
        """Journal and queue what is asked of us.

        Returns:
            The updates that are no questions, in their order; none that was taken in elsewhere.

        Raises:
            AwayError: The database is; nothing was taken in.
        """
        asked: list[Asked] = []
        edited: list[Asked] = []
        others = []
        for update in updates:
            message, edit = update.message, update.edited_message
            if message is not None and not self._is_for_others(message):
                asked += read_asked(message, me)
            elif edit is not None:
                edited += read_asked(edit, me)
            else:
                others.append(update)
        # First of all: where the database is away, nothing is counted against anyone.
        await self._chats.refresh(_concerned([*asked, *edited], others))
        await self._accept(await self._sift(asked))
        for each in edited:
            await self._amend(each)
        self._metrics.waiting.set(self._workers.unfinished)
        return await self._claim(others)

    async def watch(self) -> None:
        """Take up what is left unfinished, or owed since the documents were out of reach."""
        while True:
            if self._owed and not self._work.is_away():
                self._in_hand -= self._owed
                self._owed.clear()
            await self.recover()
            await asyncio.sleep(_LOOK)

    async def recover(self) -> None:
        """Take up what dead processes left unfinished, and what an outage kept from us."""
        with suppress(AwayError):
            await self._recover()
            self._heard = time.monotonic()

    async def _recover(self) -> None:
        stale, in_hand = self._settings.stale, frozenset(self._in_hand)
        found = await asyncio.to_thread(self._journal.recover, stale, in_hand)
        await self._chats.refresh(entry.asked.chat_id for entry in found.entries)
        for outcome, count in (
            ("resumed", len(found.entries)),
            ("expired", found.expired),
            ("given up", found.given_up),
        ):
            self._metrics.recovered.labels(outcome).inc(count)
            if count:
                logger.info("unfinished requests: %d %s", count, outcome)
        for entry in found.entries:
            self._submit(entry)

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

    async def _sift(self, asked: Sequence[Asked]) -> list[Asked]:
        """Those that may be answered; the others are turned away."""
        kept: list[Asked] = []
        queued: Counter[int] = Counter()
        refused: dict[tuple[int, Refusal], list[Asked]] = {}
        for each in asked:
            if self._chats.get(each.chat_id).reach is Reach.GONE:
                await self._chats.reached(each.chat_id, Reach.OPEN)
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
            self._submit(entry)

    async def _claim(self, others: list[Update]) -> list[Update]:
        """Those that no process has taken in; what is typed may well be answered twice."""
        ids = [each.update_id for each in others if each.inline_query is None]
        if ids:
            ours = await asyncio.to_thread(self._journal.claim, ids)
            return [each for each in others if each.inline_query or each.update_id in ours]
        return others

    def _submit(self, entry: Entry) -> None:
        """Queue a request, unless it is at hand already."""
        if entry.id not in self._in_hand:
            self._in_hand.add(entry.id)
            self._workers.submit(entry.asked.chat_id, partial(self._answer, entry))

    async def _answer(self, entry: Entry) -> None:
        with suppress(AwayError):  # it is found unfinished when the database is back
            if await self._work.answer(entry) is State.AWAY:
                self._owed.add(entry.id)
                return
        # What fails otherwise stays at hand, and is not begun again before the next start.
        self._in_hand.discard(entry.id)

    async def _amend(self, asked: Asked) -> None:
        """Follow an edit: the newest text is answered, in the one answer that there is."""
        if self._is_stale(asked):
            return
        where = (asked.chat_id, asked.message_id)
        if await asyncio.to_thread(self._journal.find_message, *where) is None:
            await self._accept(await self._sift([asked]))
            return
        amended = await asyncio.to_thread(self._journal.amend, *where, asked.request)
        # Whoever is at work on it, here or elsewhere, sees the new text when the old is answered.
        if amended is None or not amended.state.is_over:
            return
        if self._people.take(asked.user_id, steady()):
            self._workers.submit(asked.chat_id, partial(self._answer_again, amended))

    async def _answer_again(self, entry: Entry) -> None:
        with suppress(AwayError):
            if await self._work.answer_again(entry) is State.AWAY:
                self._in_hand.add(entry.id)
                self._owed.add(entry.id)

    def _spawn(self, note: Awaitable[None]) -> None:
        task = asyncio.create_task(_noted(note))
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


async def _noted(note: Awaitable[None]) -> None:
    with suppress(AwayError):
        await note


def _concerned(asked: Iterable[Asked], others: Iterable[Update]) -> set[int]:
    """The chats and people whose settings and permissions matter now."""
    ids = {number for each in asked for number in (each.chat_id, each.user_id)}
    for update in others:
        ids |= {each.id for each in (update.effective_chat, update.effective_user) if each}
    return ids
