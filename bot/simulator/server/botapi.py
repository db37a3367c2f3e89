"""The Bot API over HTTP: ``/bot<token>/<method>`` and file downloads."""

import inspect
import json
import logging
import re
import secrets
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator.errors import ApiError
from bot.simulator.events import EventKind
from bot.simulator.faults.plan import UNKNOWABLE, Fault
from bot.simulator.faults.strike import refusal, status_of, strike
from bot.simulator.findings import Call
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.conversion import Upload, check_parameters
from bot.simulator.server.methods import find_method
from bot.simulator.server.requests import read_parameters
from bot.simulator.world.view import call_view
from bot.simulator.world.world import World

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,}")
_UNFINISHED = 499
_DOUBTS = 1000
_SENDING = ("sendMessage", "sendDocument")
_LOG = logging.getLogger(__name__)


class BotApi:
    """Answers the calls of one bot and keeps a record of them."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._doubted: deque[str] = deque(maxlen=_DOUBTS)

    def add_routes(self, app: web.Application) -> None:
        """Register the paths of the Bot API."""
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        record = _Record(self._world.report.next_number(method), method)
        started = time.perf_counter()
        try:
            return await self._answer(request, record)
        finally:
            self._note(record, time.perf_counter() - started)

    async def _answer(self, request: web.Request, record: "_Record") -> web.StreamResponse:
        fault: Fault | None = None
        try:
            self._check_token(request)
            record.raw = await read_parameters(request)
            fault = self._world.faults.next(record.method, record.raw)
            content = await self._outcome(record, fault)
        except ApiError as error:
            content = self._end_badly(record, error)
        except Exception:
            # A fault of the simulator, not of the bot: answered as Telegram does, told loudly.
            _LOG.exception("the simulator failed in %s", record.method)
            content = self._end_badly(record, ApiError(500, "Internal Server Error"))
        if fault is None or refusal(fault) is not None:
            return _answer(record.status, content)
        if fault.kind in UNKNOWABLE:
            self._note_doubt(record, is_carried_out=fault.is_carried_out and record.status == 200)
        status = record.status
        record.end(status_of(fault), f"fault: {fault.kind}")
        return await strike(request, fault, content, status)

    def _note_doubt(self, record: "_Record", *, is_carried_out: bool) -> None:
        """Note a call of which the bot cannot know what became: it may be made once more."""
        if is_carried_out:
            self._doubted.append(record.fingerprint)
        if record.method in _SENDING:
            reply_to = _reply_to(record.raw)
            with suppress(KeyError, ValueError):
                chat_id = int(record.raw["chat_id"])
                self._world.ledger.fail(chat_id, reply_to, is_delivered=is_carried_out)

    async def _outcome(self, record: "_Record", fault: Fault | None) -> dict[str, Any]:
        content: dict[str, Any] = {"ok": True, "result": None}
        if fault is None or fault.is_carried_out:
            record.method, content["result"] = await self._call(record.method, record.raw)
        elif (refused := refusal(fault)) is not None:
            raise refused
        record.end(200, "")
        return content

    async def call_back(self, call: dict[str, Any]) -> None:
        """Carry out the call that a webhook gives as its answer; nobody hears what came of it."""
        parameters = dict(call)
        method = str(parameters.pop("method"))
        record = _Record(self._world.report.next_number(method), method)
        record.raw = parameters
        try:
            await self._call(record.method, parameters)
            record.end(200, "in the answer of the webhook")
        except ApiError as error:
            self._end_badly(record, error)
        finally:
            self._note(record, 0.0)

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

    def _refuse(self, name: str, error: ApiError, *, is_excused: bool = False) -> dict[str, Any]:
        if not error.is_circumstance and not is_excused:
            rule = "flood" if error.retry_after else "refused"
            description = self._without_token(error.description)
            self._world.find(self._without_token(name), rule, description)
        content: dict[str, Any] = {
            "ok": False,
            "error_code": error.code,
            "description": error.description,
        }
        if error.parameters:
            content["parameters"] = error.parameters
        return content

    def _end_badly(self, record: "_Record", error: ApiError) -> dict[str, Any]:
        record.end(error.code, error.description)
        # Only who was in doubt may say the same again, and it may be too late for that.
        is_again = not error.retry_after and record.fingerprint in self._doubted
        return self._refuse(record.method, error, is_excused=is_again)

    def _note(self, record: "_Record", seconds: float) -> None:
        parameters = {self._without_token(n): self._shown(v) for n, v in record.raw.items()}
        call = Call(
            record.number,
            self._without_token(record.method),
            parameters,
            record.status,
            self._without_token(record.description),
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

    async def _download(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        try:
            self._check_token(request)
            fault = self._world.faults.next("file", {})
            if fault is not None:
                return await strike(request, fault, {"path": path})
            content = self._content_at(path)
        except ApiError as error:
            return _answer(error.code, self._refuse("file download", error))
        return web.Response(body=content, content_type="application/octet-stream")

    def _content_at(self, path: str) -> bytes:
        stored = self._world.state.file_at(path)
        if stored is None:
            raise ApiError(404, "Not Found")
        if not self._world.links.is_valid(path):
            raise ApiError(404, "Not Found", is_circumstance=True)
        return stored.content


@dataclass(slots=True)
class _Record:
    """What becomes of one call."""

    number: int
    method: str
    raw: dict[str, Any] = field(default_factory=dict)
    status: int = _UNFINISHED
    description: str = "the bot hung up"

    def end(self, status: int, description: str) -> None:
        self.status, self.description = status, description

    @property
    def fingerprint(self) -> str:
        return f"{self.method} {sorted(self.raw.items())}"


def _reply_to(raw: Mapping[str, Any]) -> int | None:
    """The message that a call replies to."""
    told = raw.get("reply_parameters")
    with suppress(KeyError, ValueError, TypeError):
        told = json.loads(told) if isinstance(told, str) else told
        return int(told["message_id"]) if told else None
    return None


def _answer(status: int, content: Mapping[str, Any]) -> web.Response:
    headers = {}
    wait = content.get("parameters", {}).get("retry_after")
    if wait is not None:
        headers["Retry-After"] = str(wait)
    return web.json_response(
        content,
        status=status,
        headers=headers,
        dumps=lambda value: json.dumps(value, ensure_ascii=False),
    )
