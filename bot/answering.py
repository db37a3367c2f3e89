"""Journaled requests -> what is said to them -> the outbox."""

import asyncio
import logging
from functools import partial

from bot.chats import Chats
from bot.clock import steady
from bot.commands import Commands, Reply
from bot.database import patiently
from bot.errors import AwayError
from bot.intake import Refusal
from bot.journal import Journal
from bot.letters import Letter
from bot.library import Library, Page, Query
from bot.limits import Notes
from bot.metrics import Metrics
from bot.outbox import Handing, Outbox
from bot.render import Rendered, quote, render_page, render_silence
from bot.settings import BotSettings
from bot.texts import Texts
from bot.types import Asked, Entry, State, Wish
from bot.voice import Voice
from retrieval.answerlog import append_answer
from retrieval.errors import EngineError
from retrieval.question import read_question
from retrieval.types import Audience

logger = logging.getLogger(__name__)

_LOG = "answers.jsonl"


class Answering:
    """Answers requests, one at a time in each chat."""

    def __init__(
        self,
        settings: BotSettings,
        library: Library,
        journal: Journal,
        outbox: Outbox,
        commands: Commands,
        chats: Chats,
        voice: Voice,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._library = library
        self._journal = journal
        self._outbox = outbox
        self._commands = commands
        self._chats = chats
        self._voice = voice
        self._metrics = metrics
        self._hints = Notes()

    async def answer(self, entry: Entry) -> State:
        """Answer a request: its newest text, in one message.

        Returns:
            How far it has come; `State.AWAY` where the documents are out of reach, and that was
            said: when they are back, the answer takes the place of that.

        Raises:
            AwayError: The database is away, and nothing is known to be sent.
        """
        started = steady()
        newest = await asyncio.to_thread(self._journal.begin, entry.id)
        if newest is None:
            return State.DONE  # by another process
        reply = await self._reply(newest)
        if reply.rendered is None:
            return await self._finish(newest, reply.state, None, started)
        if newest.answer_id is not None:
            await self._outbox.edit(newest.asked.chat_id, newest.answer_id, reply.rendered)
            return await self._finish(newest, reply.state, None, started)
        asked = newest.asked
        letter = Letter(
            chat_id=asked.chat_id,
            rendered=reply.rendered,
            thread_id=asked.thread_id,
            reply_to=asked.answers_to,
            addressee=asked.name,
        )
        # Noted only when its turn has come: what a crash finds waiting was surely not delivered.
        handing = Handing(
            partial(asyncio.to_thread, self._journal.sending, entry.id),
            partial(asyncio.to_thread, self._journal.unsent, entry.id),
        )
        sent = await self._outbox.send(letter, handing)
        return await self._finish(newest, reply.state if sent else State.DROPPED, sent, started)

    async def answer_again(self, entry: Entry) -> State:
        """Put the answer to a question's new text in the place of the one before.

        Returns:
            As `answer` does.
        """
        newest = await patiently(partial(self._journal.find, entry.id))
        while newest is not None and newest.answer_id is not None:
            answered = newest
            reply = await self._reply(answered)
            if reply.rendered is None:
                return State.DONE
            await self._outbox.edit(newest.asked.chat_id, newest.answer_id, reply.rendered)
            newest = await patiently(partial(self._journal.finish, entry.id, reply.state))
            if newest is None or newest.asked.request == answered.asked.request:
                return reply.state
        return State.DONE

    async def turn_away(self, asked: Asked, refusal: Refusal, count: int) -> None:
        """Say in one line why a request is not answered."""
        said = self._voice.texts(asked.chat_id, asked.language)
        match refusal:
            case Refusal.STALE:
                rendered = Rendered(said.missed.format(count=count))
            case Refusal.TOO_FAST:
                rendered = Rendered(said.slow_down)
            case Refusal.BUSY:
                rendered = Rendered(said.busy)
            case Refusal.NOT_ALLOWED:
                turned = await self._commands.turn_away(asked, said)
                if turned is None:
                    return
                rendered = turned
        await self._outbox.send(
            Letter(asked.chat_id, rendered, asked.thread_id, asked.message_id, asked.name)
        )

    async def _finish(self, entry: Entry, state: State, sent: int | None, started: float) -> State:
        seconds = steady() - started
        # What was sent must be known to be, however long the database is away.
        newest = await patiently(partial(self._journal.finish, entry.id, state, sent, seconds))
        if newest is None:
            return State.DONE  # another process has taken it over
        if state.is_over:
            self._metrics.finished.labels(state.value).inc()
            self._metrics.seconds.observe(seconds)
        logger.info(
            "request %d ended: %s",
            entry.id,
            state.value,
            extra={"chat_id": entry.asked.chat_id, "ms": round(seconds * 1000)},
        )
        if newest.asked.request != entry.asked.request:
            # Edited meanwhile, maybe by way of another process, which left it to us.
            return await self.answer_again(newest)
        return state

    async def _reply(self, entry: Entry) -> Reply:
        said = self._voice.texts(entry.asked.chat_id, entry.asked.language)
        try:
            async with asyncio.timeout(self._settings.timeout):
                if entry.asked.request.wish is not Wish.ASK:
                    return await self._commands.reply(entry.asked, said)
                return await self._look_up(entry, said)
        except AwayError:
            raise
        except EngineError:  # whoever notices it first writes it into the log
            seconds = self._settings.stale
            return Reply(Rendered(said.away_for_now.format(seconds=seconds)), State.AWAY)
        except Exception:
            logger.exception("request %d failed", entry.id)
            return Reply(Rendered(said.failed), State.FAILED)

    async def _look_up(self, entry: Entry, said: Texts) -> Reply:
        asked = entry.asked
        hint = self._hint(asked, said)
        if hint:
            return hint
        if asked.is_private and not self._library.is_whole:
            # In groups it would eat the budget of messages, and answers take milliseconds.
            await self._outbox.show_typing(asked.chat_id)
        chat = self._chats.get(asked.chat_id)
        audience = Audience.PRIVATE if asked.is_private else Audience.GROUP
        query = Query(asked.request.text, entry.earlier, chat.collection, chat.threshold, audience)
        page = await self._library.ask(query)
        if self._settings.answer_log:
            log = self._settings.folder / _LOG
            await asyncio.to_thread(append_answer, log, page.answer)
        return _said(page, said, names_nearest=asked.is_private)

    def _hint(self, asked: Asked, said: Texts) -> Reply | None:
        """What is said where there is nothing to look up, once a minute."""
        text, example = asked.request.text, quote(self._settings.sample)
        if text and not read_question(text).is_chat:
            return None
        # A group's thanks and greetings need no answer from a machine.
        is_wanted = asked.is_private or asked.request.is_command or not text
        if not is_wanted or not self._hints.allow(asked.chat_id, steady()):
            return Reply(None, State.DONE)
        hint = said.greeting if text else said.usage
        return Reply(Rendered(hint.format(example=example)), State.DONE)


def _said(page: Page, said: Texts, *, names_nearest: bool) -> Reply:
    if page.answer.answered:
        return Reply(render_page(page, said), State.ANSWERED)
    silence = render_silence(page.answer, said, names_nearest=names_nearest)
    return Reply(silence, State.SILENT)
