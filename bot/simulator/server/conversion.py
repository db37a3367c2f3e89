"""Checks raw parameters against the types of a signature, objects and lists included."""

import datetime
import json
import re
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import telegram
from telegram._utils.defaultvalue import DefaultValue

from bot.simulator.errors import bad_request
from bot.simulator.server.signatures import Parameter, method_parameters, object_fields

_INTEGER = re.compile(r"-?\d{1,19}", re.ASCII)
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})
_EMPTY_TEXTS = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "user_id": "user_id is empty",
    "document": "there is no document in the request",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    mime_type: str
    content: bytes


_Decoded = TypeVar("_Decoded", list[Any], dict[str, Any])


class _MismatchError(ValueError):
    """A value does not have the type that is asked for."""


def check_parameters(method: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a call with their proper types.

    Raises:
        ApiError: If one is missing, unknown or of a wrong type.
    """
    known = method_parameters(method)
    attached = {name for name, value in raw.items() if _is_attachment(name, value, raw)}
    unknown = sorted(raw.keys() - known.keys() - attached)
    if unknown:
        raise bad_request(f'unknown parameter "{unknown[0]}" of method {method}')
    for parameter in known.values():
        value = raw.get(parameter.name)
        if parameter.is_required and (value is None or (value == "" and parameter.name != "url")):
            reason = f'parameter "{parameter.name}" is required'
            raise bad_request(_EMPTY_TEXTS.get(parameter.name, reason))
    try:
        return {
            name: _convert(_resolve(value, raw), known[name].hint, name)
            for name, value in raw.items()
            if name in known and value is not None
        }
    except _MismatchError as mismatch:
        raise bad_request(f"can't parse {mismatch}") from None


def _is_attachment(name: str, value: object, raw: Mapping[str, Any]) -> bool:
    if not isinstance(value, Upload):
        return False
    return any(isinstance(v, str) and f"attach://{name}" in v for v in raw.values())


def _resolve(value: object, raw: Mapping[str, Any]) -> object:
    if isinstance(value, str) and value.startswith("attach://"):
        return raw.get(value.removeprefix("attach://"), value)
    return value


def _convert(value: object, hint: object, path: str) -> object:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _convert_any(value, typing.get_args(hint), path)
    if origin is not None and issubclass(origin, Sequence) and origin is not tuple:
        (item,) = typing.get_args(hint)
        items = _decoded(value, list, path)
        return [_convert(each, item, f"{path}[{index}]") for index, each in enumerate(items)]
    if not isinstance(hint, type):
        raise _MismatchError(f"{path}: unsupported value")
    if issubclass(hint, telegram.TelegramObject) and not issubclass(hint, telegram.InputFile):
        return _convert_object(_decoded(value, dict, path), hint, path)
    return _convert_plain(value, hint, path)


def _convert_any(value: object, hints: Sequence[object], path: str) -> object:
    """Convert to the first type of a union that fits; keep the most telling complaint."""
    complaint: _MismatchError | None = None
    # What already has one of the types keeps it: 5 is not "5".
    if not isinstance(value, str):
        hints = sorted(hints, key=lambda each: each is not type(value))
    for hint in hints:
        if hint is types.NoneType or typing.get_origin(hint) is DefaultValue:
            continue
        try:
            return _convert(value, hint, path)
        except _MismatchError as mismatch:
            if complaint is None or len(str(mismatch)) > len(str(complaint)):
                complaint = mismatch
    raise complaint or _MismatchError(path)


def _convert_plain(value: object, hint: type, path: str) -> object:
    if issubclass(hint, bool):
        return _boolean(value, path)
    if issubclass(hint, (int, datetime.timedelta, datetime.datetime)):
        return _integer(value, path)
    if issubclass(hint, float):
        return _number(value, path)
    if issubclass(hint, (str, Enum)):
        return _string(value, path)
    # What is left are the library's ways to name a file.
    if isinstance(value, Upload):
        return value
    raise _MismatchError(f"{path}: expected {hint.__name__}")


def _boolean(value: object, path: str) -> bool:
    if isinstance(value, bool):
        return value
    lowered = str(value).lower()
    if lowered not in _TRUE | _FALSE:
        raise _MismatchError(f"{path}: expected true or false, got {value!r}")
    return lowered in _TRUE


def _integer(value: object, path: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise _MismatchError(f"{path}: expected an integer, got {value!r}")


def _number(value: object, path: str) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise _MismatchError(f"{path}: expected a number, got {value!r}") from None


def _string(value: object, path: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise _MismatchError(f"{path}: expected a string")


def _decoded(value: object, kind: type[_Decoded], path: str) -> _Decoded:
    """Decode JSON that came as a string, as forms carry it."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise _MismatchError(f"{path}: expected JSON, got {str(value)[:40]!r}") from None
    if not isinstance(value, kind):
        raise _MismatchError(f"{path}: expected a JSON {'array' if kind is list else 'object'}")
    return value


def _convert_object(
    value: Mapping[str, Any], kind: type[telegram.TelegramObject], path: str
) -> dict[str, Any]:
    """Convert to the class or to one of its subclasses, told apart by their fields."""
    complaint: _MismatchError | None = None
    for candidate in (kind, *kind.__subclasses__()):
        try:
            return _convert_fields(value, object_fields(candidate), path)
        except _MismatchError as mismatch:
            complaint = complaint or mismatch
    raise complaint or _MismatchError(path)


def _convert_fields(
    value: Mapping[str, Any], fields: Mapping[str, Parameter], path: str
) -> dict[str, Any]:
    # Subclasses set their "type" themselves, so their constructors do not name it.
    unknown = sorted(value.keys() - fields.keys() - {"type"})
    if unknown:
        raise _MismatchError(f'{path}: unknown field "{unknown[0]}"')
    for parameter in fields.values():
        if parameter.is_required and value.get(parameter.name) is None:
            raise _MismatchError(f'{path}: field "{parameter.name}" is missing')
    return {
        name: _convert(each, fields[name].hint, f"{path}.{name}") if name in fields else each
        for name, each in value.items()
        if each is not None
    }
