"""Rows hold all that there is to say of passages and documents."""

import numpy as np

from retrieval.corpus.layout import read_documents
from retrieval.corpus.passages import cut_passages
from retrieval.index.milvus.records import (
    HeldDocument,
    document_of,
    document_row,
    document_terms,
    number_of,
    passage_row,
    read_document,
    read_passage,
    rows_of,
)
from retrieval.index.preparing import _document_terms
from retrieval.index.store import DocumentEntry
from retrieval.settings import PassageSettings
from retrieval.types import Kind, Passage, SourceFile, Span

PASSAGE = Passage(
    id="0123456789ab",
    document_id="ba9876543210",
    source="甲/乙.md",
    title='«"题»',
    column="栏",
    headings=("一", "二"),
    page=3,
    kind=Kind.BYLINE,
    text="第一句。\n'\"\\ 第二句。",
    spans=(Span(0, 4), Span(9, 20)),
)


def test_a_passage_is_read_as_it_was_written() -> None:
    tokens = np.array([0xFFFF_FFFF, 3, 70_000], np.uint32)
    vector = np.array([0.6, 0.8], np.float32)
    (row,) = rows_of(77, 6, 5)
    held = read_passage(passage_row(row, PASSAGE, "digest", vector, tokens))
    assert held.stored.passage == PASSAGE
    assert (held.stored.row, held.stored.document_row) == (row, 77)
    assert held.digest == "digest"
    assert held.tokens.tolist() == tokens.tolist()
    assert held.vector.tolist() == vector.tolist()


def test_a_document_is_read_as_it_was_written() -> None:
    held = HeldDocument(5, 12, 3, DocumentEntry("ba9876543210", "a.md", "digest", "题", "栏"))
    assert read_document(document_row(held)) == held


def test_documents_whose_ids_begin_alike_get_numbers_of_their_own() -> None:
    first = number_of("ffffffffffff", set())
    second = number_of("fffffffffff0", {first})
    assert first != second
    for number in (first, second):
        rows = rows_of(number, 2**20)
        assert {document_of(row) for row in (rows[0], rows[-1])} == {number}
        assert 0 <= rows[0] <= rows[-1] < 2**63


def test_terms_of_a_document_are_those_that_were_indexed() -> None:
    text = "# 题目\n\n## 甲\n\n" + "第一段很长很长。" * 40 + "\n\n第二段。\n\n## 乙\n\n第三段。\n"
    source = SourceFile("a.md", "d" * 64, text)
    for document in read_documents(source):
        passages = cut_passages(document, PassageSettings())
        entry = DocumentEntry(document.id, "a.md", "", document.title, document.column)
        found = document_terms(entry, list(passages))
        assert sorted(found) == sorted(_document_terms(document).split())
