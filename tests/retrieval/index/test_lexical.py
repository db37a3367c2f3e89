"""BM25 by tantivy equals the formula; no terms match nothing."""

import math
from pathlib import Path

import pytest

from retrieval.index.lexical import LexicalIndex, write_lexical

TEXTS = [["京津", "1+4", "京津"], ["京津", "b"], ["c", "d", "e", "f"]]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    write_lexical(tmp_path / "x", TEXTS)
    return LexicalIndex(tmp_path / "x")


def test_scores_are_bm25(index: LexicalIndex) -> None:
    average = sum(map(len, TEXTS)) / len(TEXTS)
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    found = dict(index.matching(["京津"], 10))
    for row, count in ((0, 2), (1, 1)):
        norm = 1.2 * (1 - 0.75 + 0.75 * len(TEXTS[row]) / average)
        assert found[row] == pytest.approx(idf * count * 2.2 / (count + norm), rel=1e-5)


def test_terms_are_matched_whole(index: LexicalIndex) -> None:
    assert [row for row, _ in index.matching(["1+4"], 10)] == [0]
    assert index.matching(["1", "京"], 10) == []


def test_no_terms_match_nothing(index: LexicalIndex) -> None:
    assert index.matching([], 10) == []


def test_frequencies_count_rows(index: LexicalIndex) -> None:
    assert [index.frequency(term) for term in ("京津", "c", "nichts")] == [2, 1, 0]


def test_equal_scores_go_by_row(tmp_path: Path) -> None:
    write_lexical(tmp_path / "y", [["a"]] * 5)
    assert [row for row, _ in LexicalIndex(tmp_path / "y").matching(["a"], 3)] == [0, 1, 2]


def test_odd_terms_are_no_query_language(index: LexicalIndex) -> None:
    assert index.matching(['"', "a:b", "*", "AND", "(", "\\"], 10) == []
