"""Bytes -> text, by what the bytes say; never by hope.

A byte order mark, or bytes that are strictly UTF-8, leave no doubt. GB18030 and Big5 overlap: each
decodes much of the other into rare characters, so the one that gives common characters is taken
(those of level 1 of GB 2312 and of Big5, which their own bytes tell). All else is asked of
charset-normalizer.
"""

import codecs
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from retrieval.errors import CorpusError
from retrieval.text import CJK, is_cjk

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with BOM"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_CHINESE = (("gb18030", "GB18030"), ("big5hkscs", "Big5"), ("cp950", "Big5"))
_WIDE = ("utf-16-le", "utf-16-be")
_SAMPLE = 200_000
"""Bytes that are looked at where the text is longer."""
_COMMON_SHARE = 0.7
"""Chinese text has at least so many common characters; measured: .93 and more in open text."""
_READABLE_SHARE = 0.85
"""Of the characters of UTF-16 without a mark, so many are what people write."""
_MISREADINGS = (
    ("gb18030", "utf-8"),
    ("big5hkscs", "utf-8"),
    ("gb18030", "big5hkscs"),
    ("big5hkscs", "gb18030"),
)
"""What text was read as, and what it was written in."""
_MISREAD_SAMPLE = 4000
_MEANT_SHARE = 0.8
_CJK = re.compile(f"[{CJK}]")
_BROKEN = re.compile("\ufffd+")
_WHOLE = 20
"""Characters beyond ASCII that are whole, for each place that is broken."""
_KANA = re.compile("[\u3041-\u30fa]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_SPACED = re.compile("(?:[\uac00-\ud7a3]{1,7}[,.]? ){4}")
_OTHERS = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_15", "koi8_r", "cp866", "mac_roman"),
    *("shift_jis", "cp932", "euc_jp", "iso2022_jp", "cp949", "euc_kr", "tis_620"),
    *("utf_16_le", "utf_16_be", "gb18030", "big5hkscs"),
]
"""What else text is found in; of all that exist, some would make text of any bytes."""
_SCRIPTS = 3
"""That a text mixes: kana of two kinds and characters, say."""
_STRANGE_SHARE = 0.3
"""Of the letters beyond ASCII, rare characters and those of further scripts."""
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
    if _is_binary(found.text):
        raise CorpusError("binary, not text")
    return found


def is_misread(text: str) -> bool:
    """Whether Chinese text was once decoded by the wrong one of its encodings: 娓旈槼 for 渔阳."""
    found = _CJK.findall(text, 0, _MISREAD_SAMPLE)
    if not found or _common_share(found) > _COMMON_SHARE:
        return False
    meant = (_decoded_again(text[:_MISREAD_SAMPLE], *pair) for pair in _MISREADINGS)
    return any(
        len(chars) > len(found) / 3 and _common_share(chars) > _MEANT_SHARE for chars in meant
    )


def _decoded_again(text: str, read_as: str, written_in: str) -> list[str]:
    return _CJK.findall(text.encode(read_as, "ignore").decode(written_in, "ignore"))


def _decode_marked(raw: bytes) -> Decoded | None:
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            text = raw[len(mark) :].decode(codec, errors="replace")
            return Decoded(text, name)
    return None


def _decode_unmarked(raw: bytes) -> Decoded | None:
    plain = _decoded(raw, "utf-8", "UTF-8")
    if plain and not _is_binary(plain.text):
        return plain
    told = _decode_wide(raw) or _decode_broken(raw) or _decode_neighbour(raw)
    return told or _decode_chinese(raw) or plain or _decode_torn(raw) or _decode_other(raw)


