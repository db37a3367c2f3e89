"""Reads the parameters of a Bot API call: query, form, JSON or multipart."""

import json
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulator.errors import bad_request
from bot.simulator.server.conversion import Upload


async def read_parameters(request: web.Request) -> dict[str, Any]:
    """Return the raw parameters of a call, those of the body before those of the query.

    Raises:
        ApiError: If the body cannot be read.
    """
    parameters: dict[str, Any] = dict(request.query)
    kind = request.content_type
    if kind == "application/json":
        parameters |= await _read_json(request)
    elif kind == "multipart/form-data":
        parameters |= await _read_multipart(request)
    elif kind == "application/x-www-form-urlencoded":
        form = await request.post()
        parameters |= {name: value for name, value in form.items() if isinstance(value, str)}
    return parameters


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
