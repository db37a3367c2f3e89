"""The parameters of Bot API methods, derived from python-telegram-bot's own signatures.

The library takes the Bot API's parameters by position and its own options by keyword only, so a
method's positional parameters are exactly what Telegram accepts. The same holds for objects.
"""

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import telegram
from telegram import Bot
from telegram._utils import types as library_types

_CAPITAL = re.compile(r"(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a method, or one field of an object."""

    name: str
    hint: Any
    is_required: bool


def method_parameters(method: str) -> Mapping[str, Parameter]:
    """Return the parameters of a Bot API method such as ``sendMessage``.

    Raises:
        LookupError: If the library knows no such method.
    """
    function = getattr(Bot, _CAPITAL.sub("_", method).lower(), None)
    if function is None:
        raise LookupError(f"python-telegram-bot has no method for {method}")
    return _positional(function)


def object_fields(kind: type[telegram.TelegramObject]) -> Mapping[str, Parameter]:
    """Return the fields of a Bot API object."""
    return _positional(kind.__init__)


@cache
def _positional(function: Callable[..., Any]) -> Mapping[str, Parameter]:
    hints = typing.get_type_hints(function, localns=_names())
    found = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "self" or parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
            continue
        name = "from" if parameter.name == "from_user" else parameter.name
        is_required = parameter.default is parameter.empty
        found[name] = Parameter(name, hints[parameter.name], is_required)
    return found


@cache
def _names() -> dict[str, Any]:
    # Annotations of the library name types that it imports for type checkers only.
    return {**vars(library_types), **vars(telegram)}
