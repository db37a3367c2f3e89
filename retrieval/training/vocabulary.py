"""Clean documents -> a Unigram tokenizer of Chinese words and characters, latin words and pieces.

Texts are folded before they reach the tokenizer, in training and at query time, so it needs no
normaliser. Tokens never cross whitespace, punctuation, or the border between scripts; punctuation
itself gives none. A character that was never seen falls back to its bytes: nothing is unknown.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import jieba
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from retrieval.text import fold, is_cjk
from retrieval.training.sources import CleanDocument

UNKNOWN = "[UNK]"
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Chinese; other letters with their marks; digits; then signs that mean something (c++, 50%, ℃).
_PIECES = rf"[{_CJK}]+|[^\W\d_{_CJK}]+|\d+|[%#&@+=$]|\p{{S}}"
_WORD = re.compile(rf"[{_CJK}]+|[^\W\d_{_CJK}]+|\d+")
_CHINESE_WORD = re.compile(rf"[{_CJK}]{{2,4}}")
_LATIN = re.compile(r"[a-z]+")
_FIRST_CHINESE, _LAST_CHINESE = 0x4E00, 0x9FFF
_LONGEST_CHINESE = 4
_YEARS = range(1000, 2100)


def count_words(documents: Iterable[CleanDocument]) -> Counter[str]:
    """Count the words that jieba finds in Chinese, latin words and numbers; each in folded form."""
    jieba.setLogLevel("WARNING")
    counts: Counter[str] = Counter()
    for document in documents:
        for text in _texts(document):
            for run in _WORD.findall(text):
                counts.update(jieba.cut(run) if is_cjk(run[0]) else [run])
    return counts


def with_general_words(words: Counter[str]) -> Counter[str]:
    """Give everyday Chinese words the counts that they would have in general text of this size.

    Law and software texts hardly say «明天» or «房价»; people ask with such words. Frequencies are
    those of PyPI ``wordfreq``; the higher count stands.
    """
    from wordfreq import get_frequency_dict

    total = words.total()
    joined = Counter(words)
    for word, frequency in get_frequency_dict("zh", wordlist="large").items():
        folded = fold(word)
        count = round(frequency * total)
        if count > joined[folded] and _CHINESE_WORD.fullmatch(folded):
            joined[folded] = count
    return joined


def unmet_characters(words: Counter[str]) -> frozenset[str]:
    """Chinese characters that stand in no word at all: rare names, of which nothing is learnt."""
    met = {char for word in words for char in word}
    return frozenset(_block()) - met


def build_tokenizer(words: Counter[str], *, size: int) -> Tokenizer:
    """Make a tokenizer of ``size`` tokens from counted words.

    Words keep their corpus frequencies as log-probabilities. Characters that are no words by
    themselves weigh as little as a word that was seen half a time, so that a known word is
    never taken apart and an unknown one always can be.
    """
    floor = math.log(0.5 / max(words.total(), 1))
    vocabulary: dict[str, float] = {UNKNOWN: floor - 10}
    vocabulary |= {f"<0x{byte:02X}>": floor - 10 for byte in range(256)}
    for text in _always(words):
        vocabulary[text] = floor
    for word in _latin_pieces(words):
        vocabulary.setdefault(word, floor)
    for word, count in _ranked(words):
        if word not in vocabulary and len(vocabulary) >= size:
            continue
        vocabulary[word] = math.log(count / words.total())
    model = models.Unigram(list(vocabulary.items()), unk_id=0, byte_fallback=True)
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_PIECES), "removed", invert=True)
    return tokenizer


def _texts(document: CleanDocument) -> Iterator[str]:
    yield document.title
    for section in document.sections:
        yield from section.headings[-1:]
        yield from section.paragraphs


def _always(words: Counter[str]) -> list[str]:
    """Characters and numbers that are tokens whether seen or not."""
    # Folding leaves a part of the block: the traditional characters never reach the tokenizer.
    ascii_signs = [chr(code) for code in range(0x21, 0x7F) if not chr(code).isupper()]
    seen = sorted({char for word in words for char in word})
    numbers = [str(number) for number in (*range(1000), *_YEARS)]
    return list(dict.fromkeys([*_block(), *ascii_signs, *seen, *numbers]))


def _block() -> list[str]:
    return [fold(chr(code)) for code in range(_FIRST_CHINESE, _LAST_CHINESE + 1)]


def _latin_pieces(words: Counter[str], *, kept: int = 1500) -> list[str]:
    """Find the most common pieces of two to four letters: what unknown latin words are made of."""
    pieces: Counter[str] = Counter()
    for word, count in words.items():
        if _LATIN.fullmatch(word):
            weight = min(count, 20)
            for length in (2, 3, 4):
                for start in range(len(word) - length + 1):
                    pieces[word[start : start + length]] += weight * length
    return [piece for piece, _ in _ranked(pieces)[:kept]]


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """Most frequent first, ties by code point; no overlong Chinese words."""
    kept = (
        (word, count)
        for word, count in counts.items()
        if len(word) <= _LONGEST_CHINESE or word.isascii()
    )
    return sorted(kept, key=lambda item: (-item[1], item[0]))
