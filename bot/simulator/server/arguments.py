"""The checked parameters of one call, read with their types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.server.conversion import Upload


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a call says; ``method`` is spelled as in the Bot API's documentation."""

    method: str
    values: Mapping[str, Any]

    def has(self, name: str) -> bool:
        """Tell whether a parameter was given."""
        return name in self.values

    def text(self, name: str) -> str:
        """Return a string, empty if it was not given."""
        return str(self.values.get(name, ""))

    def number(self, name: str, default: int = 0) -> int:
        """Return an integer."""
        return int(self.values.get(name, default))

    def flag(self, name: str) -> bool:
        """Return a boolean, False if it was not given."""
        return bool(self.values.get(name, False))

    def chat_id(self) -> int | str:
        """Return ``chat_id``: a number, or the name of a public chat."""
        value = self.values.get("chat_id", "")
        return value if isinstance(value, int) else str(value)

    def fields(self, name: str) -> Mapping[str, Any] | None:
        """Return an object, or None if it was not given."""
        return self.values.get(name)

    def items(self, name: str) -> list[Any]:
        """Return a list, empty if it was not given."""
        return list(self.values.get(name) or [])

    def upload(self, name: str) -> Upload | None:
        """Return a file that came with the call."""
        value = self.values.get(name)
        return value if isinstance(value, Upload) else None
