"""Numbers as Word writes them."""

import pytest

from retrieval.corpus.numerals import numeral


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("decimal", {0: "0", 12: "12"}),
        ("decimalZero", {3: "03", 12: "12"}),
        ("chineseCounting", {0: "零", 9: "九", 10: "十", 11: "十一", 20: "二十", 35: "三十五"}),
        ("chineseCountingThousand", {100: "一百", 101: "一百零一", 110: "一百一十", 1001: "一千零一", 2010: "二千零一十", 12345: "12345"}),
        ("chineseLegalSimplified", {3: "叁", 21: "贰拾壹"}),
        ("upperLetter", {1: "A", 26: "Z", 28: "BB"}),
        ("lowerLetter", {0: "0", 2: "b"}),
        ("upperRoman", {4: "IV", 49: "XLIX"}),
        ("lowerRoman", {9: "ix"}),
        ("decimalFullWidth", {10: "１０"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
        ("ideographTraditional", {1: "甲", 11: "11"}),
        ("ideographZodiac", {12: "亥"}),
        ("hebrew1", {7: "7"}),
    ],
)  # fmt: skip
def test_each_form(form: str, numbers: dict[int, str]) -> None:
    assert {number: numeral(number, form) for number in numbers} == numbers
