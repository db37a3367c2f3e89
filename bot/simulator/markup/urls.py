"""Finds web and e-mail addresses in plain text, as Telegram's clients do."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from bot.simulator.markup.domains import is_common_domain

_BAD_ENDS = ".:;,('?!`"
_NOT_IN_PATH = '\n<>"\u00ab\u00bb'
_NOT_IN_USER = _NOT_IN_PATH + "/[]{}()'`@"
_DOMAIN_ASCII = re.compile(r"[A-Za-z0-9_.~-]")
_EMAIL = re.compile(
    r"(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}"
    r"@(?:(?:[a-z0-9](?:[a-z0-9_-]{0,28}[a-z0-9])?)\.){1,6}[a-z]{2,8}",
    re.IGNORECASE | re.ASCII,
)
# Of a link to a TON site Telegram marks the last letters of the protocol, where no more follows.
_OWN_PROTOCOL = re.compile(r"(?:tg|ton|(?<=tons)ite)$", re.IGNORECASE | re.ASCII)
_OWN_HOST = re.compile(r"://([A-Z0-9_-]{1,253})", re.IGNORECASE | re.ASCII)
_IPV4 = re.compile(
    r"(?:(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\.){3}(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])"
)
_LARGEST_PORT = 65535
_LONGEST_LABEL = 63
_OPENING, _CLOSING = "([{", ")]}"


def find_urls(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield ``(start, end, is_email)`` for each address, in order of their kind."""
    yield from _own_links(text)
    for start, end in _candidates(text):
        address = text[start:end]
        mail_start = start + len("mailto:") if address.startswith("mailto:") else start
        if _EMAIL.fullmatch(text[mail_start:end]):
            yield mail_start, end, True
            continue
        size = _valid_size(address)
        if size:
            yield start, start + size, False


