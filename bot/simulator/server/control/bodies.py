"""JSON in and out of the control interface, and its refusals."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.simulator.errors import ApiError
from bot.simulator.world.types import Chat
from bot.simulator.world.world import World

Body = dict[str, Any]
Action = Callable[[World, Body], Body]
ChatAction = Callable[[World, Chat, Body], Body]
_Handler = Callable[[web.Request], Awaitable[web.Response]]


def on_world(world: World, action: Action) -> _Handler:
    """Return the handler of an action on the whole world."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return as_json(action(world, await json_object(request)))
        except (ApiError, ValueError, KeyError, TypeError) as error:
            return refusal(error)

    return handle


def on_chat(world: World, action: ChatAction) -> _Handler:
    """Return the handler of an action in the chat that the path names."""

    async def handle(request: web.Request) -> web.Response:
        try:
            chat = world.state.chat(request.match_info["id"])
            return as_json(action(world, chat, await json_object(request)))
        except (ApiError, ValueError, KeyError, TypeError) as error:
            return refusal(error)

    return handle


async def json_object(request: web.Request) -> Body:
    """Return the JSON object that was sent.

    Raises:
        ValueError: It is not sent as JSON: a form of a foreign page could do that unasked.
        TypeError: It is no object.
    """
    if request.content_type != "application/json":
        raise ValueError("send JSON with Content-Type: application/json")
    body = await request.json()
    if not isinstance(body, dict):
        raise TypeError("send a JSON object")
    return body


def optional_int(body: Mapping[str, Any], name: str) -> int | None:
    """Return a number that may be missing."""
    value = body.get(name)
    return None if value is None else int(value)


def as_json(content: Mapping[str, Any], status: int = 200) -> web.Response:
    """Return an answer that nobody may keep."""
    return web.json_response(
        content,
        status=status,
        headers={"Cache-Control": "no-store"},
        dumps=lambda value: json.dumps(value, ensure_ascii=False),
    )


def refusal(error: Exception) -> web.Response:
    """Return an error as JSON."""
    if isinstance(error, ApiError):
        return as_json({"error": error.description}, error.code)
    if isinstance(error, KeyError):
        return as_json({"error": f"missing {error}"}, 400)
    return as_json({"error": str(error)}, 400)
