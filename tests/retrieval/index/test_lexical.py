"""BM25 by tantivy equals the formula; no terms match nothing."""

import math
from pathlib import Path

import pytest

from retrieval.index.lexical import LexicalIndex, LexicalWriter

TEXTS = [["京津", "1+4", "京津"], ["京津", "b"], ["c", "d", "e", "f"]]


def write(folder: Path, texts: list[list[str]]) -> None:
    writer = LexicalWriter(folder)
    for row, terms in enumerate(texts):
        writer.add(row, row // 2, " ".join(terms))
    writer.close()


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    write(tmp_path / "x", TEXTS)
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
    write(tmp_path / "y", [["a"]] * 5)
    assert [row for row, _ in LexicalIndex(tmp_path / "y").matching(["a"], 3)] == [0, 1, 2]


def test_odd_terms_are_no_query_language(index: LexicalIndex) -> None:
    assert index.matching(['"', "a:b", "*", "AND", "(", "\\"], 10) == []


def test_an_index_from_a_base_holds_both_but_what_is_dropped(tmp_path: Path) -> None:
    write(tmp_path / "base", [*TEXTS, ["f", "京津"]])
    before = {path: path.read_bytes() for path in (tmp_path / "base").iterdir()}
    writer = LexicalWriter(tmp_path / "new", tmp_path / "base")
    writer.drop([0])
    writer.add(4, 2, "京津 g")
    writer.close()
    index = LexicalIndex(tmp_path / "new")
    assert index.count() == 3
    assert sorted(row for row, _ in index.matching(["京津", "c"], 10)) == [2, 3, 4]
    assert index.frequency("京津") <= index.count()
    assert {path: path.read_bytes() for path in (tmp_path / "base").iterdir()} == before
    assert LexicalIndex(tmp_path / "base").count() == 4


def test_nothing_may_be_dropped_or_added(tmp_path: Path) -> None:
    write(tmp_path / "base", TEXTS)
    writer = LexicalWriter(tmp_path / "new", tmp_path / "base")
    writer.drop([])
    writer.close()
    assert LexicalIndex(tmp_path / "new").count() == 3


def test_in_a_large_index_terms_that_stand_everywhere_are_not_looked_up(tmp_path: Path) -> None:
    texts = [f"的 是 {'山 水 石' if row == 7 else '花'} {row}" for row in range(40)]
    writer = LexicalWriter(tmp_path / "index")
    for row, terms in enumerate(texts):
        writer.add(row, row, terms)
    writer.close()
    small, large = LexicalIndex(tmp_path / "index"), LexicalIndex(tmp_path / "index", many=40)
    question = ["的", "是", "山", "水", "石"]
    assert len(small.matching(question, 50)) == 40
    assert [row for row, _ in large.matching(question, 50)] == [7]
    assert small.matching(question, 50)[0][0] == 7
    # What is left would be too little: then all is looked up.
    assert large.matching(["的", "是", "山"], 50) == small.matching(["的", "是", "山"], 50)


def test_a_writer_that_is_no_more_says_that_it_cannot_write(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path / "index")
    writer.add(0, 0, "蓟州")
    writer.close()
    with pytest.raises(OSError, match="cannot be written"):
        writer.close()
