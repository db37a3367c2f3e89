"""Telegram's updates -> the rooms of this package: read, queue, answer."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatAction, ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.addressing import Request, Wish, read_request
from bot.buttons import Unfold, read_press
from bot.outbox import edit, reply
from bot.render import Rendered, Unfolded, quote, render_answer, render_sources
from bot.settings import BotSettings
from bot.texts import Texts, language_of, texts
from bot.workers import Workers
from retrieval.answer import Answerer
from retrieval.question import read_question
from retrieval.types import Answer

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
_SENDING_SECONDS = 60
"""For sending an answer, beside the time to find it: Telegram may ask to wait."""
Task = Callable[[], Coroutine[Any, Any, None]]


class Handlers:
    """What happens on each kind of update; the search itself runs in threads."""

    def __init__(self, answerer: Answerer, settings: BotSettings) -> None:
        self._answerer = answerer
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.workers, thread_name_prefix="search")
        self._workers = Workers(
            settings.workers, settings.queue, settings.timeout + _SENDING_SECONDS
        )
        self._beside: asyncio.Task[None] | None = None
        self._told_busy: set[int] = set()

    def start(self, beside: Task | None = None) -> None:
        """Start working, and a task that runs beside the bot."""
        self._workers.start()
        if beside:
            self._beside = asyncio.create_task(_logged(beside))

    async def stop(self) -> None:
        """End what is in work, then let everything go."""
        if self._beside:
            self._beside.cancel()
            await asyncio.gather(self._beside, return_exceptions=True)
        await self._workers.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Queue what is addressed to us; everything else is dismissed at once."""
        message = update.message
        request = read_request(message, context.bot.bot) if message else None
        if message is None or request is None:
            return
        said = self._texts(message.from_user)
        job = partial(self._serve, message, request, said, context.bot.username)
        if self._workers.submit(message.chat_id, job):
            self._told_busy.discard(message.chat_id)
        elif message.chat_id not in self._told_busy:
            # Once until a question is taken again: a flood must not make us flood.
            self._told_busy.add(message.chat_id)
            await reply(message, Rendered(said.busy))

    async def on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Unfold an excerpt in place, or fold it again."""
        query = update.callback_query
        if query is None:
            return
        press = read_press(query.data)
        message = query.message
        if press is None or not isinstance(message, Message):
            await _answer_query(query)
            return
        said = self._texts(query.from_user)
        job = partial(self._unfold, query, message, press, said, context.bot.bot)
        if not self._workers.submit(message.chat_id, job):
            await _answer_query(query, said.busy)

    async def _serve(self, message: Message, request: Request, said: Texts, username: str) -> None:
        try:
            async with asyncio.timeout(self._settings.timeout):
                rendered = await self._respond(message, request, said, username)
        except Exception:
            logger.exception("chat %d: a question failed", message.chat_id)
            rendered = Rendered(said.failed)
        if rendered:
            # The answer stands under the question, so that its buttons can ask it again.
            asked = message.reply_to_message if request.is_quoted else None
            await reply(asked or message, rendered)

    async def _respond(
        self, message: Message, request: Request, said: Texts, username: str
    ) -> Rendered | None:
        example = quote(self._settings.sample)
        match request.wish:
            case Wish.START:
                return Rendered(said.start.format(examples=f"• {example}", username=username))
            case Wish.HELP:
                return Rendered(said.help.format(username=username))
            case Wish.SOURCES:
                return render_sources(await self._in_thread(self._answerer.documents), said)
            case Wish.ASK if not request.question:
                return Rendered(said.usage.format(example=example))
        private = message.chat.type == ChatType.PRIVATE
        if read_question(request.question).is_chat:
            # A group's thanks and greetings need no answer from a machine.
            wanted = private or request.is_command
            return Rendered(said.greeting.format(example=example)) if wanted else None
        if private:
            # In groups it would eat the budget of messages, for an answer that takes milliseconds.
            with contextlib.suppress(TelegramError):
                await message.reply_chat_action(ChatAction.TYPING)
        return render_answer(await self._ask(request.question), said)

    async def _unfold(
        self, query: CallbackQuery, message: Message, press: Unfold, said: Texts, me: User
    ) -> None:
        question = _asked(message.reply_to_message, me)
        answer = await self._ask(question) if question else None
        held = answer is not None and any(
            excerpt.passage_id == press.passage_id for excerpt in answer.shown
        )
        if answer is None or not held or answer.generation != press.generation:
            await _answer_query(query, said.outdated)
            return
        await _answer_query(query)
        unfolded = None
        if not press.fold:
            around = await self._in_thread(partial(self._answerer.context, press.passage_id))
            if around:
                unfolded = Unfolded(press.passage_id, around.before, around.after)
        rendered = render_answer(answer, said, unfolded)
        await edit(message, rendered)

    def _texts(self, user: User | None) -> Texts:
        code = user.language_code if user else None
        return texts(language_of(code, self._settings.language))

    async def _ask(self, question: str) -> Answer:
        return await self._in_thread(partial(self._answerer.ask, question))

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


async def _logged(task: Task) -> None:
    try:
        await task()
    except Exception:
        logger.exception("a task beside the bot failed")


def _asked(message: Message | None, me: User) -> str:
    """The question that an answer of ours replies to; nothing is kept to remember it by."""
    if message is None:
        return ""
    request = read_request(message, me)
    return request.question if request else (message.text or message.caption or "")


async def _answer_query(query: CallbackQuery, text: str | None = None) -> None:
    """Stop the button's spinner; a query that is too old has none."""
    with contextlib.suppress(TelegramError):
        await query.answer(text, show_alert=bool(text))
