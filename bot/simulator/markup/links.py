"""Which addresses Telegram accepts in ``<a href="...">``; the others it drops silently."""

import re
from urllib.parse import parse_qs

_PROTOCOL = re.compile(r"(?P<name>[^:]*)://", re.DOTALL)
_OWN_SCHEMES = ("tg:", "ton:", "tonsite:")
_LARGEST_PORT = 65535
_ALLOWED = frozenset(".-_!$,~*'();&+=")
_SPACES = " \t\r\n\0\v"


def mentioned_user(address: str) -> int | None:
    """Return the user id of a ``tg://user?id=...`` address, if it is one."""
    if not address.lower().startswith("tg:"):
        return None
    path, _, query = address[3:].removeprefix("//").partition("?")
    if path.rstrip("/") != "user":
        return None
    value = parse_qs(query.partition("#")[0]).get("id", [""])[0]
    return int(value) if value.isascii() and value.isdigit() and int(value) > 0 else None


def check_link(address: str) -> str | None:
    """Return the address as Telegram stores it, or None if it would drop the link."""
    scheme = next((s for s in _OWN_SCHEMES if address.lower().startswith(s)), None)
    if scheme is not None:
        return _check_own_link(scheme, address[len(scheme) :].removeprefix("//"))
    parts = _split(address)
    if parts is None:
        return None
    protocol, authority, path = parts
    return f"{protocol}://{authority}{path}" if "." in authority or "[" in authority else None


def _check_own_link(scheme: str, rest: str) -> str | None:
    if "://" in rest.partition("?")[0] or "@" in rest.partition("?")[0] or _split(rest) is None:
        return None
    return f"{scheme}//{rest.rstrip(_SPACES)}"


def _split(address: str) -> tuple[str, str, str] | None:
    protocol = "http"
    match = _PROTOCOL.match(address)
    if match is not None:
        protocol = match["name"].lower()
        if protocol not in ("http", "https"):
            return None
        address = address[match.end() :]
    end = next((i for i, character in enumerate(address) if character in "/?#"), len(address))
    authority = _check_authority(address[:end])
    if authority is None:
        return None
    path = "".join(
        f"%{ord(character):02X}" if character <= " " else character
        for character in address[end:].rstrip(_SPACES)
    )
    return protocol, authority, path if path.startswith("/") else "/" + path


def _check_authority(authority: str) -> str | None:
    user, at, host_and_port = authority.rpartition("@")
    host, colon, port = host_and_port.rpartition(":")
    if not colon or "]" in port:
        host, colon, port = host_and_port, "", ""
    port = port.lstrip("0")
    if colon and not (port.isascii() and port.isdigit() and int(port) <= _LARGEST_PORT):
        return None
    is_ipv6 = host.startswith("[") and host.endswith("]")
    if host in ("", ".") or not (is_ipv6 or _is_clean(host)) or not _is_clean(user, extra=":"):
        return None
    return f"{user}{at}{host.lower()}{colon}{port}"


def _is_clean(part: str, extra: str = "") -> bool:
    without_escapes = re.sub(r"%[0-9A-Fa-f]{2}", "", part)
    return all(
        character.isalnum() or ord(character) >= 0x80 or character in _ALLOWED or character in extra
        for character in without_escapes
    )
