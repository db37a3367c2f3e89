"""Lets many people ask, or a community live with the bot, and tells what becomes of it."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from aiohttp import web

from bot.simulator import crowd
from bot.simulator.community import life
from bot.simulator.server.control.bodies import Body, as_json, on_world
from bot.simulator.world.world import World

Keep = Callable[[Coroutine[Any, Any, None]], None]
"""Runs something beside the server."""


def add_routes(app: web.Application, world: World, keep: Keep) -> None:
    """Register the paths for many people."""
    many, community = crowd.Crowd(world), life.Community(world)

    def ask(_: World, body: Body) -> Body:
        keep(many.run(_crowd(body)))
        return {}

    def live(_: World, body: Body) -> Body:
        keep(community.run(_community(body)))
        return {}

    async def crowd_result(_: web.Request) -> web.Response:
        return as_json({"result": many.result()})

    async def community_result(_: web.Request) -> web.Response:
        return as_json({"result": community.result()})

    app.router.add_post("/sim/load", on_world(world, ask))
    app.router.add_get("/sim/load", crowd_result)
    app.router.add_post("/sim/community", on_world(world, live))
    app.router.add_get("/sim/community", community_result)


def _crowd(body: Body) -> crowd.Plan:
    return crowd.Plan(
        _people(body),
        int(body["groups"]),
        _questions(body),
        float(body.get("rate", 0.0)),
        float(body.get("seconds", 0.0)),
        int(body.get("count", 0)),
    )


def _community(body: Body) -> life.Plan:
    return life.Plan(
        _people(body),
        int(body["groups"]),
        _questions(body),
        float(body["seconds"]),
        float(body["rate"]),
        int(body.get("seed", 0)),
    )


def _people(body: Body) -> int:
    users = int(body["users"])
    if users < 1:
        raise ValueError("a crowd needs people and questions")
    return users


def _questions(body: Body) -> Sequence[str]:
    questions = [str(text) for text in body["questions"]]
    if not questions:
        raise ValueError("a crowd needs people and questions")
    return questions
