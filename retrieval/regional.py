"""A word of Taiwan that no document has -> the mainland's («数位» -> «数字»), or the reverse.

Only words of one length are exchanged, so that offsets stay true.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "regional.txt"
_SHORTEST = 2


@cache
def counterparts() -> dict[str, tuple[str, ...]]:
    """For each word, folded, those that the other side says for it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in FILE.read_text("utf-8").splitlines():
        one, other = line.split()
        found[one].append(other)
        found[other].append(one)
    return {word: tuple(others) for word, others in found.items()}


@cache
def _longest() -> int:
    return max(map(len, counterparts()))


def exchange(run: str, frequency: Callable[[str], int]) -> str:
    """Take the other side's word where a run of Chinese has one that the documents lack.

    Args:
        run: Folded Chinese characters; the result has as many.
        frequency: In how many passages a pair of characters stands.
    """
    place = 0
    while place < len(run):
        word, other = next(_missing(run, place, frequency), (run[place], run[place]))
        run = run[:place] + other + run[place + len(word) :]
        place += len(word)
    return run


def _missing(run: str, place: int, frequency: Callable[[str], int]) -> Iterator[tuple[str, str]]:
    """Words that begin at a place and stand nowhere, longest first, with one that does."""
    for end in range(min(place + _longest(), len(run)), place + _SHORTEST - 1, -1):
        word = run[place:end]
        if word in counterparts() and not _stands(word, frequency):
            for other in counterparts()[word]:
                if _stands(other, frequency):
                    yield word, other


def _stands(word: str, frequency: Callable[[str], int]) -> bool:
    return all(frequency(word[at : at + 2]) for at in range(len(word) - 1))
