"""Wiring: token, settings and library -> a running bot. Nothing else."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner, Update, User
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.access import Access
from bot.answering import Answering
from bot.chats import Chats
from bot.clock import TelegramClock
from bot.commands import Commands
from bot.controls import Controls
from bot.database import only_one, open_database
from bot.errors import TokenError
from bot.feedback import Feedback
from bot.handlers import Handlers
from bot.housekeeping import describe, give_back_memory, keep_house
from bot.inline import Inline
from bot.intake import Intake, Work
from bot.journal import Journal
from bot.library import Library
from bot.limits import OVERALL
from bot.metrics import Metrics
from bot.outbox import Events, Outbox
from bot.pressing import Pressing
from bot.receiving import REFUSED, Outage, Polling, Receiver
from bot.settings import BotSettings
from bot.status import NO_DATABASE, StatusServer
from bot.uploads import Uploads
from bot.voice import Voice
from bot.watch import Build
from bot.webhook import Webhook
from bot.workers import Workers

logger = logging.getLogger(__name__)

Task = Callable[[], Coroutine[Any, Any, None]]

_CONNECTIONS = 64
_KEEPALIVE_SECONDS = 300
_SENDING_SECONDS = 180
"""For sending an answer, beside the time to find it: Telegram may ask to wait, or be away."""
_LONGEST_QUEUE = 120
"""Seconds of sending that may be queued, however old questions may be."""
_GRACE = 9.0
"""Seconds for what is in work when the bot is stopped."""
_LAST_WORDS = 2.0
_KINDS = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY]
_KINDS += [Update.MY_CHAT_MEMBER]


class Service:
    """A bot that can run."""

    def __init__(
        self,
        token: str,
        settings: BotSettings,
        library: Library,
        corpus: Path,
        build: Build,
        metrics: Metrics | None = None,
    ) -> None:
        """Put the rooms together; nothing runs before `run`.

        Args:
            token: The bot's token.
            settings: The table ``[bot]``.
            library: Where answers come from.
            corpus: The folder that uploads are put into.
            build: Builds the index anew.
            metrics: Where things are counted; ``None`` makes them.

        Raises:
            BotError: The bot's folder cannot be written.
        """
        self._settings = settings
        self._library = library
        self._metrics = metrics or Metrics()
        self._clock = TelegramClock()
        self._polls = HTTPXRequest(connection_pool_size=1, httpx_kwargs=self._http(1))
        self.bot = Bot(
            token,
            base_url=f"{settings.api_base}/bot",
            base_file_url=f"{settings.api_base}/file/bot",
            request=HTTPXRequest(
                connection_pool_size=_CONNECTIONS,
                read_timeout=10,
                write_timeout=10,
                httpx_kwargs=self._http(_CONNECTIONS),
            ),
        )
        self._database = database = open_database(settings.database, settings.folder)
        journal, chats = Journal(database), Chats(database)
        self._journal, self._chats = journal, chats
        voice = Voice(chats, settings)
        access = Access(settings, chats, database, self._is_admin)
        feedback = Feedback(database, settings.folder)
        events = Events(self._migrate, self._tell_muted, self._refuse)
        is_alone = not settings.database
        self._outbox = outbox = Outbox(self.bot, chats, self._metrics, events, is_alone=is_alone)
        self._commands = Commands(
            settings, library, journal, outbox, chats, access, voice, database, feedback
        )
        answering = Answering(
            settings, library, journal, outbox, self._commands, chats, voice, self._metrics
        )
        uploads = Uploads(settings, corpus, self.bot, library, outbox, build)
        controls = Controls(access, chats, self._commands, library, outbox, uploads, voice)
        pressing = Pressing(library, journal, outbox, chats, access, voice, feedback, controls)
        inline = Inline(settings, library, outbox, access, voice)
        self._handlers = Handlers(
            settings, pressing, inline, uploads, self._commands, journal, outbox, chats, voice
        )
        # More than can be sent by half the time is turned away at once, not when it is too late.
        most = round(OVERALL.per_second * min(settings.stale, _LONGEST_QUEUE) / 2)
        self._workers = Workers(settings.queue, settings.timeout + _SENDING_SECONDS, most)
        work = Work(answering.answer, answering.answer_again, answering.turn_away, library.is_away)
        self._intake = Intake(
            settings,
            journal,
            self._workers,
            access,
            chats,
            self._clock,
            self._metrics,
            work,
        )
        self._status = StatusServer(settings.status_port, self._metrics, self._state)
        self._refused = asyncio.Event()
        self.is_serving = asyncio.Event()
        """Set once updates are taken."""

    async def run(self, stop: asyncio.Event, beside: Task | None = None) -> None:
        """Serve until told to stop, then end within 15 seconds.

        Args:
            stop: Set by who wants the bot to end.
            beside: Run beside the bot once it serves.

        Raises:
            BotError: The bot cannot start or go on.
            RetrievalError: The documents cannot be opened.
        """
        with only_one(self._settings.folder):
            await self._status.start()
            tasks = [
                asyncio.create_task(self._open_library()),
                asyncio.create_task(self._receive(beside)),
                asyncio.create_task(self._wait_for_refusal()),
            ]
            stopping = asyncio.create_task(stop.wait())
            try:
                await _first_end([*tasks, stopping], tasks[0])
            finally:
                logger.info("stopping")
                await self._end([*tasks, stopping])

    async def _receive(self, beside: Task | None) -> None:
        me = await self._connect()
        self._commands.username = me.username or ""
        kinds = [*_KINDS, *([Update.GUEST_MESSAGE] if me.supports_guest_queries else [])]
        receiver = Receiver(self.bot, self._take, self._metrics)
        await self._intake.recover()
        async with asyncio.TaskGroup() as group:
            group.create_task(describe(self.bot))
            group.create_task(self._intake.watch())
            group.create_task(keep_house(self._settings, self._journal, self._chats, self.bot))
            if beside:
                group.create_task(_logged(beside))
            self.is_serving.set()
            if self._settings.webhook:
                health = self._status.health
                await Webhook(receiver, self._settings, kinds, health).run(self.bot)
            else:
                self._polling = Polling(self.bot, self._polls, receiver, kinds, self._metrics)
                await self._polling.run()

    async def _connect(self) -> User:
        """Get to know ourselves; Telegram being away is waited out."""
        outage = Outage()
        await self._polls.initialize()
        while True:
            try:
                await self.bot.initialize()
                if not self._settings.webhook:
                    await self.bot.delete_webhook()
            except InvalidToken:
                raise TokenError(REFUSED) from None
            except TelegramError as error:
                await asyncio.sleep(outage.begin_or_go_on(error))
            else:
                outage.end()
                break
        me = self.bot.bot
        reads = "all messages" if me.can_read_all_group_messages else "what is addressed to it"
        logger.info("serving as @%s; in groups it sees %s", me.username, reads)
        return me

    async def _take(self, updates: list[Update]) -> None:
        me = self.bot.bot
        for update in await self._intake.take(updates, me):
            self._handlers.handle(update, me)

    async def _open_library(self) -> None:
        await self._library.open()
        self._metrics.ready.set(1)
        await asyncio.to_thread(give_back_memory)

    async def _wait_for_refusal(self) -> None:
        await self._refused.wait()
        raise TokenError(REFUSED)

    async def _end(self, tasks: list["asyncio.Task[Any]"]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        left = await self._workers.stop(_GRACE)
        if left:
            logger.warning("%d requests are left for the next start", left)
        await self._handlers.finish(_LAST_WORDS)
        await self._intake.finish()
        with contextlib.suppress(TimeoutError, TelegramError, RuntimeError):
            async with asyncio.timeout(_LAST_WORDS):
                if self._polling:
                    await self._polling.confirm()
                await self.bot.shutdown()
                await self._polls.shutdown()
        await self._status.stop()
        self._library.close()
        self._database.close()

    def _state(self) -> str:
        if not self._intake.has_database:
            return NO_DATABASE
        if not self.is_serving.is_set():
            return "connecting to Telegram"
        return self._library.state

    async def _is_admin(self, chat_id: int, user_id: int) -> bool:
        try:
            member = await self.bot.get_chat_member(chat_id, user_id)
        except TelegramError as error:
            logger.warning("chat %d: its administrators are not known (%s)", chat_id, error)
            return False
        return isinstance(member, ChatMemberOwner | ChatMemberAdministrator)

    async def _migrate(self, old: int, new: int) -> None:
        await self._handlers.migrate(old, new)

    async def _tell_muted(self, chat_id: int) -> None:
        await self._handlers.tell_muted(chat_id)

    def _refuse(self) -> None:
        self._refused.set()

    def _http(self, connections: int) -> dict[str, Any]:
        limits = httpx.Limits(
            max_connections=connections,
            max_keepalive_connections=max(connections // 4, 1),
            keepalive_expiry=_KEEPALIVE_SECONDS,
        )
        return {"limits": limits, "event_hooks": {"response": [self._clock.hear]}}

    _polling: Polling | None = None


async def _first_end(tasks: list["asyncio.Task[Any]"], may_end: "asyncio.Task[Any]") -> None:
    """Wait until a task ends; one of them may, if it does not fail."""
    waiting = set(tasks)
    while True:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            _raise_from(task)
        if done != {may_end}:
            return


def _raise_from(task: "asyncio.Task[Any]") -> None:
    error = task.exception()
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if error is not None:
        raise error


async def _logged(task: Task) -> None:
    try:
        await task()
    except Exception:
        logger.exception("a task beside the bot failed")
