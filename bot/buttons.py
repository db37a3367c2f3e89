"""Callback data <-> what a button does. Stateless: the data says everything, 64 bytes at most.

Passages are named by their ids, which stay the same while their document does: a button works
after a restart and after an index was built anew. Anyone may send any data, so reading it never
fails and never trusts it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields

_ID = r"[\w-]{1,24}"


@dataclass(frozen=True, slots=True)
class Show:
    """Show a page of an answer, one excerpt of it in focus, with passages before and after it."""

    passage_id: str
    """In focus; empty for the page's first."""
    before: int = 0
    after: int = 0
    page: int = 0

    @property
    def data(self) -> str:
        """The callback data."""
        return f"s:{self.passage_id}:{self.before}:{self.after}:{self.page}"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """Send the document that a passage stands in."""

    passage_id: str

    @property
    def data(self) -> str:
        """The callback data."""
        return f"d:{self.passage_id}"


@dataclass(frozen=True, slots=True)
class Vote:
    """Say whether a passage was helpful."""

    passage_id: str
    is_helpful: bool

    @property
    def data(self) -> str:
        """The callback data."""
        return f"v:{self.passage_id}:{self.is_helpful:d}"


@dataclass(frozen=True, slots=True)
class Approve:
    """Let a chat in, or not."""

    chat_id: int
    is_allowed: bool

    @property
    def data(self) -> str:
        """The callback data."""
        return f"a:{self.chat_id}:{self.is_allowed:d}"


@dataclass(frozen=True, slots=True)
class Setting:
    """Set something for the chat that the button stands in."""

    name: str
    """``language``, ``threshold`` or ``collection``."""
    value: str
    """Empty for the default; a collection by its number."""

    @property
    def data(self) -> str:
        """The callback data."""
        return f"c:{self.name}:{self.value}"


@dataclass(frozen=True, slots=True)
class Remove:
    """Take an uploaded document out again."""

    digest: str
    """The first characters of the SHA-256 of its name."""

    @property
    def data(self) -> str:
        """The callback data."""
        return f"r:{self.digest}"


Press = Show | OpenFile | Vote | Approve | Setting | Remove

_FORMS: dict[str, tuple[re.Pattern[str], Callable[..., Press]]] = {
    "s": (re.compile(rf"s:({_ID}|):(\d):(\d):(\d\d?)", re.ASCII), Show),
    "d": (re.compile(rf"d:({_ID})", re.ASCII), OpenFile),
    "v": (re.compile(rf"v:({_ID}):([01])", re.ASCII), Vote),
    "a": (re.compile(r"a:(-?\d{1,16}):([01])", re.ASCII), Approve),
    "c": (re.compile(r"c:(language|threshold|collection):([\w.]{0,16})", re.ASCII), Setting),
    "r": (re.compile(r"r:([0-9a-f]{16})", re.ASCII), Remove),
}
_READERS: dict[object, Callable[[str], object]] = {
    int: int,
    bool: lambda digit: digit == "1",
    str: str,
}


def read_press(data: str | None) -> Press | None:
    """Read callback data; ``None`` for anything that no button of ours holds."""
    pattern, form = _FORMS.get((data or "")[:1], (None, None))
    match = pattern.fullmatch(data or "") if pattern else None
    if match is None or form is None:
        return None
    types = (field.type for field in fields(form))  # type: ignore[arg-type]
    return form(*(_READERS[type_](part) for type_, part in zip(types, match.groups(), strict=True)))
