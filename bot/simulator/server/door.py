"""The listening socket: it can be shut for a while, as when the service is down."""

import asyncio
import socket

from aiohttp import web

_BACKLOG = 512
# Whoever listens everywhere is asked here.
_REACHABLE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


class Door:
    """Opens and shuts one port; while it is shut connections are refused, not left waiting."""

    def __init__(self, runner: web.AppRunner, host: str, port: int) -> None:
        self._runner = runner
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None
        self._site: web.SockSite | None = None

    @property
    def address(self) -> str:
        """Where clients find it."""
        host = _REACHABLE.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    async def reserve(self) -> None:
        """Bind the port without listening.

        Raises:
            OSError: If it is in use.
        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        family, _, _, _, place = found[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            bound.bind(place)
        except OSError:
            bound.close()
            raise
        bound.setblocking(False)
        self._socket = bound
        self._port = bound.getsockname()[1]

    async def open(self) -> None:
        """Listen."""
        if self._socket is not None:
            self._site = web.SockSite(self._runner, self._socket, backlog=_BACKLOG)
            await self._site.start()

    async def open_after(self, seconds: float) -> None:
        """Listen later."""
        await asyncio.sleep(seconds)
        await self.open()

    async def shut_for(self, seconds: float) -> None:
        """Hang up on everyone, refuse connections for a while, then listen again."""
        # The answer to whoever asked for this goes out first.
        await asyncio.sleep(0.05)
        if self._site is None or self._runner.server is None:
            return
        await self._site.stop()
        self._site = None
        for connection in tuple(self._runner.server.connections):
            transport = connection.transport
            if transport is not None:
                transport.abort()
        await self.reserve()
        await self.open_after(seconds)

    async def close(self) -> None:
        """Shut it for good."""
        await self._runner.cleanup()
        if self._site is None and self._socket is not None:
            self._socket.close()
