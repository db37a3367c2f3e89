"""Methods about the command menu."""

import re
from collections.abc import Mapping
from typing import Any

from telegram.constants import BotCommandLimit

from bot.simulator.errors import bad_request
from bot.simulator.events import EventKind
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.methods.languages import language_of
from bot.simulator.world.types import Command
from bot.simulator.world.world import World

_NAME = re.compile(r"[a-z0-9_]{1,32}")


def set_commands(world: World, arguments: Arguments) -> bool:
    """Answer setMyCommands."""
    entries = arguments.items("commands")
    if len(entries) > BotCommandLimit.MAX_COMMAND_NUMBER:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = (_scope(world, arguments), language_of(arguments))
    world.state.profile.menus[key] = tuple(_command(entry) for entry in entries)
    world.events.tell(EventKind.PROFILE, {})
    return True


def get_commands(world: World, arguments: Arguments) -> list[dict[str, str]]:
    """Answer getMyCommands: exactly what was set for this scope and language."""
    menu = world.state.profile.menus.get((_scope(world, arguments), language_of(arguments)), ())
    return [{"command": entry.name, "description": entry.description} for entry in menu]


def delete_commands(world: World, arguments: Arguments) -> bool:
    """Answer deleteMyCommands."""
    world.state.profile.menus.pop((_scope(world, arguments), language_of(arguments)), None)
    world.events.tell(EventKind.PROFILE, {})
    return True


def _command(entry: Mapping[str, Any]) -> Command:
    name = str(entry["command"]).removeprefix("/")
    description = str(entry["description"]).strip()
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= BotCommandLimit.MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return Command(name, description)


def _scope(world: World, arguments: Arguments) -> str:
    """Return the scope as one word: its type, and the chat and user where it names them."""
    scope = arguments.fields("scope") or {"type": "default"}
    words = [str(scope.get("type", ""))]
    if "chat_id" in scope:
        words.append(str(world.state.chat(scope["chat_id"]).id))
    if "user_id" in scope:
        words.append(str(scope["user_id"]))
    return ":".join(words)
