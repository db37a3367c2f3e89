"""What a text file's bytes say decides; nothing is guessed that could be told."""

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.corpus.encodings import decode
from retrieval.corpus.files import read_folder
from retrieval.errors import CorpusError
from tests.conftest import ROOT

SIMPLIFIED = (
    "蓟州区有乡村精品民宿271家，文化旅游资源十分丰富。\n下一步，将联合推出一批跨区域旅游线路。\n"
)
TRADITIONAL = (
    "薊州區有鄉村精品民宿271家，文化旅遊資源十分豐富。\n下一步，將聯合推出一批跨區域旅遊線路。\n"
)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with BOM"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
        ("gb2312", "GB18030"),
    ],
)
def test_simplified_chinese(codec: str, name: str) -> None:
    assert decode(SIMPLIFIED.encode(codec)) == (SIMPLIFIED, name)


@pytest.mark.parametrize(("codec", "name"), [("big5", "Big5"), ("cp950", "Big5"), ("utf-16-le", "UTF-16"), ("gb18030", "GB18030")])  # fmt: skip
def test_traditional_chinese(codec: str, name: str) -> None:
    assert decode(TRADITIONAL.encode(codec)) == (TRADITIONAL, name)


def test_every_line_of_the_seeds_in_every_encoding() -> None:
    for line in read_folder(ROOT / "seeds").read[0].text.splitlines():
        for codec in ("utf-8", "utf-16", "gb18030"):
            assert decode(line.encode(codec)).text == line


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    ["（五）其他途径。", "按位异或", "线性映射与线性变换", "方法一", "一维前缀和", "全局索引", "Музей открыт, кроме понедельника."],
)  # fmt: skip
def test_a_few_characters_of_utf16_without_a_mark(codec: str, text: str) -> None:
    assert decode(text.encode(codec)) == (text, "UTF-16")


RUSSIAN = "Музей открыт каждый день, кроме понедельника. Входной билет стоит сто рублей."


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1251", RUSSIAN),
        ("koi8_r", RUSSIAN),
        ("cp1253", "Το μουσείο είναι ανοιχτό κάθε μέρα εκτός από τη Δευτέρα."),
        ("cp932", "城南書院は清の時代に建てられました。会員は四百二十人です。"),
        ("euc_jp", "城南書院は清の時代に建てられました。会員は四百二十人です。"),
        ("euc_kr", "박물관은 월요일을 제외하고 매일 열려 있습니다. 입장료는 삼천 원입니다."),
        ("cp1252", "Größe und Maße der Straße; können Sie müßig über die Brücke gehen?"),
    ],
)
def test_what_people_write_elsewhere(codec: str, text: str) -> None:
    assert decode(text.encode(codec)).text == text


def test_bytes_drawn_at_random_are_no_text() -> None:
    drawn = random.Random(5)  # noqa: S311 - bytes, not secrets
    for lowest in (0, 128):
        for _ in range(20):
            with pytest.raises(CorpusError, match=r"binary, not text|no encoding gives text"):
                decode(bytes(drawn.randrange(lowest, 256) for _ in range(2000)))


def test_english_beyond_ascii() -> None:
    text = "The café’s naïve “résumé” costs £5 — déjà vu, says François.\n" * 5
    assert decode(text.encode("cp1252")).text == text


def test_a_character_cut_off_at_the_end_costs_that_character() -> None:
    text, encoding = decode(SIMPLIFIED.encode()[:-3])
    assert (text[:-1], encoding) == (SIMPLIFIED.rstrip("\n")[:-1], "UTF-8, damaged")


def test_broken_bytes_cost_their_characters() -> None:
    english = "“The café’s résumé” — £5, he said. " * 20
    for text in (SIMPLIFIED * 5, english):
        raw = bytearray(text.encode())
        raw[text.encode().index(b"\xe2" if text is english else b"\xef")] = 0xFF
        found, encoding = decode(bytes(raw))
        assert encoding == "UTF-8, damaged"
        assert found.replace("\ufffd", "") in (text.replace("，", "", 1), text.replace("“", "", 1))


def test_utf16_cut_off_within_a_character() -> None:
    for codec in ("utf-16-le", "utf-16-be"):
        raw = SIMPLIFIED.encode(codec)
        assert decode(raw[:-1]) == (SIMPLIFIED[:-1], "UTF-16, damaged")


@pytest.mark.parametrize("raw", [b"\x00\x01\x02\x03" * 200, bytes(range(256)) * 20])
def test_what_is_no_text_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(CorpusError, match=r"binary, not text|no encoding gives text"):
        decode(raw)


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(raw: bytes) -> None:
    with contextlib.suppress(CorpusError):
        assert isinstance(decode(raw).text, str)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf8_is_always_told(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decode(text.encode()).text == text
