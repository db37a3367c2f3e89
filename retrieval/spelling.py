"""A typo, a homophone in a name, a word of Taiwan -> the form that the documents have.

Only what stands nowhere is mended: a word of Taiwan («数位») by the mainland's («数字»), or the
other way round; a Chinese character beside a rare one, the two being no pair of the documents and
no common word, by one that sounds alike; a latin word that is unknown, by one of the documents a
single letter away.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from retrieval.regional import exchange
from retrieval.text import CJK
from retrieval.weighting import Frequencies

_LONGEST = 100
"""Characters beyond which a text is pasted, not typed."""
FILE = Path(__file__).parent / "homophones.txt"
_RUN = re.compile(f"[{CJK}]{{2,}}")
_LATIN = re.compile(r"(?<![a-z0-9])[a-z]{5,20}(?![a-z0-9])")
_RARE = 0.002
"""Share of general passages up to which a character may well be part of a name."""
_EVERYWHERE = 0.2
"""Share of general passages from which a character hardly is a typo: «是», «于», «的»."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

Frequency = Callable[[str], int]
"""In how many passages a term stands."""


@cache
def homophones() -> dict[str, str]:
    """For each character those that sound alike, the most used first."""
    alike: defaultdict[str, str] = defaultdict(str)
    for line in FILE.read_text("utf-8").splitlines():
        for char in line:
            alike[char] += line.replace(char, "")
    return dict(alike)


def mend(content: str, frequency: Frequency, general: Frequencies) -> str:
    """Mend what is misspelt in the content of a question; the length stays that of the content.

    Args:
        content: Folded text without the words of asking.
        frequency: Tells of the documents.
        general: Tells of general text.
    """
    if len(content) > _LONGEST:
        return content
    mended = _RUN.sub(lambda run: exchange(run.group(), frequency), content)
    mended = _RUN.sub(lambda run: _mend_run(run.group(), frequency, general), mended)
    return _LATIN.sub(lambda word: _mend_word(word.group(), frequency, general), mended)


def _mend_run(run: str, frequency: Frequency, general: Frequencies) -> str:
    chars = list(run)
    for place, char in enumerate(run):
        text = "".join(chars)
        if general.share(char) > _EVERYWHERE or any(
            frequency(pair) or pair in general.shares for pair in _pairs(text, place)
        ):
            continue
        sides = [side for side in (place - 1, place + 1) if _is_of_a_name(text, side, general)]
        best = max(
            homophones().get(char, ""),
            key=lambda other: _standing(text, place, other, sides, frequency),
            default=char,
        )
        if _standing(text, place, best, sides, frequency):
            chars[place] = best
    return "".join(chars)


def _is_of_a_name(text: str, place: int, general: Frequencies) -> bool:
    """Whether a character is rare, and no common word explains why it stands there."""
    if not 0 <= place < len(text) or general.share(text[place]) > _RARE:
        return False
    return not any(pair in general.shares for pair in _pairs(text, place))


def _pairs(text: str, place: int) -> Iterator[str]:
    if place:
        yield text[place - 1 : place + 1]
    if place + 1 < len(text):
        yield text[place : place + 2]


def _standing(text: str, place: int, other: str, sides: Sequence[int], frequency: Frequency) -> int:
    """In how many passages the pairs of another character with its neighbours stand."""
    changed = text[:place] + other + text[place + 1 :]
    return sum(frequency(changed[min(place, side) : max(place, side) + 1]) for side in sides)


def _mend_word(word: str, frequency: Frequency, general: Frequencies) -> str:
    if frequency(word) or word in general.shares:
        return word
    best = max(_near(word), key=frequency)
    return best if frequency(best) else word


def _near(word: str) -> Iterator[str]:
    """Words of the same length one letter away: another letter, or two neighbours swapped."""
    for place in range(len(word)):
        for letter in _LETTERS:
            yield word[:place] + letter + word[place + 1 :]
        if place + 1 < len(word):
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
