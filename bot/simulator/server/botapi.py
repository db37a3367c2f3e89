"""The Bot API over HTTP: ``/bot<token>/<method>`` and file downloads."""

import inspect
import json
import logging
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.simulator.errors import ApiError
from bot.simulator.events import EventKind
from bot.simulator.findings import Call
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.conversion import Upload, check_parameters
from bot.simulator.server.methods import find_method
from bot.simulator.server.requests import read_parameters
from bot.simulator.world.view import call_view
from bot.simulator.world.world import World

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,}")
_UNFINISHED = 499
_LOG = logging.getLogger(__name__)


class BotApi:
    """Answers the calls of one bot and keeps a record of them."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token

    def add_routes(self, app: web.Application) -> None:
        """Register the paths of the Bot API."""
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)

    async def _handle(self, request: web.Request) -> web.Response:
        started = time.perf_counter()
        number = self._world.report.next_number()
        name = request.match_info["method"]
        raw: dict[str, Any] = {}
        status = _UNFINISHED
        content: dict[str, Any] = {"description": "the bot hung up"}
        try:
            self._check_token(request)
            raw = await read_parameters(request)
            name, result = await self._call(name, raw)
            status, content = 200, {"ok": True, "result": result}
        except ApiError as error:
            status, content = error.code, self._refuse(name, error)
        except Exception:
            # A fault of the simulator, not of the bot: answered as Telegram does, told loudly.
            _LOG.exception("the simulator failed in %s", name)
            status, content = 500, self._refuse(name, ApiError(500, "Internal Server Error"))
        finally:
            ending = (status, str(content.get("description", "")), time.perf_counter() - started)
            self._record(number, name, raw, ending)
        return _answer(status, content)

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not _TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        if not secrets.compare_digest(token, self._token):
            raise ApiError(401, "Unauthorized")

    async def _call(self, name: str, raw: Mapping[str, Any]) -> tuple[str, Any]:
        found = find_method(name)
        if found is None:
            raise ApiError(404, "Not Found")
        proper_name, method = found
        arguments = Arguments(proper_name, check_parameters(proper_name, raw))
        result = method(self._world, arguments)
        return proper_name, await result if inspect.isawaitable(result) else result

    def _refuse(self, name: str, error: ApiError) -> dict[str, Any]:
        rule = "flood" if error.retry_after else "refused"
        self._world.find(self._without_token(name), rule, self._without_token(error.description))
        content: dict[str, Any] = {
            "ok": False,
            "error_code": error.code,
            "description": error.description,
        }
        if error.retry_after is not None:
            content["parameters"] = {"retry_after": error.retry_after}
        return content

    def _record(
        self, number: int, method: str, raw: Mapping[str, Any], ending: tuple[int, str, float]
    ) -> None:
        status, description, seconds = ending
        parameters = {self._without_token(name): self._shown(each) for name, each in raw.items()}
        call = Call(
            number,
            self._without_token(method),
            parameters,
            status,
            self._without_token(description),
            seconds * 1000,
            self._world.clock.seconds(),
        )
        self._world.report.add_call(call)
        self._world.events.tell(EventKind.CALL, call_view(call))

    def _shown(self, value: object) -> object:
        if isinstance(value, Upload):
            return f"<file of {len(value.content)} bytes>"
        if isinstance(value, str):
            # Half a character, as JSON may carry it, cannot be written out again.
            return self._without_token(value.encode("utf-8", "replace").decode())
        return json.loads(self._without_token(json.dumps(value)))

    def _without_token(self, text: str) -> str:
        return text.replace(self._token, "<token>")

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request)
        except ApiError as error:
            return _answer(error.code, self._refuse("file download", error))
        for stored in self._world.state.files.values():
            if stored.path == request.match_info["path"]:
                return web.Response(body=stored.content, content_type="application/octet-stream")
        return _answer(404, self._refuse("file download", ApiError(404, "Not Found")))


def _answer(status: int, content: Mapping[str, Any]) -> web.Response:
    headers = {}
    if "parameters" in content:
        headers["Retry-After"] = str(content["parameters"]["retry_after"])
    return web.json_response(
        content,
        status=status,
        headers=headers,
        dumps=lambda value: json.dumps(value, ensure_ascii=False),
    )
