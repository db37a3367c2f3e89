"""Commands: what is said to each, and what it changes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.access import Access
from bot.buttons import Approve, Setting, Show
from bot.chats import Approval, Chat, Chats
from bot.database import Database
from bot.feedback import Feedback, Opinion
from bot.inline import PAYLOAD
from bot.journal import Journal
from bot.keyboards import Focus
from bot.letters import Letter
from bot.library import Library, Query
from bot.outbox import Outbox
from bot.render import Rendered, quote, render_passage, render_sources
from bot.settings import BotSettings
from bot.statistics import read_questions, read_statistics
from bot.texts import LANGUAGES, Texts
from bot.types import Asked, State, Wish
from bot.voice import Voice

logger = logging.getLogger(__name__)

_DAYS = 30
_MOST_UNANSWERED = 10
THRESHOLDS = (("strict", 0.9), ("normal", None), ("loose", 0.4))
"""Names of texts, and the thresholds they stand for; ``None`` is the settings'."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request is answered with."""

    rendered: Rendered | None
    """``None`` says nothing."""
    state: State


class Commands:
    """Answers commands."""

    def __init__(
        self,
        settings: BotSettings,
        library: Library,
        journal: Journal,
        outbox: Outbox,
        chats: Chats,
        access: Access,
        voice: Voice,
        database: Database,
        feedback: Feedback,
    ) -> None:
        self._settings = settings
        self._library = library
        self._journal = journal
        self._outbox = outbox
        self._chats = chats
        self._access = access
        self._voice = voice
        self._database = database
        self._feedback = feedback
        self.username = ""
        """Ours, as soon as Telegram has told it."""

    async def reply(self, asked: Asked, said: Texts) -> Reply:
        """Answer a command."""
        replies: dict[Wish, Callable[[Asked, Texts], Awaitable[Rendered | None]]] = {
            Wish.START: self._start,
            Wish.HELP: self._help,
            Wish.SOURCES: self._sources,
            Wish.LANG: self._lang,
            Wish.BAD: self._bad,
            Wish.STATS: self._stats,
            Wish.SETTINGS: self._settings_of,
            Wish.PAIR: self._pair,
        }
        return Reply(await replies[asked.request.wish](asked, said), State.DONE)

    async def turn_away(self, asked: Asked, said: Texts) -> Rendered | None:
        """Tell someone who may not ask how to be let in, and tell the owners once."""
        chat = self._chats.get(asked.chat_id)
        if chat.approval is Approval.REFUSED:
            return None
        if asked.is_private and self._settings.private == "listed":
            return Rendered(said.not_allowed)
        if chat.approval is Approval.UNASKED:
            title = asked.name if asked.is_private else chat.title
            await self._chats.put(replace(chat, approval=Approval.ASKED, title=title))
            await self.ask_owners(asked.chat_id, title)
        if not asked.is_private:
            return Rendered(said.group_waiting)
        code = await asyncio.to_thread(self._access.pairing_code, asked.user_id, asked.name)
        return Rendered(said.pairing.format(code=code))

    async def ask_owners(self, chat_id: int, name: str) -> None:
        """Ask every owner whether a person or a group may be answered."""
        for owner in self._settings.owners:
            said = self._voice.texts(owner, None)
            text = said.group_wants_in if chat_id < 0 else said.wants_in
            buttons = [
                InlineKeyboardButton(label, callback_data=Approve(chat_id, is_allowed).data)
                for label, is_allowed in ((said.button_allow, True), (said.button_refuse, False))
            ]
            rendered = Rendered(
                text.format(name=quote(name), id=chat_id), InlineKeyboardMarkup([buttons])
            )
            await self._outbox.send(Letter(owner, rendered))

    def settings_panel(self, chat: Chat, said: Texts) -> Rendered:
        """How a chat is set, with buttons to change it."""
        levels = [(getattr(said, name), value) for name, value in THRESHOLDS]
        names = [name or said.collection_default for name in self._library.names]
        rows = [
            _options(
                "language",
                [(said.automatic, ""), ("中文", "zh"), ("English", "en")],
                chat.language or "",
            ),
            _options(
                "threshold",
                [(label, _number(value)) for label, value in levels],
                _number(chat.threshold),
            ),
        ]
        chosen = (
            self._library.names.index(chat.collection)
            if (chat.collection in self._library.names)
            else 0
        )
        if len(names) > 1:
            numbered = [(name[:20], str(number)) for number, name in enumerate(names)]
            rows.append(_options("collection", numbered, str(chosen)))
        level = next((label for label, value in levels if value == chat.threshold), "")
        text = said.settings.format(
            language=chat.language or said.automatic,
            threshold=level or chat.threshold,
            collection=quote(names[chosen]),
        )
        return Rendered(text, InlineKeyboardMarkup(rows))

    async def _start(self, asked: Asked, said: Texts) -> Rendered:
        payload = asked.request.text
        if asked.is_private and payload.startswith(PAYLOAD):
            passage_id = payload.removeprefix(PAYLOAD)
            found = await self._library.context(passage_id, "")
            if found is None:
                return Rendered(said.outdated)
            return render_passage(Focus(Show(passage_id, 1, 1), found), said)
        example = f"• {quote(self._settings.sample)}"
        return Rendered(said.start.format(examples=example, username=self.username))

    async def _help(self, _: Asked, said: Texts) -> Rendered:
        return Rendered(said.help.format(username=self.username))

    async def _sources(self, asked: Asked, said: Texts) -> Rendered:
        collection = self._chats.get(asked.chat_id).collection
        return render_sources(await self._library.documents(collection), said)

    async def _lang(self, asked: Asked, said: Texts) -> Rendered:
        if not await self._access.may_set(asked.chat_id, asked.user_id):
            return Rendered(said.admins_only)
        wanted = asked.request.text.strip().lower()
        chat = self._chats.get(asked.chat_id)
        if wanted in (*LANGUAGES, "auto"):
            language = next((each for each in LANGUAGES if each == wanted), None)
            await self._chats.put(replace(chat, language=language))
            return Rendered(self._voice.texts(asked.chat_id, asked.language).setting_saved)
        options = [(said.automatic, ""), ("中文", "zh"), ("English", "en")]
        row = _options("language", options, chat.language or "")
        return Rendered(said.lang_prompt, InlineKeyboardMarkup([row]))

    async def _bad(self, asked: Asked, said: Texts) -> Rendered:
        """Take an answer back, and keep it as a case to test with."""
        if asked.replied_to is None:
            return Rendered(said.bad_usage)
        entry = await asyncio.to_thread(self._journal.find_answer, asked.chat_id, asked.replied_to)
        is_asker = entry is not None and entry.asked.user_id == asked.user_id
        if not is_asker and not await self._access.may_set(asked.chat_id, asked.user_id):
            return Rendered(said.bad_not_yours)
        if entry is not None and entry.asked.request.wish is Wish.ASK:
            collection = self._chats.get(asked.chat_id).collection
            page = await self._library.ask(
                Query(entry.asked.request.text, entry.earlier, collection)
            )
            first = page.answer.excerpts[0] if page.answer.excerpts else None
            opinion = Opinion(
                user_id=asked.user_id,
                chat_id=asked.chat_id,
                question=entry.asked.request.text,
                source=first.citation.source if first else "",
                quote=first.marked_text if first else "",
                is_helpful=False,
            )
            await asyncio.to_thread(self._feedback.record, opinion)
        await self._outbox.delete(asked.chat_id, asked.replied_to)
        return Rendered(said.bad_done)

    async def _stats(self, asked: Asked, said: Texts) -> Rendered | None:
        if not self._access.is_owner(asked.user_id):
            return Rendered(said.not_allowed) if asked.is_private else None
        found = await asyncio.to_thread(read_statistics, self._database, _DAYS)
        unanswered = await asyncio.to_thread(
            partial(read_questions, self._database, _DAYS, _MOST_UNANSWERED, only_unanswered=True)
        )
        text = said.stats.format(
            days=_DAYS,
            asked=found.asked,
            answered=found.answered,
            silent=found.silent,
            other=found.other,
            helpful=found.helpful,
            bad=found.bad,
            p95=f"{found.p95:.2f}",
        )
        if unanswered:
            lines = [f"{each.count} × {quote(each.question[:80])}" for each in unanswered]
            text += "\n" + said.stats_unanswered.format(questions="\n".join(lines))
        return Rendered(text)

    async def _settings_of(self, asked: Asked, said: Texts) -> Rendered:
        if not await self._access.may_set(asked.chat_id, asked.user_id):
            return Rendered(said.admins_only)
        return self.settings_panel(self._chats.get(asked.chat_id), said)

    async def _pair(self, asked: Asked, said: Texts) -> Rendered:
        if not self._access.is_owner(asked.user_id):
            return Rendered(said.not_allowed)
        code = asked.request.text.strip()
        if not code:
            return Rendered(said.pair_usage)
        paired = await self._access.pair(code)
        if paired is None:
            return Rendered(said.pair_wrong)
        welcome = self._voice.texts(paired.user_id, None).welcome
        await self._outbox.send(Letter(paired.user_id, Rendered(welcome)))
        return Rendered(said.paired.format(name=quote(paired.name)))


def _options(name: str, options: list[tuple[str, str]], chosen: str) -> list[InlineKeyboardButton]:
    return [
        InlineKeyboardButton(
            f"✓ {label}" if value == chosen else label, callback_data=Setting(name, value).data
        )
        for label, value in options
    ]


def _number(threshold: float | None) -> str:
    return "" if threshold is None else f"{threshold:g}"
