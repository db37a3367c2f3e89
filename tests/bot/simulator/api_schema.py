"""Checks values against the machine-readable description of the Bot API."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[4] / "shared" / "telegram" / "api.json"
_ALWAYS = re.compile(r"always [\"“]([a-z_]+)[\"”]")
_ARRAY = "Array of "


class Schema:
    """Methods and types of the Bot API."""

    def __init__(self, file: Path = FILE) -> None:
        content = json.loads(file.read_text("utf-8"))
        self.methods: dict[str, Any] = content["methods"]
        self.types: dict[str, Any] = content["types"]

    def parameters(self, method: str) -> dict[str, bool]:
        """Parameters of a method, and whether they are required."""
        return {f["name"]: f["required"] for f in self.methods[method].get("fields", [])}

    def complaints_about_reply(self, method: str, result: object) -> list[str]:
        """What is wrong with a result."""
        return list(self._any(result, self.methods[method]["returns"], method))

    def complaints_about_call(self, method: str, parameters: dict[str, Any]) -> list[str]:
        """What is wrong with the parameters of a call, decoded from JSON."""
        return list(self._fields(parameters, self.methods[method].get("fields", []), method))

    def complaints_about(self, kind: str, value: object) -> list[str]:
        """What is wrong with an object of a type."""
        return list(self._one(value, kind, kind))

    def _any(self, value: object, kinds: list[str], path: str) -> Iterator[str]:
        complaints = [list(self._one(value, kind, path)) for kind in kinds]
        if all(complaints):
            yield from min(complaints, key=len)

    def _one(self, value: object, kind: str, path: str) -> Iterator[str]:
        if kind.startswith(_ARRAY):
            if not isinstance(value, list):
                yield f"{path}: not an array"
                return
            for index, item in enumerate(value):
                yield from self._one(item, kind.removeprefix(_ARRAY), f"{path}[{index}]")
        elif kind in self.types:
            yield from self._object(value, self.types[kind], path)
        elif not _is_plain(value, kind):
            yield f"{path}: {value!r} is no {kind}"

    def _object(self, value: object, kind: dict[str, Any], path: str) -> Iterator[str]:
        if kind["name"] == "InputFile":
            return
        if "subtypes" in kind:
            yield from self._any(value, kind["subtypes"], path)
        elif not isinstance(value, dict):
            yield f"{path}: not an object"
        else:
            yield from self._fields(value, kind.get("fields", []), path)

    def _fields(
        self, value: dict[str, Any], fields: list[dict[str, Any]], path: str
    ) -> Iterator[str]:
        known = {field["name"]: field for field in fields}
        yield from (f"{path}.{name}: unknown" for name in value.keys() - known.keys())
        for name, field in known.items():
            if name not in value:
                if field["required"]:
                    yield f"{path}.{name}: missing"
                continue
            yield from self._any(value[name], field["types"], f"{path}.{name}")
            always = _ALWAYS.search(field["description"]) if field["types"] == ["String"] else None
            if always is not None and value[name] != always[1]:
                yield f"{path}.{name}: {value[name]!r} instead of {always[1]!r}"


def _is_plain(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "Boolean"
    if kind == "Float":
        return isinstance(value, (int, float))
    return isinstance(value, {"Integer": int, "String": str, "Boolean": bool}[kind])
