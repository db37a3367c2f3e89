"""Names and texts are printed as they are, but for what a terminal would obey."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.terminal import printable


def test_nothing_printed_rules_the_terminal() -> None:
    assert printable("a\x1b[2J\x7f\x9b民宿\n\u202etxt") == "a␛[2J␡\ufffd民宿␊\ufffdtxt"
    assert printable("甲\n\t乙\r", lines=True) == "甲\n\t乙␍"


@given(st.text())
def test_what_is_printed_is_as_long(text: str) -> None:
    assert len(printable(text)) == len(printable(text, lines=True)) == len(text)
