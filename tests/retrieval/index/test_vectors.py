"""Nearest passages equal brute force; token ids come back by row."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import normalise
from retrieval.index.vectors import TokenIndex, TokenWriter, VectorIndex, write_vectors
from retrieval.types import Vectors


def unit_vectors(count: int, dimension: int = 16) -> Vectors:
    drawn = np.random.default_rng(1).normal(size=(count, dimension)).astype(np.float32)
    return normalise(drawn)


def test_nearest_equals_brute_force(tmp_path: Path) -> None:
    vectors = unit_vectors(200)
    write_vectors(tmp_path, [vectors], 16)
    question = unit_vectors(201)[-1]
    expected = np.argsort(-(vectors @ question), kind="stable")[:10]
    found = VectorIndex([tmp_path]).nearest(question, 10)
    assert [row for row, _ in found] == expected.tolist()
    assert np.allclose([score for _, score in found], (vectors @ question)[expected], atol=1e-6)


def test_more_than_there_are_is_all_there_are(tmp_path: Path) -> None:
    write_vectors(tmp_path, [unit_vectors(3)], 16)
    assert len(VectorIndex([tmp_path]).nearest(unit_vectors(1)[0], 50)) == 3


def test_equal_scores_go_by_row(tmp_path: Path) -> None:
    write_vectors(tmp_path, [np.repeat(unit_vectors(1), 5, axis=0)], 16)
    assert [r for r, _ in VectorIndex([tmp_path]).nearest(unit_vectors(1)[0], 5)] == [0, 1, 2, 3, 4]


def test_a_question_without_a_vector_is_near_nothing(tmp_path: Path) -> None:
    write_vectors(tmp_path, [unit_vectors(3)], 16)
    assert VectorIndex([tmp_path]).nearest(np.zeros(16, np.float32), 3) == []


def test_tokens_come_back_by_row(tmp_path: Path) -> None:
    rows = [np.array(ids, dtype=np.uint32) for ids in ([1, 2], [], [3])]
    writer = TokenWriter()
    writer.add(rows[:2])
    writer.add([])
    writer.add(rows[2:])
    writer.write(tmp_path)
    index = TokenIndex([tmp_path])
    assert index.count() == 3
    assert [index.of(row).tolist() for row in range(3)] == [[1, 2], [], [3]]


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    vectors = unit_vectors(200)
    folders = [tmp_path / name for name in ("base", "fresh", "none")]
    for folder, part in zip(folders, (vectors[:150], vectors[150:], vectors[:0]), strict=True):
        folder.mkdir()
        write_vectors(folder, [part], 16)
        writer = TokenWriter()
        writer.add([np.full(1, row, np.uint32) for row in range(len(part))])
        writer.write(folder)
    return folders


def test_parts_are_searched_as_one_without_what_was_dropped(parts: list[Path]) -> None:
    vectors, question = unit_vectors(200), unit_vectors(201)[-1]
    order = np.argsort(-(vectors @ question), kind="stable").tolist()
    assert [row for row, _ in VectorIndex(parts).nearest(question, 20)] == order[:20]
    dropped = sorted(order[0:10:2])
    index = VectorIndex(parts, dropped)
    kept = [row for row in order if row not in dropped]
    assert index.count() == 195
    assert [row for row, _ in index.nearest(question, 20)] == kept[:20]
    assert len(index.nearest(question, 1000)) == 195


def test_cosines_and_tokens_are_found_in_their_part(parts: list[Path]) -> None:
    vectors, question = unit_vectors(200), unit_vectors(201)[-1]
    rows = [199, 0, 150, 149]
    assert np.allclose(VectorIndex(parts).cosines(question, rows), (vectors @ question)[rows])
    assert [TokenIndex(parts).of(row).tolist() for row in rows] == [[49], [0], [0], [149]]
    with pytest.raises(IndexError):
        TokenIndex(parts).of(200)
