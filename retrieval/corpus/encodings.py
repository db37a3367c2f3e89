"""Bytes -> text, by what the bytes say; never by hope.

A byte order mark, or bytes that are strictly UTF-8, leave no doubt. GB18030 and Big5 overlap: each
decodes much of the other into rare characters, so the one that gives common characters is taken
(those of level 1 of GB 2312 and of Big5, which their own bytes tell). All else is asked of
charset-normalizer.
"""

import codecs
import re
from functools import lru_cache
from typing import NamedTuple

from retrieval.errors import CorpusError
from retrieval.text import is_cjk

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with BOM"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_CHINESE = (("gb18030", "GB18030"), ("big5hkscs", "Big5"), ("cp950", "Big5"))
_SAMPLE = 200_000
"""Bytes that are looked at where the text is longer."""
_COMMON_SHARE = 0.7
"""Chinese text has at least so many common characters; measured: .93 and more in open text."""
_NULL_SHARE = 0.2
"""Of two bytes, ASCII in UTF-16 has one that is 0."""
_WESTERN = ("cp125", "cp85", "iso8859", "latin", "mac_", "hp_")
_ACCENTED_SHARE = 0.25
"""Of the bytes of a Western text, fewer are beyond ASCII."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_SHARE = 0.01


class Decoded(NamedTuple):
    """Text, and the name of the encoding that it was found in."""

    text: str
    encoding: str


def decode(raw: bytes) -> Decoded:
    """Decode a text file, whatever its encoding.

    Raises:
        CorpusError: The bytes are no text, or of no encoding that can be told.
    """
    found = _decode_marked(raw) or _decode_unmarked(raw)
    if found is None:
        raise CorpusError("no encoding gives text; save it as UTF-8")
    controls = len(_CONTROL.findall(found.text, 0, _SAMPLE))
    if controls > _CONTROL_SHARE * min(len(found.text), _SAMPLE):
        raise CorpusError("binary, not text")
    return found


def _decode_marked(raw: bytes) -> Decoded | None:
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            text = raw[len(mark) :].decode(codec, errors="replace")
            return Decoded(text, name)
    return None


def _decode_unmarked(raw: bytes) -> Decoded | None:
    if (wide := _wide_codec(raw)) and (text := _strictly(raw, wide)) is not None:
        return Decoded(text, "UTF-16")
    if (text := _strictly(raw, "utf-8")) is not None:
        return Decoded(text, "UTF-8")
    return _decode_chinese(raw) or _decode_torn(raw) or _decode_other(raw)


def _wide_codec(raw: bytes) -> str:
    """UTF-16 without a mark: text of any language has ASCII in it, if only its line ends."""
    sample = raw[:_SAMPLE]
    if len(raw) % 2 or not sample:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < _NULL_SHARE * len(sample) / 2:
        # Chinese text alone: hardly a byte is 0, but common characters are told by their pairs.
        best = max(("utf-16-le", "utf-16-be"), key=lambda codec: _commonness(sample, codec))
        return best if 0 in sample and _commonness(sample, best) > _COMMON_SHARE else ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_chinese(raw: bytes) -> Decoded | None:
    sample = raw[:_SAMPLE]
    scored = sorted(
        ((_commonness(sample, codec), codec, name) for codec, name in _CHINESE), reverse=True
    )
    for share, codec, name in scored:
        if share < _COMMON_SHARE:
            return None
        if (text := _strictly(raw, codec)) is not None:
            return Decoded(text, name)
    return None


def _decode_torn(raw: bytes) -> Decoded | None:
    """UTF-8 or Chinese with a few broken bytes: cut off at its end, or damaged."""
    for codec, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030"), ("big5hkscs", "Big5")):
        text = raw.decode(codec, errors="replace")
        if text.count("\ufffd") <= 1 + len(text) // 1000 and _is_chinese(text[:_SAMPLE]):
            return Decoded(text, f"{name}, damaged")
    return None


def _decode_other(raw: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:_SAMPLE]).best()
    if best is None or best.encoding in ("utf_16", "utf_32"):
        return None
    foreign = sum(byte > 0x7F for byte in raw[:_SAMPLE]) / min(len(raw), _SAMPLE)
    # A few letters with accents are alike in many encodings: the usual one is meant.
    western = best.encoding.startswith(_WESTERN) and foreign < _ACCENTED_SHARE
    for codec in ("cp1252", best.encoding) if western else (best.encoding,):
        if (text := _strictly(raw, codec)) is not None:
            return Decoded(text, codec.replace("_", "-"))
    return None


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


def _is_chinese(text: str) -> bool:
    characters = [char for char in text if char > "\x7f"]
    return bool(characters) and _common_share(characters) > _COMMON_SHARE


def _commonness(sample: bytes, codec: str) -> float:
    """How common the characters are that a codec finds, 0 to 1; 0 where it finds rubbish."""
    text = sample.decode(codec, errors="replace")
    characters = [char for char in text if char > "\x7f"]
    if not characters or text.count("\ufffd") > 1 + len(text) // 1000:
        return 0.0
    return _common_share(characters)


def _common_share(characters: list[str]) -> float:
    return sum(map(_is_common, characters)) / len(characters)


@lru_cache(maxsize=1 << 16)
def _is_common(char: str) -> bool:
    """Whether a character is on level 1 of GB 2312 or Big5, or punctuation of Chinese text."""
    if not is_cjk(char):
        return char in "，。、；：？！“”‘’（）《》〈〉「」『』【】—…·％　～ \u3000①②③④⑤"
    return _lead(char, "gb2312") <= 0xD7 or 0xA4 <= _lead(char, "big5") <= 0xC6


def _lead(char: str, codec: str) -> int:
    try:
        return char.encode(codec)[0]
    except UnicodeEncodeError:
        return 0xFF
