"""Callback data: stateless, short, and safe to read from anyone."""

from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import Unfold, read_press

HEX = "0123456789abcdef"


@given(
    st.text(HEX, min_size=16, max_size=16), st.text(HEX, min_size=12, max_size=12), st.booleans()
)
def test_what_is_written_is_read(generation: str, passage: str, fold: bool) -> None:
    press = Unfold(generation, passage, fold=fold)
    assert read_press(press.data) == press
    assert len(press.data.encode()) <= 64


@given(st.one_of(st.none(), st.text(max_size=70)))
def test_anything_else_is_nothing(data: str | None) -> None:
    press = read_press(data)
    assert press is None or press.data == data
