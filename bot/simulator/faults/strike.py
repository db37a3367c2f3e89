"""Acts a fault out over HTTP."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.simulator.errors import ApiError
from bot.simulator.faults.plan import HTTP_ERRORS, Fault, FaultKind

_FOR_EVER = 3600.0
_NO_ANSWER = 499
_PIECES = 8
_JUNK = b"\x00\xff<!-- upstream -->\n"
_PAGES = {
    "500": "Internal Server Error",
    "502": "Bad Gateway",
    "503": "Service Temporarily Unavailable",
    "504": "Gateway Time-out",
}


def refusal(fault: Fault) -> ApiError | None:
    """Return the fault as a refusal in JSON, or None if it is of another kind."""
    seconds = max(1, int(fault.seconds))
    match fault.kind:
        case FaultKind.TOO_MANY_REQUESTS:
            text = f"Too Many Requests: retry after {seconds}"
            return ApiError(429, text, retry_after=seconds, is_circumstance=True)
        case FaultKind.UNAUTHORIZED:
            return ApiError(401, "Unauthorized", is_circumstance=True)
        case FaultKind.CONFLICT:
            text = (
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running"
            )
            return ApiError(409, text, is_circumstance=True)
        case FaultKind.REFUSED:
            reason = fault.description or "not enough rights to send text messages to the chat"
            return ApiError(400, f"Bad Request: {reason}", is_circumstance=True)
        case FaultKind.FORBIDDEN:
            reason = fault.description or "bot was blocked by the user"
            return ApiError(403, f"Forbidden: {reason}", is_circumstance=True)
    return None


def status_of(fault: Fault) -> int:
    """Return the status that the bot sees; 499 where it sees none."""
    if fault.kind in HTTP_ERRORS:
        return int(fault.kind.value)
    return _NO_ANSWER if fault.kind in (FaultKind.RESET, FaultKind.SILENCE) else 200


async def strike(
    request: web.Request, fault: Fault, answer: Mapping[str, Any], status: int = 200
) -> web.StreamResponse:
    """Answer a call badly; ``answer`` and ``status`` are what it would have got."""
    body = json.dumps(answer, ensure_ascii=False).encode()
    if fault.kind in HTTP_ERRORS:
        return _error_page(fault.kind.value)
    if fault.kind in (FaultKind.SLOW, FaultKind.SILENCE):
        await asyncio.sleep(fault.seconds or _FOR_EVER)
    match fault.kind:
        case FaultKind.SLOW_BODY:
            return await _drip(request, body, status, fault.seconds)
        case FaultKind.CUT:
            return await _cut(request, body, status)
        case FaultKind.RESET | FaultKind.SILENCE:
            return _hang_up(request)
    return _whole(fault.kind, body, status)


def _whole(kind: FaultKind, body: bytes, status: int) -> web.Response:
    if kind is FaultKind.JUNK:
        body = _JUNK
    elif kind is FaultKind.TRUNCATED:
        body = body[: len(body) // 2]
    response = web.Response(body=body, status=status, content_type="application/json")
    if kind is FaultKind.CLOSED:
        response.force_close()
    return response


def _error_page(status: str) -> web.Response:
    title = f"{status} {_PAGES[status]}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n"
        "</body>\r\n</html>\r\n"
    )
    return web.Response(status=int(status), text=page, content_type="text/html")


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _drip(
    request: web.Request, body: bytes, status: int, seconds: float
) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    size = max(1, len(body) // _PIECES)
    for start in range(0, len(body), size):
        await asyncio.sleep(seconds / _PIECES)
        await response.write(body[start : start + size])
    await response.write_eof()
    return response


async def _cut(request: web.Request, body: bytes, status: int) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    return _hang_up(request)
