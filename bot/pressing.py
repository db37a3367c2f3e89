"""Presses on an answer's buttons: pages, surroundings, the original file, votes.

The buttons say everything but the question, which stands in the journal, or in the message that
the answer replies to. What a press may show is decided by who presses, where.
"""

import asyncio
import logging

from telegram import CallbackQuery, Message, User
from telegram.constants import ChatType

from bot.access import Access
from bot.addressing import read_request
from bot.buttons import OpenFile, Press, Show, Vote, read_press
from bot.chats import Chats
from bot.clock import steady
from bot.controls import Controls
from bot.feedback import Feedback, Opinion
from bot.journal import Journal
from bot.keyboards import Focus
from bot.letters import Letter
from bot.library import Library, Page, Query
from bot.limits import Buckets
from bot.outbox import LARGEST_FILE, Outbox
from bot.render import Rendered, render_file_caption, render_page, single
from bot.texts import Texts
from bot.voice import Voice
from retrieval.answer import Context
from retrieval.errors import EngineError
from retrieval.types import Audience

logger = logging.getLogger(__name__)

_PER_MINUTE = 60
_AT_ONCE = 20


class Pressing:
    """Does what buttons say."""

    def __init__(
        self,
        library: Library,
        journal: Journal,
        outbox: Outbox,
        chats: Chats,
        access: Access,
        voice: Voice,
        feedback: Feedback,
        controls: Controls,
    ) -> None:
        self._library = library
        self._journal = journal
        self._outbox = outbox
        self._chats = chats
        self._access = access
        self._voice = voice
        self._feedback = feedback
        self._controls = controls
        self._people = Buckets(_PER_MINUTE, _AT_ONCE)

    async def press(self, query: CallbackQuery, me: User) -> None:
        """Do what a button says, and stop its spinner, whatever happens."""
        press = read_press(query.data)
        message = query.message
        if press is None or not isinstance(message, Message) or not message.is_accessible:
            await self._outbox.answer_press(query.id)
            return
        said = self._voice.texts(message.chat_id, query.from_user.language_code)
        if not self._people.take(query.from_user.id, steady()):
            await self._outbox.answer_press(query.id, said.slow_down)
            return
        try:
            text, is_alert = await self._do(press, message, query.from_user, me, said)
        except EngineError:
            text, is_alert = said.away, True
        except Exception:
            logger.exception("chat %d: a press failed", message.chat_id)
            text, is_alert = said.failed, True
        await self._outbox.answer_press(query.id, text, alert=is_alert)

    async def _do(
        self, press: Press, message: Message, presser: User, me: User, said: Texts
    ) -> tuple[str, bool]:
        """What is said to the presser, and whether it must be closed by hand."""
        if not isinstance(press, Show | OpenFile | Vote):
            return await self._controls.press(press, message, presser.id, said), False
        if not self._access.may_ask(message.chat_id, presser.id):
            return said.not_allowed, True
        query = await self._asked(message, me)
        if isinstance(press, Show) and not press.passage_id:
            return await self._turn_page(press, message, query, said)
        context = await self._library.context(
            press.passage_id,
            query.collection,
            *((press.before, press.after) if isinstance(press, Show) else (0, 0)),
        )
        if context is None:
            return said.outdated, True
        match press:
            case Show():
                return await self._show(press, context, message, query, said)
            case OpenFile():
                return await self._send_file(press, message, query, said)
            case Vote():
                return await self._vote(press, context, message, presser, query, said)

    async def _turn_page(
        self, press: Show, message: Message, query: Query, said: Texts
    ) -> tuple[str, bool]:
        page = await self._library.ask(query, press.page) if query.text else None
        if page is None or not page.excerpts:
            return said.outdated, True
        rendered = render_page(page, said)
        is_done = await self._outbox.edit(message.chat_id, message.message_id, rendered)
        return ("" if is_done else said.slow_down), False

    async def _show(
        self, press: Show, context: Context, message: Message, query: Query, said: Texts
    ) -> tuple[str, bool]:
        page = await self._page_with(press, context, query)
        rendered = render_page(page, said, Focus(press, context))
        if not await self._outbox.edit(message.chat_id, message.message_id, rendered):
            return said.slow_down, False
        is_end = (press.before and not context.before) or (press.after and not context.after)
        return (said.no_more if is_end else ""), False

    async def _page_with(self, press: Show, context: Context, query: Query) -> Page:
        """The page that a passage stands on; the passage alone, where it stands there no more."""
        if query.text:
            page = await self._library.ask(query, press.page)
            if any(excerpt.passage_id == press.passage_id for excerpt in page.excerpts):
                return page
        return single(context)

    async def _send_file(
        self, press: OpenFile, message: Message, query: Query, said: Texts
    ) -> tuple[str, bool]:
        original = await self._library.original(press.passage_id, query.collection)
        if original is None:
            return said.outdated, True
        size = (await asyncio.to_thread(original.path.stat)).st_size
        if size > LARGEST_FILE:
            return said.file_too_large, True
        sent = await self._outbox.send(
            Letter(
                chat_id=message.chat_id,
                rendered=Rendered(render_file_caption(original.title, original.page, said)),
                thread_id=message.message_thread_id if message.is_topic_message else None,
                reply_to=message.message_id,
                file=original.path,
            )
        )
        return ("" if sent else said.slow_down), False

    async def _vote(
        self,
        press: Vote,
        context: Context,
        message: Message,
        presser: User,
        query: Query,
        said: Texts,
    ) -> tuple[str, bool]:
        if query.text:
            page = await self._library.ask(query)
            marked = {e.passage_id: e.marked_text for e in page.answer.excerpts}
            opinion = Opinion(
                user_id=presser.id,
                chat_id=message.chat_id,
                question=query.text,
                source=context.passage.source,
                quote=marked.get(press.passage_id) or context.passage.text,
                is_helpful=press.is_helpful,
            )
            await asyncio.to_thread(self._feedback.record, opinion)
        return (said.thanks_helpful if press.is_helpful else said.thanks_bad), False

    async def _asked(self, message: Message, me: User) -> Query:
        """The question that a message of ours answers; empty where nothing tells."""
        chat = self._chats.get(message.chat_id)
        is_private = message.chat.type == ChatType.PRIVATE
        audience = Audience.PRIVATE if is_private else Audience.GROUP
        entry = await asyncio.to_thread(
            self._journal.find_answer, message.chat_id, message.message_id
        )
        if entry is not None:
            text = entry.asked.request.text
            return Query(text, entry.earlier, chat.collection, chat.threshold, audience)
        question = message.reply_to_message
        request = read_request(question, me) if question else None
        text = request.text if request else (question.text or "" if question else "")
        return Query(text, "", chat.collection, chat.threshold, audience)
