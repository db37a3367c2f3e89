"""Shows the world: chats, messages, calls, the report, and events as they happen."""

import asyncio
import json

from aiohttp import web

from bot.simulator.errors import ApiError
from bot.simulator.events import Event
from bot.simulator.server.control.bodies import as_json, refusal
from bot.simulator.world.inline import answer_view
from bot.simulator.world.summary import report_view
from bot.simulator.world.view import call_view, chat_view, faults_view, message_view
from bot.simulator.world.world import World

_HEARTBEAT = 15.0


class Looking:
    """Answers questions about the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        """Register the paths that only look."""
        app.router.add_get("/sim/chats", self._chats)
        app.router.add_get("/sim/chats/{id}/messages", self._messages)
        app.router.add_get("/sim/inline/{id}", self._inline)
        app.router.add_get("/sim/files/{id}", self._file)
        app.router.add_get("/sim/events", self._events)
        app.router.add_get("/sim/calls", self._calls)
        app.router.add_get("/sim/report", self._report)
        app.router.add_get("/sim/faults", self._faults)

    async def _chats(self, _: web.Request) -> web.Response:
        state = self._world.state
        return as_json({"chats": [chat_view(state, chat) for chat in state.chats.values()]})

    async def _messages(self, request: web.Request) -> web.Response:
        try:
            chat = self._world.state.chat(request.match_info["id"])
            after = int(request.query.get("after", "0"))
        except (ApiError, ValueError) as error:
            return refusal(error)
        messages = self._world.state.history(chat).after(after)
        return as_json(
            {"messages": [message_view(self._world.state, m, self._world.ledger) for m in messages]}
        )

    async def _inline(self, request: web.Request) -> web.Response:
        answer = self._world.inline.answer_to(request.match_info["id"])
        return as_json({"answer": answer_view(answer) if answer is not None else None})

    async def _file(self, request: web.Request) -> web.Response:
        stored = self._world.state.files.get(request.match_info["id"])
        if stored is None:
            return as_json({"error": "file not found"}, 404)
        # Never shown in place: what a bot or a person uploads may be a page with scripts.
        headers = {"Content-Disposition": "attachment"}
        return web.Response(
            body=stored.content, content_type="application/octet-stream", headers=headers
        )

    async def _calls(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        first = int(after) if after.isdigit() else 0
        calls = [call for call in self._world.report.calls if call.number > first]
        return as_json({"calls": [call_view(call) for call in calls]})

    async def _report(self, _: web.Request) -> web.Response:
        return as_json(report_view(self._world))

    async def _faults(self, _: web.Request) -> web.Response:
        return as_json(faults_view(self._world.faults))

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


def _event_bytes(event: Event) -> bytes:
    content = json.dumps(event.content, ensure_ascii=False)
    return f"event: {event.kind.value}\ndata: {content}\n\n".encode()
