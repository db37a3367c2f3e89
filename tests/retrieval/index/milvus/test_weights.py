"""Sparse vectors measure what tantivy does; terms are counted as they stand."""

import random
from collections import Counter
from pathlib import Path

import pytest

from retrieval.index.lexical import LexicalIndex, LexicalWriter
from retrieval.index.milvus.weights import (
    Bm25,
    TermCount,
    Vocabulary,
    dimension,
    product,
    weigh_question,
)


def some_rows(rows: int, longest: int) -> list[list[str]]:
    draw = random.Random(7)  # noqa: S311 - not a secret
    words = [f"w{number}" for number in range(300)]
    return [draw.choices(words, k=draw.randint(1, longest)) for _ in range(rows)]


def counted(rows: list[list[str]]) -> TermCount:
    count = TermCount()
    for row in rows:
        count.add(row)
    return count


@pytest.mark.parametrize("longest", [30, 90, 3000])
def test_products_are_the_scores_of_tantivy(tmp_path: Path, longest: int) -> None:
    rows = some_rows(60, longest)
    writer = LexicalWriter(tmp_path / "index")
    for number, row in enumerate(rows):
        writer.add(number, 0, " ".join(row))
    writer.close()
    count = counted(rows)
    weights, vocabulary = Bm25(count.mean_length), count.vocabulary()
    asked = ["w1", "w2", "w250", "nowhere"]
    question = weigh_question(asked, vocabulary.frequency, count.rows)
    expected = dict(LexicalIndex(tmp_path / "index").matching(asked, 60))
    assert expected
    for number, row in enumerate(rows):
        assert product(question, weights.weigh(row)) == pytest.approx(
            expected.get(number, 0.0), rel=1e-4
        )


def test_each_term_is_counted_once_a_row() -> None:
    rows = some_rows(200, 50)
    vocabulary = counted(rows).vocabulary()
    expected = Counter(term for row in rows for term in set(row))
    assert {term: vocabulary.frequency(term) for term in expected} == expected
    assert vocabulary.frequency("nowhere") == 0


def test_terms_are_counted_alike_however_often_they_are_merged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = some_rows(200, 50)
    expected = counted(rows).vocabulary()
    monkeypatch.setattr("retrieval.index.milvus.weights._WAITING", 10)
    assert counted(rows).vocabulary().blocks() == expected.blocks()


def test_a_vocabulary_is_read_from_its_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.index.milvus.weights._BLOCK", 100)
    blocks = counted(some_rows(50, 50)).vocabulary().blocks()
    assert len(blocks) == 3
    read = Vocabulary.of(blocks)
    assert read.blocks() == blocks
    assert read.frequency("w1") > 0
    assert Vocabulary.of([]).frequency("w1") == 0


def test_a_block_fits_into_a_field() -> None:
    blocks = counted([[f"t{number}" for number in range(9000)]]).vocabulary().blocks()
    assert [len(block) <= 65_000 for block in blocks] == [True, True, True]


def test_dimensions_are_those_that_milvus_takes() -> None:
    assert all(0 <= dimension(f"t{number}") < 2**32 - 1 for number in range(1000))
