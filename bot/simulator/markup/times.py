"""The tag ``<tg-time unix="..." format="...">``: a moment that each reader sees in local time."""

import re

_FORMAT = re.compile(r"[rR]?|[dDtTwW]*")
_DIGITS = re.compile(r"(-?)(\d*)", re.ASCII)
_SEPARATOR = "\n"


def add_to_time(known: str, attribute: str, value: str) -> str:
    """Return what is known of a time after one more attribute; the last of a kind counts."""
    unix, _, form = known.partition(_SEPARATOR)
    if attribute == "unix":
        unix = str(_int32(value))
    elif attribute == "format":
        form = value
    return f"{unix}{_SEPARATOR}{form}"


def check_time(known: str) -> str:
    """Return seconds and format as ``seconds:format``; empty if it is no moment.

    Raises:
        ValueError: If Telegram knows no such format.
    """
    unix, _, form = known.partition(_SEPARATOR)
    if not _FORMAT.fullmatch(form):
        raise ValueError("Invalid date format used")
    return f"{unix}:{form}" if int(unix or 0) > 0 else ""


def _int32(text: str) -> int:
    """Read leading digits as Telegram does, in 32 bits with a sign."""
    match = _DIGITS.match(text)
    sign, digits = match.groups() if match is not None else ("", "")
    value = int(digits[:1000] or 0) * (-1 if sign else 1)
    return (value + (1 << 31)) % (1 << 32) - (1 << 31)
