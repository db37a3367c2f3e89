"""Which addresses Telegram accepts in ``<a href="...">``; the others it drops silently."""

import re
from ipaddress import IPv6Address

from bot.simulator.markup.reader import lower

_USER = re.compile(r"tg:(?://)?user/?\?(?P<query>[^#]*)", re.DOTALL)
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_LARGEST_USER_ID = (1 << 40) - 1
_PLAIN_HOST = re.compile(r"[A-Za-z0-9_-]+")
_DOTTED_HOST = re.compile(r"[A-Za-z0-9_.-]+")
_PROTOCOL = re.compile(r"(?P<name>[^:/?#@\[\]]*)://")
_OWN_SCHEMES = ("tg:", "ton:", "tonsite:")
_LARGEST_PORT = 65535
_ALLOWED = frozenset(".-_!$,~*'();&+=")
_SPACES = " \t\r\n\0\v"


def mentioned_user(address: str) -> int | None:
    """Return the user id of a ``tg://user?id=...`` address, if it is one."""
    match = _USER.match(address.lower())
    if match is None:
        return None
    pairs = (pair.partition("=") for pair in match["query"].split("&"))
    value = next((value for name, _, value in pairs if name == "id"), "")
    if not _NUMBER.fullmatch(value) or int(value) > _LARGEST_USER_ID:
        return None
    return int(value)


def check_link(address: str) -> str | None:
    """Return the address as Telegram stores it, or None if it would drop the link."""
    scheme = next((s for s in _OWN_SCHEMES if address.lower().startswith(s)), None)
    if scheme is not None:
        return _check_own_link(scheme, address[len(scheme) :].removeprefix("//"))
    parts = _split(address)
    if parts is None:
        return None
    protocol, authority, path = parts
    host = authority.rpartition("@")[2]
    return f"{protocol}://{authority}{path}" if "." in host or "[" in host else None


def _check_own_link(scheme: str, rest: str) -> str | None:
    parts = _split(rest)
    if parts is None or rest.lower().startswith("http://"):
        return None
    protocol, host, path = parts
    if protocol != "http" or any(character in host for character in "@:["):
        return None
    if not (_DOTTED_HOST if scheme == "tonsite:" else _PLAIN_HOST).fullmatch(host):
        return None
    return f"{scheme}//{host}{path.removeprefix('/') if path.startswith('/?') else path}"


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
    if host in ("", ".") or not (_is_ipv6(host) or _is_clean(host)):
        return None
    if not _is_clean(user, extra=":"):
        return None
    return f"{user}{at if user else ''}{lower(host)}{colon}{port}"


def _is_ipv6(host: str) -> bool:
    if not (host.startswith("[") and host.endswith("]")) or "%" in host:
        return False
    try:
        IPv6Address(host[1:-1])
    except ValueError:
        return False
    return True


def _is_clean(part: str, extra: str = "") -> bool:
    without_escapes = re.sub(r"%[0-9A-Fa-f]{2}", "", part)
    return all(
        character.isalnum() or ord(character) >= 0x80 or character in _ALLOWED or character in extra
        for character in without_escapes
    )
