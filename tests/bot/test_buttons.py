"""Callback data: stateless, short, and safe to read from anyone."""

from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import Approve, OpenFile, Press, Remove, Setting, Show, Vote, read_press

ID = st.text("0123456789abcdef", min_size=12, max_size=12)
DIGIT = st.integers(0, 9)
PRESSES = st.one_of(
    st.builds(Show, st.one_of(ID, st.just("")), DIGIT, DIGIT, st.integers(0, 99)),
    st.builds(OpenFile, ID),
    st.builds(Vote, ID, st.booleans()),
    st.builds(Approve, st.integers(-(10**14), 10**12), st.booleans()),
    st.builds(Setting, st.sampled_from(["language", "threshold", "collection"]), st.sampled_from(["", "zh", "0.8", "1"])),
    st.builds(Remove, st.text("0123456789abcdef", min_size=16, max_size=16)),
)  # fmt: skip


@given(PRESSES)
def test_what_is_written_is_read(press: Press) -> None:
    assert read_press(press.data) == press
    assert len(press.data.encode()) <= 64


@given(st.one_of(st.none(), st.text(max_size=70), st.from_regex(r"[sdvacr]:.{0,30}")))
def test_anything_else_is_nothing(data: str | None) -> None:
    press = read_press(data)
    assert press is None or read_press(press.data) == press
