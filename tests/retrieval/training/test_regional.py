"""The list of regional words is OpenCC's, and the shipped one is up to date."""

from pathlib import Path

from retrieval.regional import FILE
from retrieval.training.regional import make_regional


def test_the_shipped_list_is_what_the_command_writes(tmp_path: Path) -> None:
    made = tmp_path / "regional.txt"
    make_regional(made)
    assert made.read_text("utf-8") == FILE.read_text("utf-8")


def test_a_line_is_two_words_of_one_length() -> None:
    pairs = [line.split() for line in FILE.read_text("utf-8").splitlines()]
    assert len(pairs) > 200
    assert all(len(mainland) == len(taiwan) > 1 for mainland, taiwan in pairs)
    assert ["数字", "数位"] in pairs
