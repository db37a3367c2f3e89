"""Puts the server together and runs it until it is told to stop."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.simulator.clock import Clock
from bot.simulator.errors import StartError
from bot.simulator.faults.plan import Chance
from bot.simulator.server.botapi import BotApi
from bot.simulator.server.control import acting, crowds, staging
from bot.simulator.server.control.bodies import as_json, json_object, refusal
from bot.simulator.server.control.looking import Looking
from bot.simulator.server.door import Door
from bot.simulator.server.requests import LARGEST_REQUEST
from bot.simulator.server.webhook import WebhookSender
from bot.simulator.world.flood import FloodLimits
from bot.simulator.world.world import World
from retrieval.page import LOOK
from retrieval.page.guard import add_headers, guard

_PAGE = Path(__file__).parent.parent / "page"
_PATIENCE = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the simulator listens, for whom, how strict and how reliable it is."""

    host: str
    port: int
    token: str
    limits: FloodLimits
    down_for: float = 0.0
    """Seconds at the start in which connections are refused."""
    chance: Chance | None = field(default=None)
    pace: float = 1.0
    """Seconds of its clock that pass in a true one."""


class Server:
    """A running simulator."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._world = World(settings.token, Clock(settings.pace), settings.limits)
        self._world.faults.chance = settings.chance
        self._api = BotApi(self._world, settings.token)
        self._sender = WebhookSender(self._world, self._api.call_back)
        self._tasks: set[asyncio.Task[None]] = set()
        self._door: Door | None = None

    async def start(self) -> str:
        """Listen, and return the address.

        Raises:
            StartError: If the port is in use.
        """
        settings = self._settings
        runner = web.AppRunner(
            self._build(), access_log=None, handler_cancellation=True, shutdown_timeout=_PATIENCE
        )
        await runner.setup()
        self._door = Door(runner, settings.host, settings.port)
        try:
            await self._door.reserve()
        except OSError as error:
            await runner.cleanup()
            raise StartError(_explain(error, settings)) from None
        if settings.down_for:
            self._keep(self._door.open_after(settings.down_for))
        else:
            await self._door.open()
        self._keep(self._sender.run())
        return self._door.address

    async def stop(self) -> None:
        """End long polls and event streams, then everything."""
        self._world.updates.close()
        self._world.events.close()
        await asyncio.sleep(0)
        for task in tuple(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._door is not None:
            await self._door.close()

    def _build(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=LARGEST_REQUEST)
        app.on_response_prepare.append(add_headers)
        app.on_response_prepare.append(self._add_date)
        self._api.add_routes(app)
        Looking(self._world).add_routes(app)
        acting.add_routes(app, self._world)
        staging.add_routes(app, self._world)
        app.router.add_post("/sim/down", self._go_down)
        crowds.add_routes(app, self._world, self._keep)
        app.router.add_get("/", _index)
        app.router.add_static("/page/", _PAGE, append_version=False)
        app.router.add_static("/look/", LOOK, append_version=False)
        return app

    async def _add_date(self, _: web.Request, response: web.StreamResponse) -> None:
        """Tell the time of this world, which may not be the machine's."""
        response.headers["Date"] = formatdate(self._world.clock.now(), usegmt=True)

    async def _go_down(self, request: web.Request) -> web.Response:
        """Refuse all connections for some seconds, the page's included."""
        try:
            seconds = float((await json_object(request))["seconds"])
        except (ValueError, KeyError, TypeError) as error:
            return refusal(error)
        if self._door is not None:
            self._keep(self._door.shut_for(seconds))
        return as_json({})

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(_PAGE / "index.html", headers={"Cache-Control": "no-store"})


def _explain(error: OSError, settings: Settings) -> str:
    if "in use" in str(error):
        place = f"port {settings.port} on {settings.host}"
        return f"{place} is in use; choose another with --port"
    return f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}"
