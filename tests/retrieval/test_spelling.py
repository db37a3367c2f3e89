"""Names that are mistyped by their sound are found; what is right, or common, is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer import Answerer
from retrieval.spelling import homophones, mend
from retrieval.text import fold, terms
from retrieval.weighting import general_frequencies

DOCUMENT = "龚兆南在蓟州区的锦和新材料公司工作，merganser 号游船停在码头。公布信息。"
STANDING = frozenset(terms(fold(DOCUMENT)))


def mended(content: str) -> str:
    return mend(content, lambda term: int(term in STANDING), general_frequencies())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("蓟洲", "蓟州"),
        ("龚兆楠 徒弟", "龚兆南 徒弟"),
        ("锦合", "锦和"),
        ("merganzer", "merganser"),
        ("mergasner", "merganser"),
        ("码头的资讯", "码头的信息"),
    ],
)
def test_a_name_is_mended_by_what_the_documents_have(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "content", ["蓟州", "房价", "学费", "database", "ppr-9087", "", "天气 预报"]
)
def test_what_is_right_or_common_is_left_alone(content: str) -> None:
    assert mended(content) == content


def test_sounds_that_many_do_not_tell_apart_count_as_one() -> None:
    assert "州" in homophones()["洲"]
    assert "兰" in homophones()["南"]
    assert "辛" in homophones()["星"]


@given(st.text(alphabet="蓟洲龚兆楠的在 merganzx,。", max_size=40))
def test_the_length_stays(content: str) -> None:
    assert len(mended(content)) == len(content)


def test_a_mistyped_name_finds_its_passage(answerer: Answerer) -> None:
    right = answerer.hits("蓟州有多少家乡村民宿")[0]
    assert answerer.hits("蓟洲有多少家乡村民宿")[0].passage == right.passage
    assert "张炳柱" in answerer.hits("张丙柱 1+4工程")[0].passage.text


def test_a_word_of_taiwan_finds_the_mainlands(answerer: Answerer) -> None:
    right = answerer.hits("数字产业")[0]
    assert answerer.hits("數位產業")[0].passage == right.passage
