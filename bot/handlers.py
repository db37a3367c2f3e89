"""Updates that are no questions -> the rooms that handle them."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from telegram import ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.chats import Approval, Chats, Reach
from bot.commands import Commands
from bot.inline import Inline
from bot.journal import Journal
from bot.letters import Letter
from bot.outbox import Outbox
from bot.pressing import Pressing
from bot.render import Rendered, quote
from bot.settings import BotSettings
from bot.uploads import Uploads
from bot.voice import Voice

logger = logging.getLogger(__name__)

_OUT = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
_MOST_AT_ONCE = 256
"""Updates handled beside each other; more wait their turn."""


class Handlers:
    """What happens on each kind of update; each runs as a task of its own."""

    def __init__(
        self,
        settings: BotSettings,
        pressing: Pressing,
        inline: Inline,
        uploads: Uploads,
        commands: Commands,
        journal: Journal,
        outbox: Outbox,
        chats: Chats,
        voice: Voice,
    ) -> None:
        self._settings = settings
        self._pressing = pressing
        self._inline = inline
        self._uploads = uploads
        self._commands = commands
        self._journal = journal
        self._outbox = outbox
        self._chats = chats
        self._voice = voice
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_MOST_AT_ONCE)

    def handle(self, update: Update, me: User) -> None:
        """Begin what an update asks for; the rest of its kinds is left alone."""
        if update.callback_query is not None:
            self._begin(self._pressing.press(update.callback_query, me))
        elif update.inline_query is not None:
            self._begin(self._inline.answer(update.inline_query, me))
        elif update.guest_message is not None:
            self._begin(self._inline.answer_guest(update.guest_message, me))
        elif update.my_chat_member is not None:
            self._begin(self._follow_membership(update.my_chat_member))
        elif update.message is not None:
            self._handle_message(update.message)

    async def finish(self, grace: float) -> None:
        """Give what was begun some seconds to end."""
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=grace)
            for task in unfinished:
                task.cancel()

    async def migrate(self, old: int, new: int) -> None:
        """Move everything that is kept of a group to its new id."""
        await asyncio.to_thread(self._journal.migrate, old, new)
        await self._chats.migrate(old, new)
        logger.info("chat %d is chat %d now", old, new)

    async def tell_muted(self, chat_id: int) -> None:
        """Tell who added us that a group lets us write nothing."""
        chat = self._chats.get(chat_id)
        logger.info("chat %d lets us write nothing", chat_id)
        if chat.added_by is not None:
            said = self._voice.texts(chat.added_by, None)
            hint = said.mute_hint.format(name=quote(chat.title or str(chat_id)))
            await self._outbox.send(Letter(chat.added_by, Rendered(hint)))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._slots:
            try:
                await work
            except Exception:
                logger.exception("an update failed")

    def _handle_message(self, message: Message) -> None:
        if message.migrate_to_chat_id:
            self._begin(self.migrate(message.chat_id, message.migrate_to_chat_id))
        elif message.document is not None and self._settings.upload_megabytes:
            code = message.from_user.language_code if message.from_user else None
            said = self._voice.texts(message.chat_id, code)
            self._begin(self._uploads.receive(message, message.document, said))

    async def _follow_membership(self, change: ChatMemberUpdated) -> None:
        """Note that we were added, removed, blocked or kept from writing."""
        member, chat_id = change.new_chat_member, change.chat.id
        if member.status in _OUT:
            await self._chats.reached(chat_id, Reach.GONE)
            return
        if change.chat.type == ChatType.PRIVATE:
            await self._chats.reached(chat_id, Reach.OPEN)
            return
        is_mute = getattr(member, "can_send_messages", True) is False
        known = self._chats.get(chat_id)
        by = change.from_user.id
        await self._chats.put(replace(known, title=change.chat.title or "", added_by=by))
        if await self._chats.reached(chat_id, Reach.MUTE if is_mute else Reach.OPEN) and is_mute:
            await self.tell_muted(chat_id)
        await self._ask_for_approval(chat_id, by)

    async def _ask_for_approval(self, chat_id: int, by: int) -> None:
        known = self._chats.get(chat_id)
        if self._settings.groups == "open" or known.approval is not Approval.UNASKED:
            return
        if by in self._settings.owners:
            await self._chats.put(replace(known, approval=Approval.GIVEN))
            return
        await self._chats.put(replace(known, approval=Approval.ASKED))
        await self._commands.ask_owners(chat_id, known.title)
