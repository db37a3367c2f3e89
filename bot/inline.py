"""Inline mode and guest queries: cited passages in chats that the bot is not in."""

import asyncio
import logging

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResult,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
    User,
)

from bot.access import Access
from bot.addressing import read_request
from bot.letters import NO_PREVIEW
from bot.library import Library, Page, Query
from bot.outbox import Outbox
from bot.render import Rendered, quote, render_page, render_sources
from bot.settings import BotSettings
from bot.texts import Texts
from bot.types import Wish
from bot.voice import Voice
from retrieval.errors import EngineError
from retrieval.types import Excerpt

logger = logging.getLogger(__name__)

PAYLOAD = "p"
"""Begins the payload of a deep link that opens a passage: ``t.me/bot?start=p<id>``."""
_PAUSE = 0.15
"""Seconds; who types on within them is answered for the newest text only."""
_SHORT = 2
"""Characters of a query that only titles are looked up for."""
_MOST_TITLES = 10
_LONGEST_TITLE = 120


class Inline:
    """Answers where only results can be chosen."""

    def __init__(
        self,
        settings: BotSettings,
        library: Library,
        outbox: Outbox,
        access: Access,
        voice: Voice,
    ) -> None:
        self._settings = settings
        self._library = library
        self._outbox = outbox
        self._access = access
        self._voice = voice
        self._newest: dict[int, str] = {}

    async def answer(self, query: InlineQuery, me: User) -> None:
        """Answer an inline query, unless its person has typed on."""
        user = query.from_user
        self._newest[user.id] = query.id
        await asyncio.sleep(_PAUSE)
        if self._newest.get(user.id) != query.id:
            return
        said = self._voice.texts(user.id, user.language_code)
        try:
            results, next_offset, label = await self._results(query, said, me)
        except EngineError:
            results, next_offset, label = [], "", said.away
        if self._newest.get(user.id) != query.id:
            return
        del self._newest[user.id]
        await self._outbox.answer_inline(
            query.id,
            results,
            seconds=self._settings.inline_seconds,
            # People have languages and rights of their own.
            is_personal=True,
            next_offset=next_offset,
            button=InlineQueryResultsButton(label, start_parameter="inline"),
        )

    async def answer_guest(self, message: Message, me: User) -> None:
        """Answer a question from a chat that we are not in, by one message."""
        request = read_request(message, me)
        user = message.from_user
        if request is None or request.wish is not Wish.ASK or not message.guest_query_id:
            return
        said = self._voice.texts(user.id if user else 0, user.language_code if user else None)
        if user is None or not self._access.may_ask_in_private(user.id):
            rendered = Rendered(said.inline_private)
        elif not request.text:
            rendered = Rendered(said.usage.format(example=quote(self._settings.sample)))
        else:
            rendered = await self._guest_reply(request.text, said)
        await self._outbox.answer_guest(
            message.guest_query_id, _article("guest", said.button_open, "", rendered, None)
        )

    async def _guest_reply(self, question: str, said: Texts) -> Rendered:
        try:
            page = await self._library.ask(Query(question))
        except EngineError:
            return Rendered(said.away)
        return render_page(page, said) if page.answer.answered else Rendered(said.silent)

    async def _results(
        self, query: InlineQuery, said: Texts, me: User
    ) -> tuple[list[InlineQueryResult], str, str]:
        """Results, the next page's offset, and what the button above them says."""
        text = query.query.strip()
        if not self._access.may_ask_in_private(query.from_user.id):
            return [], "", said.inline_private
        if not text:
            return [self._usage(said, me)], "", said.inline_button
        if len(text) <= _SHORT:
            return await self._titles(text, said), "", said.inline_button
        number = int(query.offset) if query.offset.isdecimal() else 0
        page = await self._library.ask(Query(text), min(number, 99))
        if not page.answer.answered:
            return [], "", said.inline_silent
        results = [_result(page, excerpt, said, me) for excerpt in page.excerpts]
        return results, str(number + 1) if page.has_more else "", said.inline_button

    def _usage(self, said: Texts, me: User) -> InlineQueryResult:
        example = said.inline_help.format(example=self._settings.sample)
        rendered = Rendered(said.help.format(username=me.username))
        return _article("help", said.inline_empty.format(username=me.username), example, rendered)

    async def _titles(self, text: str, said: Texts) -> list[InlineQueryResult]:
        """Documents whose titles hold a few letters: cheap, while someone begins to type."""
        documents = await self._library.documents()
        wanted = text.casefold()
        found = [each for each in documents if wanted in each.title.casefold()]
        return [
            _article(
                each.id[:64], each.title or each.source, each.source, render_sources([each], said)
            )
            for each in found[:_MOST_TITLES]
        ]


def _result(page: Page, excerpt: Excerpt, said: Texts, me: User) -> InlineQueryResult:
    alone = Page(page.answer, (excerpt,), page.number, has_more=False)
    rendered = render_page(alone, said)
    link = f"https://t.me/{me.username}?start={PAYLOAD}{excerpt.passage_id}"
    citation = excerpt.citation
    return _article(
        excerpt.passage_id,
        excerpt.marked_text or excerpt.text,
        f"{citation.title} · {citation.source}",
        rendered,
        InlineKeyboardMarkup([[InlineKeyboardButton(said.button_open, url=link)]]),
    )


def _article(
    id_: str,
    title: str,
    description: str,
    rendered: Rendered,
    keyboard: InlineKeyboardMarkup | None = None,
) -> InlineQueryResult:
    content = InputTextMessageContent(
        rendered.text, parse_mode=rendered.parse_mode, link_preview_options=NO_PREVIEW
    )
    return InlineQueryResultArticle(
        id_, title[:_LONGEST_TITLE], content, keyboard, description=description[:_LONGEST_TITLE]
    )
