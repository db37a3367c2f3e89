"""Inline mode and guest mode: the bot is called by name where it need not be a member."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.simulator.errors import bad_request, changed
from bot.simulator.events import EventKind
from bot.simulator.world.core import Core
from bot.simulator.world.seed import ANONYMOUS_ADMIN
from bot.simulator.world.types import Chat, Message, Outgoing, Sender
from bot.simulator.world.wire import user_json

QUERY_LIFETIME = 30.0
_CHOICE_LIFETIME = 600.0
_LONGEST_QUERY = 256
_FIRST_ID = 5_000_000_000_000_001
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """What someone typed after the bot's name."""

    id: str
    user: int
    chat_id: int
    text: str
    offset: str
    time: float


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One result: ``fields`` as the bot sent it, ``content`` the message it becomes."""

    id: str
    fields: Mapping[str, Any]
    content: Outgoing


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """The answer to an inline query."""

    results: Sequence[InlineResult]
    next_offset: str = ""
    button: Mapping[str, Any] | None = None
    cache_seconds: float = 300.0
    is_personal: bool = False


@dataclass(slots=True)
class _Memory:
    waiting: dict[str, InlineQuery] = field(default_factory=dict)
    answered: dict[str, tuple[InlineQuery, InlineAnswer]] = field(default_factory=dict)
    cache: dict[tuple[str, str, int], tuple[float, InlineAnswer]] = field(default_factory=dict)
    guests: dict[str, tuple[Message, float]] = field(default_factory=dict)


class Inline:
    """Queries and their answers; answers are cached as long as the bot says."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._ids = itertools.count(_FIRST_ID)
        self._memory = _Memory()

    # -- people ----------------------------------------------------------------------------

    def ask(
        self, chat: Chat, user_id: int, text: str, offset: str = ""
    ) -> tuple[InlineQuery, InlineAnswer | None]:
        """Let someone type after the bot's name; a cached answer comes back at once.

        Raises:
            ApiError: If the bot has no inline mode.
        """
        state = self._core.state
        if not state.abilities.supports_inline_queries:
            raise bad_request("the bot has no inline mode")
        now = self._core.clock.now()
        query = InlineQuery(
            str(next(self._ids)), user_id, chat.id, text[:_LONGEST_QUERY], offset, now
        )
        for reader in (user_id, 0):
            expires, answer = self._memory.cache.get((query.text, offset, reader), (0.0, None))
            if answer is not None and now < expires:
                self._memory.answered[query.id] = (query, answer)
                return query, answer
        self._memory.waiting[query.id] = query
        kind = "sender" if chat.id == user_id else chat.kind.value
        content = {
            "id": query.id,
            "from": user_json(state.user(user_id)),
            "query": query.text,
            "offset": offset,
            "chat_type": kind,
        }
        self._core.updates.add("inline_query", content, QUERY_LIFETIME)
        return query, None

    def choose(self, query_id: str, result_id: str) -> Message:
        """Let someone send one of the results.

        Raises:
            ApiError: If there is no such result.
        """
        query, answer = self._memory.answered.get(query_id, (None, InlineAnswer(())))
        result = next((each for each in answer.results if each.id == result_id), None)
        if query is None or result is None:
            raise bad_request("RESULT_ID_INVALID")
        state = self._core.state
        chat = state.chat(query.chat_id)
        inline_id = self._new_inline_id() if result.content.keyboard else ""
        content = replace(result.content, via_bot=state.bot.id, inline_id=inline_id)
        message = self._core.write(chat, self._sender(chat, query.user), content)
        self._core.delivery.tell(message)
        if state.abilities.inline_feedback:
            self._tell_choice(query, result, inline_id)
        return message

    def call_as_guest(self, message: Message) -> str | None:
        """Hand the bot a message that names it in a chat it is not in; return the query's id."""
        state = self._core.state
        chat = state.chats[message.chat_id]
        is_called = chat.is_group and state.bot.id not in chat.members
        is_possible = state.abilities.supports_guest_queries and is_called
        if not is_possible or not self._core.delivery.is_meant_for_bot(message):
            return None
        query_id = str(next(self._ids))
        self._memory.guests[query_id] = (message, self._core.clock.now())
        self._core.delivery.tell_guest(message, query_id)
        return query_id

    # -- the bot ---------------------------------------------------------------------------

    def answer(self, query_id: str, answer: InlineAnswer) -> None:
        """Take the answer to an inline query, once and in time.

        Raises:
            ApiError: If the query is unknown, answered already, or too old.
        """
        query = self._memory.waiting.pop(query_id, None)
        if query is None:
            raise bad_request(_TOO_OLD)
        now = self._core.clock.now()
        if now - query.time > QUERY_LIFETIME:
            raise changed(_TOO_OLD)
        reader = query.user if answer.is_personal else 0
        self._memory.cache[query.text, query.offset, reader] = (now + answer.cache_seconds, answer)
        self._memory.answered[query_id] = (query, answer)
        self._core.events.tell(EventKind.INLINE, {"query_id": query_id, **answer_view(answer)})

    def answer_guest(self, query_id: str, content: Outgoing) -> str:
        """Take the answer to a guest query and return the id of the message it became.

        Raises:
            ApiError: If the query is unknown, answered already, or too old.
        """
        asked, time = self._memory.guests.pop(query_id, (None, 0.0))
        if asked is None:
            raise bad_request(_TOO_OLD)
        if self._core.clock.now() - time > QUERY_LIFETIME:
            raise changed(_TOO_OLD)
        state = self._core.state
        inline_id = self._new_inline_id()
        caller = user_json(state.users[asked.by.author])
        content = replace(
            content,
            reply_to=asked.id,
            thread=asked.thread,
            inline_id=inline_id,
            extra={**content.extra, "guest_bot_caller_user": caller},
        )
        by = Sender(state.bot.id, state.bot.id)
        self._core.write(state.chats[asked.chat_id], by, content)
        return inline_id

    def answer_to(self, query_id: str) -> InlineAnswer | None:
        """Return the answer to a query, or None while there is none."""
        return self._memory.answered.get(query_id, (None, None))[1]

    @property
    def unanswered(self) -> tuple[InlineQuery, ...]:
        """Queries without an answer, so far."""
        return tuple(self._memory.waiting.values())

    # -- inside ----------------------------------------------------------------------------

    def _tell_choice(self, query: InlineQuery, result: InlineResult, inline_id: str) -> None:
        content = {
            "result_id": result.id,
            "from": user_json(self._core.state.users[query.user]),
            "query": query.text,
        }
        if inline_id:
            content["inline_message_id"] = inline_id
        self._core.updates.add("chosen_inline_result", content, _CHOICE_LIFETIME)

    def _new_inline_id(self) -> str:
        return f"AgAAAI{next(self._ids):x}"

    def _sender(self, chat: Chat, user_id: int) -> Sender:
        if chat.membership(user_id).is_anonymous:
            return Sender(ANONYMOUS_ADMIN.id, user_id, chat.id)
        return Sender(user_id, user_id)


def answer_view(answer: InlineAnswer) -> dict[str, Any]:
    """Return an answer as the page and tests see it."""
    return {
        "results": [
            {
                "id": result.id,
                "title": str(result.fields.get("title", "")),
                "description": str(result.fields.get("description", "")),
                "text": result.content.body.text,
            }
            for result in answer.results
        ],
        "next_offset": answer.next_offset,
        "button": dict(answer.button) if answer.button else None,
        "is_personal": answer.is_personal,
        "cache_time": answer.cache_seconds,
    }
