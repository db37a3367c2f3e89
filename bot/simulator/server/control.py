"""The control interface under ``/sim/``: what the page and tests use to act as people."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.simulator.errors import ApiError
from bot.simulator.events import Event
from bot.simulator.findings import Report
from bot.simulator.world.types import Chat
from bot.simulator.world.view import call_view, chat_view, finding_view, message_view
from bot.simulator.world.world import World

_HEARTBEAT = 15.0

Action = Callable[[Chat, dict[str, Any]], dict[str, Any]]


class Control:
    """Lets people of the world act, and shows what happens."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        """Register the paths under ``/sim/``."""
        app.router.add_get("/sim/chats", self._chats)
        app.router.add_get("/sim/chats/{id}/messages", self._messages)
        for name, action in (
            ("messages", self._post),
            ("press", self._press),
            ("edit", self._edit),
            ("delete", self._delete),
        ):
            app.router.add_post(f"/sim/chats/{{id}}/{name}", self._acting(action))
        app.router.add_get("/sim/events", self._events)
        app.router.add_get("/sim/calls", self._calls)
        app.router.add_get("/sim/report", self._report)
        app.router.add_post("/sim/clock", self._clock)

    # -- looking ---------------------------------------------------------------------------

    async def _chats(self, _: web.Request) -> web.Response:
        state = self._world.state
        return _json({"chats": [chat_view(state, chat) for chat in state.chats.values()]})

    async def _messages(self, request: web.Request) -> web.Response:
        try:
            chat = self._world.state.chat(request.match_info["id"])
            after = int(request.query.get("after", "0"))
        except (ApiError, ValueError) as error:
            return _refusal(error)
        messages = self._world.state.history(chat).after(after)
        return _json({"messages": [message_view(self._world.state, m) for m in messages]})

    async def _calls(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        first = int(after) if after.isdigit() else 0
        calls = [call for call in self._world.report.calls if call.number > first]
        return _json({"calls": [call_view(call) for call in calls]})

    async def _report(self, _: web.Request) -> web.Response:
        return _json(report_view(self._world.report, self._world))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        with self._world.events.watch() as queue:
            await response.write(b"retry: 1000\n\n")
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), _HEARTBEAT)
                except TimeoutError:
                    # A comment: it keeps the connection open and finds out if it is dead.
                    await response.write(b": still here\n\n")
                    continue
                if event is None:
                    return response
                await response.write(_event_bytes(event))

    # -- acting ----------------------------------------------------------------------------

    def _acting(self, action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                chat = self._world.state.chat(request.match_info["id"])
                return _json(action(chat, await _json_object(request)))
            except (ApiError, ValueError, KeyError, TypeError) as error:
                return _refusal(error)

        return handle

    def _post(self, chat: Chat, body: dict[str, Any]) -> dict[str, Any]:
        reply_to = body.get("reply_to")
        message = self._world.post(
            chat, int(body["from"]), str(body["text"]), None if reply_to is None else int(reply_to)
        )
        return {"message_id": message.id}

    def _press(self, chat: Chat, body: dict[str, Any]) -> dict[str, Any]:
        press = self._world.press(
            chat, int(body["from"]), int(body["message_id"]), str(body["data"])
        )
        return {"press_id": press.id}

    def _edit(self, chat: Chat, body: dict[str, Any]) -> dict[str, Any]:
        message = self._world.rewrite(
            chat, int(body["from"]), int(body["message_id"]), str(body["text"])
        )
        return {"message_id": message.id}

    def _delete(self, chat: Chat, body: dict[str, Any]) -> dict[str, Any]:
        self._world.withdraw(chat, int(body["from"]), int(body["message_id"]))
        return {}

    async def _clock(self, request: web.Request) -> web.Response:
        try:
            self._world.clock.advance(float((await _json_object(request))["advance"]))
        except (ValueError, KeyError, TypeError) as error:
            return _refusal(error)
        return _json({"now": self._world.clock.seconds()})


def report_view(report: Report, world: World) -> dict[str, Any]:
    """Return the report of a run as JSON."""
    return {
        "calls": report.call_count,
        "finding_count": report.finding_count,
        "findings": [finding_view(finding) for finding in report.findings],
        "unanswered_presses": [
            {"chat_id": press.chat_id, "message_id": press.message_id, "data": press.data}
            for press in world.presses.unanswered
        ],
        "waiting_updates": len(world.updates),
    }


async def _json_object(request: web.Request) -> dict[str, Any]:
    # Only real JSON requests: a form of a foreign page could not send one without asking first.
    if request.content_type != "application/json":
        raise ValueError("send JSON with Content-Type: application/json")
    body = await request.json()
    if not isinstance(body, dict):
        raise TypeError("send a JSON object")
    return body


def _json(content: dict[str, Any], status: int = 200) -> web.Response:
    return web.json_response(
        content,
        status=status,
        headers={"Cache-Control": "no-store"},
        dumps=lambda value: json.dumps(value, ensure_ascii=False),
    )


def _refusal(error: Exception) -> web.Response:
    if isinstance(error, ApiError):
        return _json({"error": error.description}, error.code)
    if isinstance(error, KeyError):
        return _json({"error": f"missing {error}"}, 400)
    return _json({"error": str(error)}, 400)


def _event_bytes(event: Event) -> bytes:
    content = json.dumps(event.content, ensure_ascii=False)
    return f"event: {event.kind.value}\ndata: {content}\n\n".encode()
