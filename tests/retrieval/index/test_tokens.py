"""Token ids come back by row, from any part, and from a file that was gone on with."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import TokenIds
from retrieval.index.tokens import TOKENS_FILE, TokenIndex, TokenWriter


def ids(*numbers: int) -> TokenIds:
    return np.array(numbers, dtype=np.uint32)


def test_tokens_come_back_by_row(tmp_path: Path) -> None:
    writer = TokenWriter(tmp_path)
    writer.add([ids(1, 2), ids()])
    writer.add([])
    writer.add([ids(3)])
    writer.close()
    index = TokenIndex([tmp_path])
    assert index.count() == 3
    assert [index.of(row).tolist() for row in range(3)] == [[1, 2], [], [3]]


def test_each_part_counts_its_own(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("base", "fresh", "none")]
    for folder, count in zip(folders, (3, 2, 0), strict=True):
        folder.mkdir()
        writer = TokenWriter(folder)
        writer.add([ids(number) for number in range(count)])
        writer.close()
    index = TokenIndex(folders, dropped=[1])
    assert index.count() == 4
    assert [index.of(row).tolist() for row in range(5)] == [[0], [1], [2], [0], [1]]
    with pytest.raises(IndexError):
        index.of(5)


def test_what_was_synced_is_gone_on_from(tmp_path: Path) -> None:
    writer = TokenWriter(tmp_path)
    writer.add([ids(1, 2), ids(3), ids(4, 5)])
    writer.close()
    again = TokenWriter(tmp_path, passages=2)
    again.add([ids(6)])
    again.close()
    index = TokenIndex([tmp_path])
    assert [index.of(row).tolist() for row in range(3)] == [[1, 2], [3], [6]]
    assert index.count() == 3


def test_what_was_never_synced_is_begun_anew(tmp_path: Path) -> None:
    writer = TokenWriter(tmp_path)
    writer.add([ids(1, 2)])
    writer.close()
    again = TokenWriter(tmp_path, passages=0)
    again.add([ids(6)])
    again.close()
    assert TokenIndex([tmp_path]).count() == 1


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    writer = TokenWriter(tmp_path)
    writer.add([ids(1, 2), ids(3)])
    writer.close()
    with (tmp_path / TOKENS_FILE).open("r+b") as file:
        file.truncate(130)
    with pytest.raises(ValueError, match="cut off"):
        TokenWriter(tmp_path, passages=2)
