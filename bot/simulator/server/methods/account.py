"""Methods about the bot itself."""

from typing import Any

from telegram.constants import BotDescriptionLimit, BotNameLimit

from bot.simulator.errors import bad_request
from bot.simulator.events import EventKind
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.methods.languages import language_of
from bot.simulator.world.wire import me_json
from bot.simulator.world.world import World


def get_me(world: World, _: Arguments) -> dict[str, Any]:
    """Answer getMe."""
    return me_json(world.state)


def confirm(_: World, __: Arguments) -> bool:
    """Answer logOut and close, which change nothing here."""
    return True


def set_name(world: World, arguments: Arguments) -> bool:
    """Answer setMyName."""
    return _set(world, world.state.profile.names, arguments, ("name", BotNameLimit.MAX_NAME_LENGTH))


def get_name(world: World, arguments: Arguments) -> dict[str, str]:
    """Answer getMyName."""
    names = {"": world.state.bot.first_name} | world.state.profile.names
    return {"name": _get(names, arguments)}


def set_description(world: World, arguments: Arguments) -> bool:
    """Answer setMyDescription."""
    limit = BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    return _set(world, world.state.profile.descriptions, arguments, ("description", limit))


def get_description(world: World, arguments: Arguments) -> dict[str, str]:
    """Answer getMyDescription."""
    return {"description": _get(world.state.profile.descriptions, arguments)}


def set_short_description(world: World, arguments: Arguments) -> bool:
    """Answer setMyShortDescription."""
    limit = BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    rule = ("short_description", limit)
    return _set(world, world.state.profile.short_descriptions, arguments, rule)


def get_short_description(world: World, arguments: Arguments) -> dict[str, str]:
    """Answer getMyShortDescription."""
    return {"short_description": _get(world.state.profile.short_descriptions, arguments)}


def _set(world: World, texts: dict[str, str], arguments: Arguments, rule: tuple[str, int]) -> bool:
    name, limit = rule
    text = arguments.text(name)
    if len(text) > limit:
        raise bad_request(f"{name} is too long: {len(text)} characters, at most {limit}")
    language = language_of(arguments)
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)
    world.events.tell(EventKind.PROFILE, {})
    return True


def _get(texts: dict[str, str], arguments: Arguments) -> str:
    return texts.get(language_of(arguments)) or texts.get("", "")
