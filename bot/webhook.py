"""A web server that Telegram calls, through a proxy or a load balancer."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from telegram import Bot
from telegram.error import TelegramError

from bot.errors import AwayError, BotError
from bot.receiving import Outage, Receiver
from bot.remedies import Kind, find_remedy
from bot.settings import BotSettings

logger = logging.getLogger(__name__)

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LARGEST_UPDATE = 1_000_000
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


class Webhook:
    """Lets Telegram call; 200 is said only after an update was taken in.

    It is never taken back at the end: others may be called at the same address.
    """

    def __init__(
        self, receiver: Receiver, settings: BotSettings, kinds: list[str], health: Answer
    ) -> None:
        """Prepare.

        Args:
            receiver: Takes updates in.
            settings: The table ``[bot]``: who calls where.
            kinds: The kinds of updates that are wanted.
            health: Answers ``GET /health``, for the load balancer.
        """
        self._receiver = receiver
        self._url = settings.webhook
        self._host, self._port = settings.webhook_host, settings.webhook_port
        self._kinds = kinds
        self._health = health
        self._secret = ""

    async def run(self, bot: Bot) -> None:
        """Register the address, and listen for the proxy before it.

        Raises:
            BotError: The port is taken, or Telegram refuses the address.
        """
        self._secret = webhook_secret(bot.token)
        app = web.Application(client_max_size=_LARGEST_UPDATE)
        app.router.add_get("/health", self._health)
        app.router.add_post("/{path:.*}", self._called)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        host, port = self._host, self._port
        try:
            await web.TCPSite(runner, host, port).start()
            await self._register(bot)
            logger.info("waiting for Telegram on %s:%d, called at %s", host, port, self._url)
            await asyncio.Event().wait()
        except OSError as error:
            raise BotError(
                f"port {port} on {host} cannot be listened on ({error.strerror}); set "
                "[bot] webhook_host and webhook_port in config/chuchu.toml"
            ) from None
        finally:
            await runner.cleanup()

    async def _register(self, bot: Bot) -> None:
        """Tell Telegram the address; bots that start together may have to wait for it."""
        outage = Outage()
        while True:
            try:
                await bot.set_webhook(
                    self._url, secret_token=self._secret, allowed_updates=self._kinds
                )
            except TelegramError as error:
                remedy = find_remedy(error)
                if remedy.kind is Kind.WAIT:
                    await asyncio.sleep(remedy.seconds)
                elif remedy.kind in (Kind.UNSENT, Kind.UNSURE):
                    await asyncio.sleep(outage.begin_or_go_on(error))
                else:
                    raise BotError(
                        f"Telegram does not take {self._url} as a webhook: {error}"
                    ) from None
            else:
                outage.end()
                return

    async def _called(self, request: web.Request) -> web.Response:
        told = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(told.encode(), self._secret.encode()):
            return web.Response(status=403)
        try:
            raw = await request.json()
        except ValueError:
            return web.Response(status=400)
        try:
            # What cannot be read is taken all the same, or Telegram would send it for a day.
            await self._receiver.receive([raw])
        except AwayError:
            return web.Response(status=503)  # Telegram delivers it again
        return web.Response()


def webhook_secret(token: str) -> str:
    """What shows that Telegram calls: the same for all bots that share a token."""
    return hmac.new(token.encode(), b"webhook", "sha256").hexdigest()
