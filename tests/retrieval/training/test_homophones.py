"""The list of homophones is the dictionary's, and the shipped one is up to date."""

from pathlib import Path

from retrieval.spelling import FILE
from retrieval.training.homophones import make_homophones


def test_the_shipped_list_is_what_the_command_writes(tmp_path: Path) -> None:
    made = tmp_path / "homophones.txt"
    make_homophones(made)
    assert made.read_text("utf-8") == FILE.read_text("utf-8")


def test_a_line_is_a_sound_and_its_characters_stand_once() -> None:
    lines = FILE.read_text("utf-8").splitlines()
    assert len(lines) > 200
    assert all(len(set(line)) == len(line) > 1 for line in lines)
    assert any({"州", "洲"} <= set(line) for line in lines)
