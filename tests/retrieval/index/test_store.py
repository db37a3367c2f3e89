"""The store gives back what was written, by row, id and document."""

from pathlib import Path

import pytest

from retrieval.index.store import DocumentEntry, Store, write_store
from retrieval.types import Kind, Passage, Span


def passage(id_: str, document: str, text: str) -> Passage:
    return Passage(
        id=id_,
        document_id=document,
        source="a.txt",
        title="题",
        column="栏",
        headings=("甲", "乙"),
        page=None,
        kind=Kind.PARAGRAPH,
        text=text,
        spans=(Span(0, 2), Span(4, 6)),
    )


ENTRIES = [
    DocumentEntry("d0", "a.txt", "f" * 64, "题", "栏"),
    DocumentEntry("d1", "a.txt", "e", "题", "栏"),
]
PASSAGES = [passage("p0", "d0", "一"), passage("p1", "d1", "二"), passage("p2", "d1", "一")]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    write_store(tmp_path, ENTRIES, PASSAGES)
    return Store(tmp_path)


def test_passages_come_back_whole_and_in_order_of_rows(store: Store) -> None:
    found = store.passages([2, 0])
    assert [(p.row, p.document_row, p.passage) for p in found] == [
        (0, 0, PASSAGES[0]),
        (2, 1, PASSAGES[2]),
    ]


def test_equal_texts_stay_two_passages(store: Store) -> None:
    assert store.count() == 3


def test_unknown_rows_and_ids_are_nothing(store: Store) -> None:
    assert store.passages([7, -1]) == []
    assert store.passages([]) == []
    assert store.find("none") is None


def test_a_passage_is_found_by_its_id(store: Store) -> None:
    found = store.find("p1")
    assert found is not None
    assert found.passage == PASSAGES[1]


def test_documents_and_their_passages(store: Store) -> None:
    assert store.documents() == ENTRIES
    assert [p.passage.id for p in store.passages_of(1)] == ["p1", "p2"]