def _decode_wide(raw: bytes) -> Decoded | None:
    """UTF-16 without a mark: as such its characters are common ones, as little else's are."""
    whole = raw[: len(raw) // 2 * 2]
    shares = {codec: _readable_share(whole[:_SAMPLE].decode(codec, "replace")) for codec in _WIDE}
    best = max(shares, key=lambda codec: shares[codec])
    name = "UTF-16" if whole == raw else "UTF-16, damaged"
    return _decoded(whole, best, name) if shares[best] > _READABLE_SHARE else None


def _decode_chinese(raw: bytes) -> Decoded | None:
    sample = raw[:_SAMPLE]
    scored = [(_commonness(sample, codec), codec, name) for codec, name in _CHINESE]
    for share, codec, name in sorted(scored, key=lambda score: -score[0]):
        if share < _COMMON_SHARE:
            return None
        if found := _decoded(raw, codec, name):
            return found
    return None


def _decode_broken(raw: bytes) -> Decoded | None:
    """UTF-8 with broken bytes here and there: hardly any others give whole characters of it."""
    text = raw.decode("utf-8", errors="replace")
    breaks = len(_BROKEN.findall(text))
    whole = sum(char > "\x7f" for char in text) - text.count("\ufffd")
    return Decoded(text, "UTF-8, damaged") if 0 < breaks * _WHOLE < whole else None


def _decode_neighbour(raw: bytes) -> Decoded | None:
    """Japanese and Korean whose bytes are common Chinese characters, too."""
    if (japanese := _decoded(raw, "euc_jp", "EUC-JP")) and _share(_KANA, japanese.text) > 0.3:
        return japanese
    korean = _decoded(raw, "cp949", "EUC-KR")
    # Chinese is written without spaces, and stands among other signs in Korean.
    is_korean = korean and _share(_HANGUL, korean.text) > 0.95 and _SPACED.search(korean.text)
    return korean if is_korean else None


def _share(letters: re.Pattern[str], text: str) -> float:
    """Of the letters beyond ASCII."""
    foreign = sum(char > "\x7f" and char.isalpha() for char in text[:_MISREAD_SAMPLE])
    return len(letters.findall(text, 0, _MISREAD_SAMPLE)) / foreign if foreign else 0.0


def _decode_torn(raw: bytes) -> Decoded | None:
    """UTF-8 or Chinese with a few broken bytes: cut off at its end, or damaged."""
    for codec, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030"), ("big5hkscs", "Big5")):
        text = raw.decode(codec, errors="replace")
        if text.count("\ufffd") <= 1 + len(text) // 1000 and _is_chinese(text[:_SAMPLE]):
            return Decoded(text, f"{name}, damaged")
    return None


def _decode_other(raw: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:_SAMPLE], cp_isolation=_OTHERS).best()
    if best is None or not _is_plausible(str(best)):
        return None
    foreign = sum(byte > 0x7F for byte in raw[:_SAMPLE]) / min(len(raw), _SAMPLE)
    # A few letters with accents are alike in many encodings: the usual one is meant.
    western = best.encoding.startswith(_WESTERN) and foreign < _ACCENTED_SHARE
    for codec in ("cp1252", best.encoding) if western else (best.encoding,):
        if (text := _strictly(raw, codec)) is not None:
            return Decoded(text, codec.replace("_", "-"))
    return None


def _decoded(raw: bytes, codec: str, name: str) -> Decoded | None:
    text = _strictly(raw, codec)
    return None if text is None else Decoded(text, name)


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


def _is_binary(text: str) -> bool:
    controls = len(_CONTROL.findall(text, 0, _SAMPLE))
    return controls > _CONTROL_SHARE * min(len(text), _SAMPLE)


def _is_plausible(text: str) -> bool:
    """Whether the letters of a text are common ones, of no more scripts than people mix."""
    characters = [char for char in text if char > "\x7f" and char.isalpha()]
    rare = sum(is_cjk(char) and not _is_common(char) for char in characters)
    scripts = Counter(_script(char) for char in characters).most_common(_SCRIPTS)
    mixed = len(characters) - sum(count for _, count in scripts)
    return rare + mixed <= _STRANGE_SHARE * len(characters)


def _script(char: str) -> str:
    """The first word of a character's name: LATIN, CYRILLIC, HANGUL, CJK."""
    return unicodedata.name(char, "").partition(" ")[0]


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


def _readable_share(text: str) -> float:
    """The share of characters that are ASCII, common Chinese ones, or letters of one script."""
    plain = sum(char.isspace() or " " <= char <= "~" or _is_common(char) for char in text)
    scripts = Counter(_script(char) for char in text if char > "~" and not is_cjk(char))
    # Chinese in its own encodings would be Korean, and what has no name.
    known = (count for script, count in scripts.items() if script not in ("HANGUL", ""))
    return (plain + max(known, default=0)) / len(text) if text else 0.0


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
