"""Reads the parameters of a Bot API call: query, form, JSON or multipart."""

import json
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulator.errors import ApiError, bad_request
from bot.simulator.server.conversion import Upload

LARGEST_REQUEST = 52 << 20


async def read_parameters(request: web.Request) -> dict[str, Any]:
    """Return the raw parameters of a call, those of the body before those of the query.

    Raises:
        ApiError: If the body cannot be read.
    """
    parameters: dict[str, Any] = dict(request.query)
    if (request.content_length or 0) > LARGEST_REQUEST:
        raise ApiError(413, "Request Entity Too Large")
    try:
        parameters |= await _read_body(request)
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    except ValueError:
        raise bad_request("can't parse the request") from None
    return parameters


async def _read_body(request: web.Request) -> dict[str, Any]:
    kind = request.content_type
    if kind == "application/json":
        return await _read_json(request)
    if kind == "multipart/form-data":
        return await _read_multipart(request)
    if kind == "application/x-www-form-urlencoded":
        form = await request.post()
        return {name: value for name, value in form.items() if isinstance(value, str)}
    return {}


async def _read_json(request: web.Request) -> dict[str, Any]:
    body = await request.read()
    if not body:
        return {}
    try:
        content = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(content, dict):
        raise bad_request("can't parse JSON object")
    return content


async def _read_multipart(request: web.Request) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            parameters[part.name] = content.decode("utf-8", "replace")
        else:
            mime_type = part.headers.get("Content-Type", "application/octet-stream")
            parameters[part.name] = Upload(part.filename, mime_type, content)
    return parameters
