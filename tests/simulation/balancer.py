"""A load balancer before several bots: it passes over the dead, and may deliver twice."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Sequence

import aiohttp
from aiohttp import web

_HEADERS = ("X-Telegram-Bot-Api-Secret-Token", "Content-Type")


class Balancer:
    """Hands what Telegram delivers on to one bot after the other."""

    def __init__(self, seed: int = 7) -> None:
        self.url = ""
        self.ports: Sequence[int] = ()
        """Of the bots; one of them is drawn for each delivery."""
        self.share = 0.0
        """Of deliveries that are made twice at the same time, to any two, or one, of the bots."""
        self.doubled = 0
        self.refused = 0
        """Deliveries that no bot took: Telegram makes them again."""
        self._draw = random.Random(seed)  # noqa: S311 - must be repeatable

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Balancer"]:
        """Listen, as long as the block."""
        app = web.Application()
        app.router.add_post("/hook", self._pass_on)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        try:
            async with aiohttp.ClientSession() as self._session:
                yield self
        finally:
            await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
        times = 1 + (self._draw.random() < self.share)
        self.doubled += times - 1
        statuses = await asyncio.gather(*(self._deliver(body, headers) for _ in range(times)))
        self.refused += statuses[0] != 200
        return web.Response(status=statuses[0])

    async def _deliver(self, body: bytes, headers: dict[str, str]) -> int:
        """Try the bots in any order until one takes it; the last one's status."""
        status = 502
        for port in self._draw.sample(self.ports, len(self.ports)):
            with contextlib.suppress(aiohttp.ClientError):
                address = f"http://127.0.0.1:{port}/hook"
                async with self._session.post(address, data=body, headers=headers) as response:
                    status = response.status
                    if status < 500:
                        break
        return status
