"""Drives a simulator from tests: speaks for its people and waits for what the bot says."""

import asyncio
import io
import json
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.simulator.errors import SimulatorError
from bot.simulator.loads import Load, load_from_json
from bot.simulator.snapshots import (
    Button,
    Call,
    Chat,
    Entity,
    Finding,
    InlineAnswer,
    InlineResult,
    Member,
    Message,
    Report,
    call_from_json,
    chat_from_json,
    inline_from_json,
    message_from_json,
    report_from_json,
)
from bot.simulator.stage import Stage

__all__ = [
    "Button",
    "Call",
    "Chat",
    "Entity",
    "Finding",
    "InlineAnswer",
    "InlineResult",
    "Load",
    "Member",
    "Message",
    "Report",
    "SimulatorClient",
    "SimulatorError",
    "Stage",
]

_POLL = 0.02


class SimulatorClient:
    """Acts for the people of a simulator; an async context manager.

    Args:
        api_url: The ``api`` address that the simulator printed.
    """

    def __init__(self, api_url: str) -> None:
        self._url = api_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def chats(self) -> tuple[Chat, ...]:
        """Return all chats."""
        answer = await self._get("/sim/chats")
        return tuple(chat_from_json(content) for content in answer["chats"])

    async def messages(self, chat_id: int, after: int = 0) -> tuple[Message, ...]:
        """Return the messages of a chat whose id is higher than ``after``."""
        answer = await self._get(f"/sim/chats/{chat_id}/messages?after={after}")
        return tuple(message_from_json(content) for content in answer["messages"])

    # -- what people do --------------------------------------------------------------------

    async def send(
        self,
        chat_id: int,
        user_id: int,
        text: str,
        reply_to: int | None = None,
        **more: object,
    ) -> int:
        """Let a person say something, and return the id of the message.

        ``more`` may hold ``thread`` (a topic), ``channel`` (speak as that channel), ``quote``,
        ``file_id`` (from `upload`), ``origin`` (a ``MessageOrigin``), ``date``, ``mentions``
        (offset, length and user of each name that stands for someone), ``via`` (a bot whose inline
        mode it came through) and ``extra`` (fields of the Bot API's ``Message`` that are passed
        on: a photo, a poll, unknown ones).
        """
        body = {"from": user_id, "text": text, "reply_to": reply_to, **more}
        answer = await self._post(f"/sim/chats/{chat_id}/messages", body)
        return int(answer["message_id"])

    async def burst(self, chat_id: int, user_id: int, text: str, count: int) -> int:
        """Say the same many times at once (``{n}`` is the number); return the last id."""
        body = {"from": user_id, "text": text, "count": count}
        return int((await self._post(f"/sim/chats/{chat_id}/burst", body))["message_id"])

    async def edit(self, chat_id: int, user_id: int, message_id: int, text: str | None) -> None:
        """Let a person edit an own message; None changes only what a bot cannot see."""
        body = {"from": user_id, "message_id": message_id, "text": text}
        await self._post(f"/sim/chats/{chat_id}/edit", body)

    async def delete(self, chat_id: int, user_id: int, message_id: int) -> None:
        """Let a person delete an own message, an administrator anyone's."""
        body = {"from": user_id, "message_id": message_id}
        await self._post(f"/sim/chats/{chat_id}/delete", body)

    async def forward(
        self, chat_id: int, user_id: int, source: Message, thread: int | None = None
    ) -> int:
        """Let a person forward a message into a chat, and return its new id."""
        place = {"from_chat": source.chat_id, "message_id": source.id}
        body = {"from": user_id, "thread": thread, **place}
        return int((await self._post(f"/sim/chats/{chat_id}/forward", body))["message_id"])

    async def press(self, chat_id: int, user_id: int, message_id: int, data: str) -> str:
        """Let a person press a button, and return the id of the press."""
        body = {"from": user_id, "message_id": message_id, "data": data}
        answer = await self._post(f"/sim/chats/{chat_id}/press", body)
        return str(answer["press_id"])

    async def type_inline(
        self, chat_id: int, user_id: int, query: str, offset: str = ""
    ) -> tuple[str, InlineAnswer | None]:
        """Let a person type after the bot's name: the query's id, and the answer if cached."""
        body = {"from": user_id, "query": query, "offset": offset}
        answer = await self._post(f"/sim/chats/{chat_id}/inline", body)
        return str(answer["query_id"]), inline_from_json(answer["answer"])

    async def wait_for_inline(
        self,
        query_id: str,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 - the deadline also covers the pauses
    ) -> InlineAnswer:
        """Wait for the bot's answer to an inline query.

        Raises:
            TimeoutError: If none comes in time.
        """
        deadline = time.monotonic() + timeout
        while True:
            answer = inline_from_json((await self._get(f"/sim/inline/{query_id}"))["answer"])
            if answer is not None:
                return answer
            await _pause(deadline, f"no answer to inline query {query_id}")

    async def choose(self, query_id: str, result_id: str) -> int:
        """Let a person send one of the results, and return the id of the message."""
        body = {"query_id": query_id, "result_id": result_id}
        return int((await self._post("/sim/choose", body))["message_id"])

    # -- waiting and looking ---------------------------------------------------------------

    async def wait_for_message(
        self,
        chat_id: int,
        after: int,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 - the deadline also covers the pauses
        from_bot: bool = True,
    ) -> Message:
        """Wait for the first message after another one.

        Raises:
            TimeoutError: If none comes in time.
        """
        deadline = time.monotonic() + timeout
        while True:
            for message in await self.messages(chat_id, after):
                if message.sender.is_bot or not from_bot:
                    return message
            await _pause(deadline, f"no message in chat {chat_id} after {after}")

    async def wait_for_edit(
        self,
        chat_id: int,
        before: Message,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 - the deadline also covers the pauses
    ) -> Message:
        """Wait until a message differs from what it was.

        Raises:
            TimeoutError: If it stays the same.
        """
        deadline = time.monotonic() + timeout
        while True:
            for message in await self.messages(chat_id, before.id - 1):
                if message.id == before.id and message != before:
                    return message
            await _pause(deadline, f"message {before.id} in chat {chat_id} did not change")

    async def calls(self, after: int = 0) -> tuple[Call, ...]:
        """Return the Bot API calls whose number is higher than ``after``."""
        answer = await self._get(f"/sim/calls?after={after}")
        return tuple(call_from_json(content) for content in answer["calls"])

    async def report(self) -> Report:
        """Return the report of the run so far."""
        return report_from_json(await self._get("/sim/report"))

    async def start_load(self, questions: Sequence[str], **plan: float) -> None:
        """Let many people ask: ``users``, ``groups``, ``rate`` and ``seconds``, or ``count``."""
        await self._post("/sim/load", {"questions": list(questions), **plan})

    async def load(self) -> Load | None:
        """Return what has become of it so far; None before it has begun."""
        return load_from_json((await self._get("/sim/load"))["result"])

    async def start_community(self, questions: Sequence[str], **plan: float) -> None:
        """Let a community live with the bot: ``users``, ``groups``, ``rate``, ``seconds``."""
        await self._post("/sim/community", {"questions": list(questions), **plan})

    async def community(self) -> Load | None:
        """Return what has become of it so far; None before it has begun."""
        return load_from_json((await self._get("/sim/community"))["result"])

    @property
    def stage(self) -> Stage:
        """Sets the scene: people, chats, time, files, updates, faults."""
        return Stage(self._post)

    async def advance_clock(self, seconds: float) -> None:
        """Move the clock of the world forward."""
        await self._post("/sim/clock", {"advance": seconds})

    async def _get(self, path: str) -> dict[str, Any]:
        async with self._open_session().get(self._url + path) as response:
            return await _content(response)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        # A stream: documents may be large.
        data = io.BytesIO(json.dumps(body).encode())
        headers = {"Content-Type": "application/json"}
        session = self._open_session()
        async with session.post(self._url + path, data=data, headers=headers) as response:
            return await _content(response)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("use SimulatorClient in an 'async with' block")
        return self._session


async def _content(response: aiohttp.ClientResponse) -> dict[str, Any]:
    content: dict[str, Any] = await response.json()
    if response.status != 200:
        raise SimulatorError(content.get("error", f"status {response.status}"))
    return content


async def _pause(deadline: float, complaint: str) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError(complaint)
    await asyncio.sleep(_POLL)
