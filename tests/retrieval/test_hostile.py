"""Any text whatever is answered (what it costs: ``chuchu benchmark question``)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer import Answerer
from tests.conftest import ROOT, SEED

PIECES = st.sampled_from(
    [
        "蓟州",
        "民宿",
        "多少",
        "？",
        "“",
        "”",
        "1+4",
        "PPR-9087",
        "😀",
        "👩‍👩‍👧",
        "z̸̡͓̎a",
        "\u202e",
        "\x00",
        "\ud800",
        "９",
        "。",
    ]
)


@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=4096) | st.lists(PIECES, max_size=400).map("".join))
def test_any_text_is_answered(answerer: Answerer, text: str) -> None:
    answer = answerer.ask(text)
    assert answer.question == text
    assert 0 <= answer.confidence <= 1
    for excerpt in answer.excerpts:
        assert 0 <= excerpt.marked.start < excerpt.marked.end <= len(excerpt.text)


@pytest.mark.parametrize(
    "text",
    [
        *(char * 4096 for char in ("民", "a", "1", "。", "“", "😀", "\ud800", "\u0300", " ", "？")),
        "蓟州民宿" * 1024,
        "多少" * 2048,
        "第一" * 2048,
        "几个 " * 1365,
        "a-1" * 1365,
        "谁是" * 2048,
        "1+4 " * 1024,
        "qwertyuiop " * 372,
        "".join(chr(0x4E00 + number) for number in range(4096)),
        "".join(chr(0x300 + number % 112) for number in range(4096)),
        "".join(sorted((ROOT / "seeds" / SEED).read_text("utf-8")[:4096])),
        "‘“" * 1024 + "”’" * 1024,
        "第" + "一" * 4095,
        "谁是副区长是谁" * 585,
        "蓟\ufe0f" * 2048,
        "ﷺ㍿İß" * 1024,
        "\ud83d" * 2048 + "\ude00" * 2048,
        "\r\n\u2028\x85" * 1024,
        "1.2.3-4/5:" * 409,
        "+(-terms:[* TO *])~5^2 " * 178,
    ],
)
def test_long_texts_of_one_kind_are_answered(answerer: Answerer, text: str) -> None:
    assert answerer.ask(text).question == text
