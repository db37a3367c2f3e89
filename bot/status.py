"""``/health`` and ``/metrics``, for this machine alone; up before anything else."""

import logging
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.metrics import Metrics

logger = logging.getLogger(__name__)

NO_DATABASE = "the database does not answer"
"""The one state in which a load balancer must pass a bot over."""


class StatusServer:
    """Says how the bot is."""

    def __init__(self, port: int, metrics: Metrics, state: Callable[[], str]) -> None:
        """Prepare.

        Args:
            port: On 127.0.0.1; 0 serves nothing.
            metrics: What is counted.
            state: ``"ok"`` once questions are answered in full, else what is still missing.
        """
        self._port = port
        self._metrics = metrics
        self._state = state
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen; a port that is taken is noted, and no reason not to answer questions."""
        if not self._port:
            return
        app = web.Application()
        app.router.add_get("/health", self.health)
        app.router.add_get("/metrics", self._show_metrics)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        except OSError as error:
            logger.warning(
                "no /health and /metrics: port %d cannot be listened on (%s)",
                self._port,
                error.strerror,
            )

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()

    async def health(self, _: web.Request) -> web.Response:
        """Say how the bot is."""
        state = self._state()
        # 200 else: a process that warms up must not be restarted for it.
        return web.json_response({"status": state}, status=503 if state == NO_DATABASE else 200)

    async def _show_metrics(self, _: web.Request) -> web.Response:
        body = generate_latest(self._metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
