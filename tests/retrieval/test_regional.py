"""Words of Taiwan and the mainland stand for each other where only one stands in the documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.regional import exchange
from retrieval.text import fold, terms

STANDING = frozenset(terms(fold("軟體公布信息。印表機。数字化。")))


def exchanged(run: str) -> str:
    return exchange(run, lambda term: int(term in STANDING))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("资讯", "信息"),
        ("软件资讯", "软体信息"),
        ("打印机", "印表机"),
        ("产业数位转型", "产业数字转型"),
    ],
)
def test_the_other_sides_word_is_taken(asked: str, meant: str) -> None:
    assert exchanged(asked) == meant


@pytest.mark.parametrize("run", ["信息", "软体", "网路", "网络", "天气", "数", ""])
def test_what_stands_or_has_no_counterpart_there_is_left_alone(run: str) -> None:
    assert exchanged(run) == run


@given(st.text(alphabet="资讯信息软体件数位字打印机表", max_size=30))
def test_the_length_stays(run: str) -> None:
    assert len(exchanged(run)) == len(run)
