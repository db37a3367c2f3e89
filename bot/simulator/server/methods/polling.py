"""Methods that fetch updates, or have them pushed."""

import re
from typing import Any
from urllib.parse import urlsplit

from telegram.constants import PollingLimit, UpdateType, WebhookLimit

from bot.simulator.errors import bad_request
from bot.simulator.server.arguments import Arguments
from bot.simulator.world.webhook import Target
from bot.simulator.world.world import World

_LONGEST_POLL = 50
_CONNECTIONS = 40
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_UPDATE_TYPES = frozenset(kind.value for kind in UpdateType)


async def get_updates(world: World, arguments: Arguments) -> list[dict[str, Any]]:
    """Answer getUpdates, at once or when something happens."""
    _remember_kinds(world, arguments)
    limit = arguments.number("limit", PollingLimit.MAX_LIMIT)
    if not PollingLimit.MIN_LIMIT <= limit <= PollingLimit.MAX_LIMIT:
        world.find("getUpdates", "limit out of range", str(limit))
        limit = PollingLimit.MAX_LIMIT.value
    timeout = min(max(arguments.number("timeout"), 0), _LONGEST_POLL)
    updates = await world.updates.poll(arguments.number("offset"), limit, timeout)
    return [update.to_json() for update in updates]


def set_webhook(world: World, arguments: Arguments) -> bool:
    """Answer setWebhook; as a Bot API server of one's own, it takes plain HTTP too."""
    url = arguments.text("url")
    if not url:
        return delete_webhook(world, arguments)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: invalid HTTPS URL specified")
    secret = arguments.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = arguments.number("max_connections", _CONNECTIONS)
    if not WebhookLimit.MIN_CONNECTIONS_LIMIT <= connections <= WebhookLimit.MAX_CONNECTIONS_LIMIT:
        world.find("setWebhook", "max_connections out of range", str(connections))
        connections = _CONNECTIONS
    _remember_kinds(world, arguments)
    if arguments.flag("drop_pending_updates"):
        world.updates.drop_all()
    world.updates.use_webhook(is_set=True)
    world.webhook.set(Target(url, secret, connections))
    return True


def delete_webhook(world: World, arguments: Arguments) -> bool:
    """Answer deleteWebhook."""
    if arguments.flag("drop_pending_updates"):
        world.updates.drop_all()
    if world.webhook.target is not None:
        world.webhook.set(None)
        world.updates.use_webhook(is_set=False)
    return True


def get_webhook_info(world: World, _: Arguments) -> dict[str, Any]:
    """Answer getWebhookInfo."""
    target = world.webhook.target
    info: dict[str, Any] = {
        "url": target.url if target is not None else "",
        "has_custom_certificate": False,
        "pending_update_count": world.updates.unconfirmed,
    }
    if target is not None:
        info["max_connections"] = target.connections
    if world.webhook.last_error is not None:
        info["last_error_date"], info["last_error_message"] = world.webhook.last_error
    if world.updates.allowed:
        info["allowed_updates"] = list(world.updates.allowed)
    return info


def _remember_kinds(world: World, arguments: Arguments) -> None:
    if not arguments.has("allowed_updates"):
        return
    wanted = tuple(arguments.items("allowed_updates"))
    for kind in sorted(set(wanted) - _UPDATE_TYPES):
        world.find(arguments.method, "unknown update type", kind)
    world.updates.allowed = wanted
