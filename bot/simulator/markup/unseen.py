"""Card numbers and times of media: clients make them clickable, bots are not told of them.

They matter all the same: where one begins first, no link that overlaps it is found.
"""

import re
import unicodedata
from collections.abc import Iterator

_RUN = re.compile(r"[0-9][0-9 -]*")
_TIMES = re.compile(r"[0-9:]+")
_CARD_SIZES = range(13, 20)
_SHORTEST_CONTINUOUS = 16
_MASTERCARD = (range(51, 56), range(2221, 2721))
_MIR = range(2200, 2205)


def find_unseen(text: str) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of each card number and each time of media."""
    yield from _cards(text)
    yield from _times(text)


def _cards(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    while (match := _RUN.search(text, position)) is not None:
        start, end = match.span()
        before = text[start - 1 : start]
        position = end
        if before and (before in ".,+-_" or unicodedata.category(before)[0] == "L"):
            continue
        end = position = _end_of_card(text, start, end)
        number = text[start:end].rstrip(" -")
        after = text[start + len(number) : start + len(number) + 1]
        if after and (after in "-_" or unicodedata.category(after)[0] == "L"):
            continue
        digits = re.sub(r"[ -]", "", number)
        if len(digits) in _CARD_SIZES and len(number) < 2 * len(digits) and _is_card(digits):
            yield start, start + len(number)


def _end_of_card(text: str, start: int, end: int) -> int:
    """A number without spaces ends at the first one, if it is as long as most cards are."""
    space = text.find(" ", start, end)
    is_continuous = space > 0 and text[start:space].isdigit()
    if is_continuous and _SHORTEST_CONTINUOUS <= space - start < _CARD_SIZES.stop:
        return space
    return end


def _is_card(digits: str) -> bool:
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits))]
    if sum(value - 9 if value > 9 else value for value in doubled) % 10:
        return False
    two, four = int(digits[:2]), int(digits[:4])
    if digits[0] == "4":
        return len(digits) in (13, 16, 18, 19)
    if two in _MASTERCARD[0] or four in _MASTERCARD[1] or four in _MIR:
        return len(digits) == 16
    if two in (34, 37):
        return len(digits) == 15
    return two not in (62, 81) or len(digits) >= 16


def _times(text: str) -> Iterator[tuple[int, int]]:
    for match in _TIMES.finditer(text):
        start, end = match.span()
        if ":" not in match[0] or any(
            map(_is_word, (text[start - 1 : start], text[end : end + 1]))
        ):
            continue
        *before, seconds = match[0].split(":")
        if len(seconds) == 2 and int(seconds) < 60 and _is_before_seconds(before):
            yield start, end


def _is_before_seconds(parts: list[str]) -> bool:
    if len(parts) == 1:
        return 1 <= len(parts[0]) <= 4
    if len(parts) != 2 or not all(1 <= len(part) <= 2 for part in parts):
        return False
    return int(parts[1]) < 60


def _is_word(character: str) -> bool:
    return character == "_" or (character != "" and unicodedata.category(character)[0] in "LN")