def _own_links(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield links of Telegram and TON; one may begin in the host of another."""
    position = 0
    # Telegram looks no further where less than the shortest link is left, in bytes.
    while len(text[position : position + 6].encode()) > len("tg://") and (
        host := _OWN_HOST.search(text, position)
    ):
        protocol = _OWN_PROTOCOL.search(text[max(0, host.start() - len("tonsite")) : host.start()])
        if protocol is None:
            position = host.start() + 1
            continue
        position = _path_end(text, host.end())
        yield host.start() - len(protocol[0]), position, False


def _is_url_symbol(character: str) -> bool:
    if "\u2000" <= character <= "\u206f":
        return character in "\u200c\u200d" or "\u2010" <= character <= "\u2015"
    return unicodedata.category(character)[0] != "Z"


def _is_domain_symbol(character: str) -> bool:
    if character < "\u00c0":
        return _DOMAIN_ASCII.match(character) is not None
    return _is_url_symbol(character)


def _is_user_symbol(character: str) -> bool:
    return character not in _NOT_IN_USER and _is_url_symbol(character)


def _is_path_symbol(character: str) -> bool:
    return character not in _NOT_IN_PATH and _is_url_symbol(character)


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN" or character == "_"


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    """Yield everything around a dot that looks like an address."""
    begin = 0
    while True:
        dot = text.find(".", begin)
        if dot < 0 or dot + 1 >= len(text):
            return
        if text[dot + 1] == " ":
            begin = dot + 2
            continue
        start, end, is_bad = _around(text, begin, dot)
        if is_bad:
            end = text.rfind(".", begin, end) + 1
        else:
            if end > dot + 1:
                yield start, end
            while text[end : end + 1] == ".":
                end += 1
        begin = max(end, dot + 1)


def _around(text: str, begin: int, dot: int) -> tuple[int, int, bool]:
    start = _back(text, begin, dot, _is_domain_symbol)
    domain_end = dot
    while domain_end < len(text) and (
        text[domain_end] == "@" or _is_domain_symbol(text[domain_end])
    ):
        domain_end += 1
    has_at = "@" in text[dot:domain_end]
    if has_at:
        start = _back(text, begin, start, _is_user_symbol)
    end = _path_end(text, _port_end(text, domain_end))
    while end > dot + 1 and text[end - 1] == ".":
        end -= 1
    is_bad = False
    if start > begin and text[start - 1] == "@":
        user = _back(text, begin, start - 1, _is_user_symbol)
        is_bad = has_at or user == start - 1
        start = user
    start, wrong_prefix = _with_protocol(text, begin, start)
    return start, end, is_bad or wrong_prefix


def _back(text: str, begin: int, position: int, accepts: Callable[[str], bool]) -> int:
    while position > begin and accepts(text[position - 1]):
        position -= 1
    return position


def _port_end(text: str, position: int) -> int:
    match = re.compile(r":0*(\d{1,5})(?!\d)", re.ASCII).match(text, position)
    if match is None or not 0 < int(match[1]) <= _LARGEST_PORT:
        return position
    return match.end()


def _path_end(text: str, position: int) -> int:
    if text[position : position + 1] not in ("/", "?", "#"):
        return position
    end = position + 1
    while end < len(text) and _is_path_symbol(text[end]):
        end += 1
    while end > position + 1 and text[end - 1] in _BAD_ENDS:
        end -= 1
    return end if text[position] == "/" or end > position + 1 else position


def _with_protocol(text: str, begin: int, start: int) -> tuple[int, bool]:
    """Include a protocol before the address; tell whether the prefix spoils it."""
    if start == begin:
        return start, False
    prefix = text[begin:start]
    if len(prefix.encode()) < len("ftp://") or not prefix.endswith("://"):
        return start, _is_word(prefix[-1]) or prefix[-1] in "/#@"
    name_start = _back(text, begin, start - 3, _is_protocol_symbol)
    protocol = text[name_start : start - 3].lower()
    if protocol.endswith("https") or (protocol.endswith("http") and protocol != "shttp"):
        return start - (8 if protocol.endswith("https") else 7), False
    if protocol.endswith("ftp") and protocol not in ("tftp", "sftp"):
        return start - 6, False
    if protocol.endswith("tonsite"):
        return start - 10, False
    return start, True


def _is_protocol_symbol(character: str) -> bool:
    if character < "\x80":
        return character.isalnum() or character in "+-"
    return unicodedata.category(character)[0] != "Z"


def _valid_size(address: str) -> int:
    """Return how much of the address is a link, 0 if none of it is."""
    match = re.match(r"(?:https?|ftp|tonsite)://", address, re.IGNORECASE | re.ASCII)
    protocol = match.end() if match else 0
    rest = address[protocol:]
    domain_end = next((i for i, c in enumerate(rest) if c in "/?#"), len(rest))
    domain = rest[:domain_end]
    domain = domain[domain.find("@") + 1 :]
    domain = domain[: domain.rfind(":")] if ":" in domain else domain
    if not _is_valid_domain(domain, has_protocol=match is not None):
        return 0
    return protocol + domain_end + _balanced(rest[domain_end:])


def _balanced(path: str) -> int:
    depth = dict.fromkeys(_OPENING, 0)
    size = len(path)
    for index, character in enumerate(path):
        if character in _OPENING:
            depth[character] += 1
        elif character in _CLOSING:
            opening = _OPENING[_CLOSING.index(character)]
            depth[opening] -= 1
            if depth[opening] < 0:
                size = index
                break
    while size > 0 and path[size - 1] in _BAD_ENDS:
        size -= 1
    return size


def _is_valid_domain(domain: str, *, has_protocol: bool) -> bool:
    labels = domain.split(".")
    if len(labels) == 1 or domain.lower() == "teiegram.org":
        return False
    if any(
        not label or len(label.encode()) > _LONGEST_LABEL or label.endswith("-") for label in labels
    ):
        return False
    if _IPV4.fullmatch(domain):
        return True
    if all(character in "0123456789." for character in domain):
        return False
    return _is_valid_top(labels[-1], has_protocol=has_protocol) and "_" not in labels[-2]


def _is_valid_top(top: str, *, has_protocol: bool) -> bool:
    if len(top) == 1:
        return False
    if top.startswith("xn--"):
        return re.fullmatch(r"[A-Za-z0-9]{2,}", top[4:]) is not None
    return "_" not in top and "-" not in top and (has_protocol or is_common_domain(top))
