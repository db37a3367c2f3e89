"""OpenCC's phrases and a dictionary -> ``retrieval/regional.txt``: what each side says otherwise.

OpenCC knows Taiwan's words for the mainland's and the reverse; asked about every word of jieba's
dictionary it tells those pairs. Pairs that follow from a shorter one, that differ in script alone,
or that are of different lengths are left out.
"""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from retrieval.regional import FILE
from retrieval.text import fold, is_cjk

_LONGEST = 5


def make_regional(file: Path = FILE) -> None:
    """Write the pairs, a line each: the mainland's word, then Taiwan's, both folded."""
    pairs = sorted(set(_pairs()), key=lambda pair: (len(pair[0]), pair))
    kept: list[tuple[str, str]] = []
    for mainland, taiwan in pairs:
        if not _follows(mainland, taiwan, kept):
            kept.append((mainland, taiwan))
    file.write_text("".join(f"{mainland} {taiwan}\n" for mainland, taiwan in kept), "utf-8")


def _follows(mainland: str, taiwan: str, kept: Sequence[tuple[str, str]]) -> bool:
    """Whether a pair is made of others."""
    word = mainland
    for one, other in kept:
        if one in mainland and other in taiwan:
            word = word.replace(one, other)
    return word == taiwan


def _pairs() -> Iterator[tuple[str, str]]:
    from opencc import OpenCC

    traditional, to_taiwan = OpenCC("s2t").convert, OpenCC("s2twp").convert
    to_mainland, script_alone = OpenCC("tw2sp").convert, OpenCC("tw2s").convert
    for word in _words():
        written = traditional(word)
        plain = script_alone(written)
        for mainland, taiwan in ((to_mainland(written), plain), (plain, fold(to_taiwan(word)))):
            pair = fold(mainland), fold(script_alone(traditional(taiwan)))
            is_chinese = all(map(is_cjk, "".join(pair)))
            if is_chinese and pair[0] != pair[1] and len(pair[0]) == len(pair[1]):
                yield pair


def _words() -> Iterator[str]:
    """Words of two to five characters."""
    for line in (files("jieba") / "dict.txt").read_text("utf-8").splitlines():
        word = fold(line.split()[0])
        if 2 <= len(word) <= _LONGEST:
            yield word
