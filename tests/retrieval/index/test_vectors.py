"""Nearest passages equal brute force; token ids come back by row."""

from pathlib import Path

import numpy as np

from retrieval.embedding import normalise
from retrieval.index.vectors import TokenIndex, VectorIndex, write_tokens, write_vectors
from retrieval.types import Vectors


def unit_vectors(count: int, dimension: int = 16) -> Vectors:
    drawn = np.random.default_rng(1).normal(size=(count, dimension)).astype(np.float32)
    return normalise(drawn)


def test_nearest_equals_brute_force(tmp_path: Path) -> None:
    vectors = unit_vectors(200)
    write_vectors(tmp_path, vectors)
    question = unit_vectors(201)[-1]
    expected = np.argsort(-(vectors @ question), kind="stable")[:10]
    found = VectorIndex(tmp_path).nearest(question, 10)
    assert [row for row, _ in found] == expected.tolist()
    assert np.allclose([score for _, score in found], (vectors @ question)[expected], atol=1e-6)


def test_more_than_there_are_is_all_there_are(tmp_path: Path) -> None:
    write_vectors(tmp_path, unit_vectors(3))
    assert len(VectorIndex(tmp_path).nearest(unit_vectors(1)[0], 50)) == 3


def test_equal_scores_go_by_row(tmp_path: Path) -> None:
    write_vectors(tmp_path, np.repeat(unit_vectors(1), 5, axis=0))
    assert [r for r, _ in VectorIndex(tmp_path).nearest(unit_vectors(1)[0], 5)] == [0, 1, 2, 3, 4]


def test_a_question_without_a_vector_is_near_nothing(tmp_path: Path) -> None:
    write_vectors(tmp_path, unit_vectors(3))
    assert VectorIndex(tmp_path).nearest(np.zeros(16, np.float32), 3) == []


def test_tokens_come_back_by_row(tmp_path: Path) -> None:
    rows = [np.array(ids, dtype=np.uint32) for ids in ([1, 2], [], [3])]
    write_tokens(tmp_path, rows)
    index = TokenIndex(tmp_path)
    assert index.count() == 3
    assert [index.of(row).tolist() for row in range(3)] == [[1, 2], [], [3]]
