"""Names of files that come from elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.uploads import safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("年报 2026.md", "年报 2026.md"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.txt", "x.txt"),
        ("报告\u202etxt.exe", "报告_txt.exe"),
        (".hidden.md", "hidden.md"),
        ("", "document"),
        ("a" * 500 + ".PDF", "a" * 100 + ".pdf"),
    ],
)
def test_names_lead_nowhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_a_folder_takes(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not safe.startswith(".")
    assert not {"/", "\\", "\0"} & set(safe)
    assert len(safe.encode()) <= 255
