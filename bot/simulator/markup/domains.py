"""Top-level domains after which Telegram makes a link without a protocol.

``domains.txt`` lists those of the public suffix list that TDLib 1.8.69 takes for one, among them
those that turn file names into links (``README.md``, ``main.py``, ``notes.ru``, ``x.zip``).
"""

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("domains.txt")


def is_common_domain(name: str) -> bool:
    """Tell whether Telegram takes the name for a top-level domain, in lower or in upper case."""
    lowered = name.lower()
    if lowered != name and lowered[1:] == name[1:]:
        # "Text.Next sentence" is not a link although .next is a domain.
        return False
    return lowered in _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(_FILE.read_text("utf-8").split())
