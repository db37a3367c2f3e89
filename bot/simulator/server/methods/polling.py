"""Methods that fetch updates."""

from typing import Any

from telegram.constants import PollingLimit, UpdateType

from bot.simulator.server.arguments import Arguments
from bot.simulator.world.world import World

_LONGEST_POLL = 50
_UPDATE_TYPES = frozenset(kind.value for kind in UpdateType)


async def get_updates(world: World, arguments: Arguments) -> list[dict[str, Any]]:
    """Answer getUpdates, at once or when something happens."""
    if arguments.has("allowed_updates"):
        wanted = tuple(arguments.items("allowed_updates"))
        for kind in sorted(set(wanted) - _UPDATE_TYPES):
            world.find("getUpdates", "unknown update type", kind)
        world.updates.allowed = wanted
    limit = arguments.number("limit", PollingLimit.MAX_LIMIT)
    if not PollingLimit.MIN_LIMIT <= limit <= PollingLimit.MAX_LIMIT:
        world.find("getUpdates", "limit out of range", str(limit))
        limit = PollingLimit.MAX_LIMIT.value
    timeout = min(max(arguments.number("timeout"), 0), _LONGEST_POLL)
    updates = await world.updates.poll(arguments.number("offset"), limit, timeout)
    return [update.to_json() for update in updates]


def delete_webhook(world: World, arguments: Arguments) -> bool:
    """Answer deleteWebhook; there never is one, but it may drop what waits."""
    if arguments.flag("drop_pending_updates"):
        world.updates.drop_all()
    return True


def get_webhook_info(world: World, _: Arguments) -> dict[str, Any]:
    """Answer getWebhookInfo."""
    info: dict[str, Any] = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if world.updates.allowed:
        info["allowed_updates"] = list(world.updates.allowed)
    return info
