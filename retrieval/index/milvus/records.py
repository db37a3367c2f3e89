"""Documents and passages as rows of Milvus.

A document has a number, 43 bits of its id; its passages are the rows from that number times
2 ** 20 on, in reading order: neighbours are a row apart.
"""

import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.embedding import TokenIds
from retrieval.index.milvus.schema import NOTHING, VECTOR
from retrieval.index.store import DocumentEntry, StoredPassage
from retrieval.text import fold, terms
from retrieval.types import Json, Kind, Passage, Span, Vectors

_POSITION_BITS = 20
_NUMBERS = 2**43
MOST_PASSAGES = 2**_POSITION_BITS
"""That a document may have."""
PASSAGE_FIELDS = ("row", "id", "text", "content", "tokens")
DOCUMENT_FIELDS = ("row", "id", "content")


@dataclass(frozen=True, slots=True)
class Held:
    """A passage as the server holds it."""

    stored: StoredPassage
    tokens: TokenIds
    digest: str
    """SHA-256 of the file it stands in."""
    vector: Vectors
    """Shape ``(dimension,)``; of a passage that was asked for without, ``(0,)``."""


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document as the server holds it."""

    number: int
    passages: int
    place: int
    """Orders the documents of one file."""
    entry: DocumentEntry


def number_of(document_id: str, taken: Collection[int]) -> int:
    """A number for a document that no other has: two ids may begin alike."""
    number = int(document_id[:11], 16) % _NUMBERS
    while number in taken:
        number = (number + 1) % _NUMBERS
    return number


def rows_of(number: int, end: int, start: int = 0) -> range:
    """Rows of a document's passages from one to before another."""
    first = number << _POSITION_BITS
    return range(first + start, first + end)


def document_of(row: int) -> int:
    """The number of the document that a passage belongs to."""
    return row >> _POSITION_BITS


def document_terms(entry: DocumentEntry, passages: Sequence[Passage]) -> list[str]:
    """Index terms of a whole document, with repetitions, as `retrieval.index.preparing` has them.

    Headings count once a paragraph there. Paragraphs are told from their passages: those of one
    stand side by side in the file.
    """
    found = [*terms(fold(entry.column)), *terms(fold(entry.title))]
    for before, passage in zip((None, *passages), passages, strict=False):
        if not _goes_on(before, passage):
            for heading in passage.headings:
                found += terms(fold(heading))
        found += terms(fold(passage.text))
    return found


def _goes_on(before: Passage | None, passage: Passage) -> bool:
    return (
        before is not None
        and bool(before.spans and passage.spans)
        and before.headings == passage.headings
        and before.spans[-1].end == passage.spans[0].start
    )


def passage_row(row: int, passage: Passage, digest: str, vector: Vectors, tokens: TokenIds) -> Json:
    """A passage as it is written, without its terms."""
    content = {
        "document": passage.document_id,
        "source": passage.source,
        "digest": digest,
        "title": passage.title,
        "column": passage.column,
        "headings": passage.headings,
        "page": passage.page,
        "kind": passage.kind.value,
        "spans": passage.spans,
    }
    return {
        "row": row,
        "id": passage.id,
        "text": passage.text,
        "content": json.dumps(content, ensure_ascii=False),
        "tokens": base64.b64encode(tokens.astype("<u4").tobytes()).decode(),
        VECTOR: vector,
    }


def read_passage(row: Json) -> Held:
    """Read what `passage_row` gave."""
    content = json.loads(row["content"])
    passage = Passage(
        id=row["id"],
        document_id=content["document"],
        source=content["source"],
        title=content["title"],
        column=content["column"],
        headings=tuple(content["headings"]),
        page=content["page"],
        kind=Kind(content["kind"]),
        text=row["text"],
        spans=tuple(Span(*span) for span in content["spans"]),
    )
    return Held(
        stored=StoredPassage(row["row"], document_of(row["row"]), passage),
        tokens=np.frombuffer(base64.b64decode(row["tokens"]), "<u4"),
        digest=content["digest"],
        vector=np.asarray(row.get(VECTOR, ()), np.float32),
    )


def document_row(held: HeldDocument) -> Json:
    """A document as it is written, without its terms."""
    entry = held.entry
    content = {
        "passages": held.passages,
        "place": held.place,
        "source": entry.source,
        "digest": entry.digest,
        "title": entry.title,
        "column": entry.column,
    }
    return {
        "row": held.number,
        "id": entry.id,
        "content": json.dumps(content, ensure_ascii=False),
        VECTOR: NOTHING,
    }


def read_document(row: Json) -> HeldDocument:
    """Read what `document_row` gave."""
    content = json.loads(row["content"])
    entry = DocumentEntry(
        row["id"], content["source"], content["digest"], content["title"], content["column"]
    )
    return HeldDocument(row["row"], content["passages"], content["place"], entry)
