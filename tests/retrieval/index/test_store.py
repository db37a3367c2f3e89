"""The store gives back what was written, by row, id and document."""

from pathlib import Path

import pytest

from retrieval.index.store import DocumentEntry, FileEntry, Rows, SourceEntry, Store
from retrieval.index.storing import StoreWriter
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
FILES = [FileEntry("a.txt", "f" * 64, 9), FileEntry("b.txt", "e" * 64, 9)]
PASSAGES = [passage("p0", "d0", "一"), passage("p1", "d1", "二"), passage("p2", "d1", "一")]


NOTHING = Rows()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    write(tmp_path, FILES[:1], ENTRIES, PASSAGES)
    return Store([tmp_path])


def write(
    folder: Path,
    files: list[FileEntry],
    documents: list[DocumentEntry],
    passages: list[Passage],
    start: Rows = NOTHING,
) -> Rows:
    """Write a store; the documents are of the last file."""
    writer = StoreWriter(folder, start)
    for file in files:
        row = writer.add_file(file, [SourceEntry(file.path, "utf-8", None, 3, "", "t", ("一",))])
    for document in documents:
        own = [passage for passage in passages if passage.document_id == document.id]
        writer.add_document(row, document, own)
    writer.close()
    return writer.rows


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


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    for name in ("base", "fresh"):
        (tmp_path / name).mkdir()
    end = write(tmp_path / "base", FILES[:1], ENTRIES, PASSAGES)
    later = [DocumentEntry("d2", "b.txt", "e" * 64, "题", "")]
    write(tmp_path / "fresh", FILES[1:], later, [passage("p3", "d2", "新")], end)
    return [tmp_path / "base", tmp_path / "fresh"]


def test_two_parts_are_one_store(parts: list[Path]) -> None:
    store = Store(parts)
    assert store.count() == 4
    assert store.rows() == Rows(2, 3, 4)
    assert [p.passage.id for p in store.passages([3, 1])] == ["p1", "p3"]
    assert [p.passage.id for p in store.passages_of(2)] == ["p3"]
    assert [d.id for d in store.documents()] == ["d0", "d1", "d2"]
    assert [(file.row, file.entry) for file in store.files()] == list(enumerate(FILES))
    assert [source.entry.path for source in store.sources()] == ["a.txt", "b.txt"]
    assert store.sources()[0].entry.notes == ("一",)


def test_what_was_dropped_is_not_of_the_corpus(parts: list[Path]) -> None:
    store = Store(parts, dropped=[0])
    assert store.count() == 1
    assert store.find("p1") is None
    assert store.find("p3") is not None
    assert [d.id for d in store.documents()] == ["d2"]
    assert [source.entry.path for source in store.sources()] == ["b.txt"]
    assert [file.row for file in store.files()] == [1]
    assert store.dropped_rows() == [0, 1, 2]
