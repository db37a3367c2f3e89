"""Callback data <-> what a button does. Stateless: the data says everything, 64 bytes at most.

Anyone may send any data, so reading it never fails and never trusts it.
"""

import re
from dataclasses import dataclass

_DATA = re.compile(r"([uf]):([0-9a-f]{16}):([0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Unfold:
    """Show an excerpt with the text round it, or (``fold``) without again."""

    generation: str
    passage_id: str
    fold: bool

    @property
    def data(self) -> str:
        """The callback data, 31 bytes."""
        return f"{'f' if self.fold else 'u'}:{self.generation}:{self.passage_id}"


def read_press(data: str | None) -> Unfold | None:
    """Read callback data; ``None`` for anything that no button of ours holds."""
    match = _DATA.fullmatch(data or "")
    return Unfold(match[2], match[3], fold=match[1] == "f") if match else None
