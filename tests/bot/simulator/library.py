"""What python-telegram-bot makes of the simulator's answers, and calls without it."""

from typing import Any

import aiohttp
from telegram import TelegramObject

from bot.simulator.process import RunningSimulator


def leftovers(value: object, path: str = "") -> list[str]:
    """Return where the library found fields that it does not know."""
    if isinstance(value, TelegramObject):
        own = [f"{path}.{name}" for name in value.api_kwargs]
        fields = {name.lstrip("_") for kind in type(value).__mro__ for name in _slots(kind)}
        parts = [(name, getattr(value, name, None)) for name in fields if name != "bot"]
        return own + [each for name, part in parts for each in leftovers(part, f"{path}.{name}")]
    if isinstance(value, (list, tuple)):
        return [each for item in value for each in leftovers(item, f"{path}[]")]
    return []


def _slots(kind: type) -> tuple[str, ...]:
    slots = getattr(kind, "__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


async def raw(simulator: RunningSimulator, method: str, **parameters: Any) -> dict[str, Any]:
    """Call a method without the library."""
    url = f"{simulator.api}/bot{simulator.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=parameters) as response:
        content: dict[str, Any] = await response.json()
        assert response.status == content.get("error_code", 200)
        return content
