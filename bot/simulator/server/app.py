"""Puts the server together and runs it until it is told to stop."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.simulator.clock import Clock
from bot.simulator.errors import StartError
from bot.simulator.server.botapi import BotApi
from bot.simulator.server.control import Control
from bot.simulator.server.requests import LARGEST_REQUEST
from bot.simulator.world.flood import FloodLimits
from bot.simulator.world.world import World
from retrieval.page import LOOK
from retrieval.page.guard import add_headers, guard

_PAGE = Path(__file__).parent.parent / "page"
_PATIENCE = 0.5
# Whoever listens everywhere is asked here.
_REACHABLE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the simulator listens, for whom, and how strict it is."""

    host: str
    port: int
    token: str
    limits: FloodLimits


class Server:
    """A running simulator."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._world = World(settings.token, Clock(), settings.limits)
        self._runner: web.AppRunner | None = None

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
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
        except OSError as error:
            await runner.cleanup()
            raise StartError(_explain(error, settings)) from None
        self._runner = runner
        host, port = runner.addresses[0][:2]
        host = _REACHABLE.get(host, host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def stop(self) -> None:
        """End long polls and event streams, then everything."""
        self._world.updates.close()
        self._world.events.close()
        await asyncio.sleep(0)
        if self._runner is not None:
            await self._runner.cleanup()

    def _build(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=LARGEST_REQUEST)
        app.on_response_prepare.append(add_headers)
        BotApi(self._world, self._settings.token).add_routes(app)
        Control(self._world).add_routes(app)
        app.router.add_get("/", _index)
        app.router.add_static("/page/", _PAGE, append_version=False)
        app.router.add_static("/look/", LOOK, append_version=False)
        return app


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(_PAGE / "index.html", headers={"Cache-Control": "no-store"})


def _explain(error: OSError, settings: Settings) -> str:
    if "in use" in str(error):
        place = f"port {settings.port} on {settings.host}"
        return f"{place} is in use; choose another with --port"
    return f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}"
