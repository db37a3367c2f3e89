"""A file that is not what was indexed is known for it."""

import hashlib
import os
from pathlib import Path

import pytest

from retrieval.corpus.freshness import Freshness


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "sub" / "a.zip"
    file.parent.mkdir()
    file.write_bytes(b"old")
    return file


DIGEST = hashlib.sha256(b"old").hexdigest()


def test_an_unchanged_file_is_fresh_under_any_time(file: Path, tmp_path: Path) -> None:
    freshness = Freshness(tmp_path)
    assert not freshness.has_changed("sub/a.zip", DIGEST)
    os.utime(file, (1, 1))
    assert not freshness.has_changed("sub/a.zip", DIGEST)


def test_a_changed_file_is_not_and_may_be_again(file: Path, tmp_path: Path) -> None:
    freshness = Freshness(tmp_path)
    assert not freshness.has_changed("sub/a.zip/in/b.md", DIGEST)
    file.write_bytes(b"new!")
    assert freshness.has_changed("sub/a.zip/in/b.md", DIGEST)
    file.write_bytes(b"old")
    assert not freshness.has_changed("sub/a.zip/in/b.md", DIGEST)


def test_a_file_that_is_gone_has_changed(file: Path, tmp_path: Path) -> None:
    file.unlink()
    assert Freshness(tmp_path).has_changed("sub/a.zip", DIGEST)


def test_of_a_folder_that_is_away_nothing_is_said(tmp_path: Path) -> None:
    assert not Freshness(tmp_path / "away").has_changed("a.md", DIGEST)


def test_where_others_hold_the_files_only_those_that_are_there_have_changed(
    file: Path, tmp_path: Path
) -> None:
    freshness = Freshness(tmp_path, holds_all=False)
    assert not freshness.has_changed("sub/other.md", DIGEST)
    file.write_bytes(b"new!")
    assert freshness.has_changed("sub/a.zip", DIGEST)
