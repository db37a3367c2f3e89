"""Folding keeps offsets; terms find exact things; sentences are whole."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import clauses, fold, sentences, terms

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=200)


@given(ANY_TEXT)
def test_fold_keeps_the_length_of_any_text(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(ANY_TEXT)
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("薊州區實施四大工程", "蓟州区实施四大工程"),
        ("ＰＰＲ－９０８７", "ppr-9087"),
        ("「1＋4」『工程』", '"1+4""工程"'),
        ("35㎡", "35㎡"),  # one character for two would move every offset behind it
        ("臺灣於此", "台湾于此"),
        ("a\u200bb\x00c", "a b c"),
    ],
)
def test_fold_makes_one_of_width_case_script_and_quotes(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("型号PPR-9087的", "ppr-9087"),
        ("占21.7%，", "21.7%"),
        ("“1+4”工程", "1+4"),
        ("面积35平方公里", "35平"),
        ("用 C++ 写", "c++"),
        ("Node.js 服务", "node.js"),
        ("“2+4+46”现代", "2+4+46"),
        ("5G网络", "5g"),
    ],
)
def test_terms_keep_codes_and_numbers_whole(text: str, term: str) -> None:
    assert term in terms(fold(text))


def test_terms_of_chinese_are_characters_and_pairs() -> None:
    assert terms("京津冀") == ["京", "津", "冀", "京津", "津冀"]


@given(ANY_TEXT)
def test_terms_hold_no_spaces_and_never_fail(text: str) -> None:
    assert all(term and not any(char.isspace() for char in term) for term in terms(fold(text)))


@given(st.text(alphabet="春天。！？“”；，a. \n1)", max_size=80))
def test_sentences_lose_nothing_but_spaces(text: str) -> None:
    kept = "".join(text[span.start : span.end] for span in sentences(text))
    assert "".join(kept.split()) == "".join(text.split())


@given(ANY_TEXT)
def test_sentences_are_in_order_and_trimmed(text: str) -> None:
    spans = sentences(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    for span in spans:
        sentence = text[span.start : span.end]
        assert sentence
        assert sentence == sentence.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("真的吗？！是的……对。", ["真的吗？！", "是的……", "对。"]),
        ("Dr. Smith paid 3.5% in 2020. Then left.", ["Dr. Smith paid 3.5% in 2020.", "Then left."]),
        ("没有句号的一行", ["没有句号的一行"]),
    ],
)
def test_sentences_end_where_readers_stop(text: str, expected: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentences(text)] == expected


def test_clauses_end_at_commas() -> None:
    text = "新材料、电力，智能制造；绿色食品"
    assert [text[a:b] for a, b in clauses(text)] == ["新材料、电力，", "智能制造；", "绿色食品"]
