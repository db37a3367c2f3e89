"""The tokenizer knows every text, and keeps words apart."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from retrieval.text import fold
from retrieval.training.markdown import Section
from retrieval.training.sources import CleanDocument
from retrieval.training.vocabulary import (
    UNKNOWN,
    build_tokenizer,
    count_words,
    unmet_characters,
    with_general_words,
)

WORDS = Counter({"北京": 90, "天津": 80, "合作": 70, "database": 30, "合作社": 9, "index": 8})


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return build_tokenizer(WORDS, size=24_000)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("北京天津合作", ["北京", "天津", "合作"]),
        ("京津合作社。", ["京", "津", "合作社"]),
        ("2022年 c++ 35%", ["2022", "年", "c", "+", "+", "35", "%"]),
        ("Database在北京".lower(), ["database", "在", "北京"]),
        ("北 京", ["北", "京"]),
        ("合作,社", ["合作", "社"]),
        ("。,!?()", []),
        ("", []),
    ],
)
def test_text_is_cut_into_words(tokenizer: Tokenizer, text: str, tokens: list[str]) -> None:
    assert tokenizer.encode(text).tokens == tokens


def test_unseen_script_falls_back_to_bytes(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("한").tokens == ["<0xED>", "<0x95>", "<0x9C>"]


@given(text=st.text(max_size=60))
def test_nothing_is_unknown_and_no_token_crosses_a_space(tokenizer: Tokenizer, text: str) -> None:
    folded = fold(text)
    encoded = tokenizer.encode(folded)
    assert UNKNOWN not in encoded.tokens
    for start, end in encoded.offsets:
        assert not any(char.isspace() for char in folded[start:end])


def test_every_character_of_the_basic_block_is_known(tokenizer: Tokenizer) -> None:
    known = tokenizer.get_vocab()
    block = {fold(chr(code)) for code in range(0x4E00, 0xA000)}
    assert {char for char in block if "\u4e00" <= char <= "\u9fff"} <= known.keys()


def test_size_and_ids_are_the_same_each_time(tokenizer: Tokenizer) -> None:
    again = build_tokenizer(Counter(dict(reversed(WORDS.items()))), size=24_000)
    assert again.to_str() == tokenizer.to_str()


def test_words_of_a_document_are_counted() -> None:
    section = Section(("第一章 总则",), ("北京市在2022年使用 database。",))
    counts = count_words([CleanDocument("laws", "条例", (section,))])
    assert counts["2022"] == counts["database"] == counts["条例"] == counts["总则"] == 1
    assert "。" not in counts


def test_a_character_of_no_word_is_unmet() -> None:
    unmet = unmet_characters(WORDS)
    assert "丌" in unmet
    assert "京" not in unmet


def test_everyday_words_are_counted_as_in_general_text() -> None:
    words = Counter({"合同": 900_000, "法院": 100_000})
    joined = with_general_words(words)
    assert joined["合同"] == 900_000
    assert joined["明天"] > joined["房价"] > 0
