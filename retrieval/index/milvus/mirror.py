"""The one writer: what stands in a local generation is brought to the server.

Only documents that the server lacks are sent, at the pace of ``[index] rate``; a run that is
stopped is gone on with. Readers are led to them when all are there and counted.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from retrieval.errors import EngineError, StaleIndexError
from retrieval.index.fields import passage_terms
from retrieval.index.generation import Generation
from retrieval.index.milvus.connection import Connection
from retrieval.index.milvus.edition import (
    Edition,
    publish,
    read_draft,
    read_published,
    write_draft,
)
from retrieval.index.milvus.records import (
    DOCUMENT_FIELDS,
    HeldDocument,
    document_of,
    document_terms,
    read_document,
    rows_of,
)
from retrieval.index.milvus.schema import Names, create
from retrieval.index.milvus.sending import Local, OnRows, Sender
from retrieval.index.milvus.weights import TermCount
from retrieval.settings import IndexSettings

_PATIENCE = 60.0
"""Seconds that one call of the writer may take: no question waits for it."""
_GRACE = 5.0
"""Seconds that readers get to leave an edition before it is removed."""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What a run did."""

    name: str
    """Of what is published now."""
    documents: int
    passages: int
    """On the server, as it counts them."""
    sent: int
    """Passages that it lacked."""
    removed: int
    """Passages of documents that are gone."""
    is_new: bool
    """Whether they stand in collections of their own, to which readers were led."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """What stands in a generation."""

    passages: TermCount
    documents: TermCount


def mirror(
    generation: Generation,
    settings: IndexSettings,
    progress: OnRows = lambda done, total: None,
    grace: float = _GRACE,
) -> Mirrored:
    """Bring a generation to the server that the settings name, and publish it there.

    Args:
        generation: Open, and not changed meanwhile.
        settings: Where to; nobody else writes there.
        progress: Told of passages as they are sent.
        grace: Seconds that readers of an edition get before it is removed.

    Raises:
        EngineError: The server is away or refuses, or counts other rows than it was sent.
    """
    patience = max(settings.timeout, _PATIENCE)
    connection = Connection(
        settings.model_copy(update={"timeout": patience, "consistency": "Strong"})
    )
    try:
        return _mirror(generation, connection, progress, grace)
    finally:
        connection.close()


def _mirror(
    generation: Generation, connection: Connection, progress: OnRows, grace: float
) -> Mirrored:
    sparse = holds_terms(connection)
    published = _published(connection)
    if published and _is_same(connection, published, generation, sparse=sparse):
        return Mirrored(published.name, published.documents, published.passages, 0, 0, is_new=False)
    counted = _count(generation)
    wanted = Edition(
        number=0,
        recipe=generation.manifest.recipe,
        sparse=sparse,
        passage_length=counted.passages.mean_length,
        document_length=counted.documents.mean_length,
        passages=counted.passages.rows,
        documents=counted.documents.rows,
    )
    edition = _edition(connection, published, wanted)
    sent, removed = _bring(generation, connection, edition, progress)
    if not _is_whole(connection, edition, wanted):  # a stopped run, or a server that lost rows
        _mend(connection, edition)
        sent += _bring(generation, connection, edition, progress)[0]
        _check(connection, edition, wanted)
    edition = replace(
        edition, recipe=wanted.recipe, passages=wanted.passages, documents=wanted.documents
    )
    edition = publish(
        connection, edition, counted.passages.vocabulary(), counted.documents.vocabulary()
    )
    is_new = published is None or published.number != edition.number
    if published and is_new:
        time.sleep(grace)
    _remove_others(connection, edition)
    return Mirrored(edition.name, edition.documents, edition.passages, sent, removed, is_new)


def holds_terms(connection: Connection) -> bool:
    """Whether terms are to be held: sparse vectors, which old servers do not know.

    Raises:
        EngineError: The server is such a one, and the settings do not allow that.
    """
    if connection.settings.dense_only:
        return False
    if not connection.knows_sparse:
        raise EngineError(
            f"{connection.uri}: Milvus {connection.version} knows no sparse vectors; "
            "use 2.4 or later, or search by vectors alone: [index] dense_only = true"
        )
    return True


def _is_same(
    connection: Connection, published: Edition, generation: Generation, *, sparse: bool
) -> bool:
    """Whether a server holds this very generation, and all of it."""
    is_of_it = published.recipe == generation.manifest.recipe and published.sparse == sparse
    return is_of_it and _is_whole(connection, published, published)


def _count(generation: Generation) -> _Counted:
    counted = _Counted(TermCount(), TermCount())
    for document in _local(generation):
        passages = [each.passage for each in document.passages]
        for passage in passages:
            counted.passages.add(passage_terms(passage))
        counted.documents.add(document_terms(document.entry, passages))
    return counted


def _local(generation: Generation, known: "set[str] | None" = None) -> Iterator[Local]:
    """The documents of a generation that are not known."""
    for place, entry in enumerate(generation.store.documents()):
        if not known or entry.id not in known:
            yield Local(place, entry, generation.store.passages_of_document(entry.id))


def _published(connection: Connection) -> Edition | None:
    try:
        return read_published(connection)
    except StaleIndexError:  # another version's: it is replaced
        return None


def _edition(connection: Connection, published: Edition | None, wanted: Edition) -> Edition:
    """The collections to write into: the published ones, those of a stopped run, or new ones."""
    numbers = _numbers(connection)
    edition = published if published and published.can_hold(wanted) else None
    for number in numbers if edition is None else ():
        begun = _draft(connection, number)
        if begun and begun.can_hold(wanted):
            edition = begun
    fresh = replace(wanted, number=max(numbers, default=0) + 1)
    edition = edition or fresh
    names = Names(connection.settings.name, edition.number)
    create(connection, names, edition.recipe.dimension, sparse=edition.sparse)
    if edition is fresh:
        write_draft(connection, edition)
    return edition


def _draft(connection: Connection, number: int) -> Edition | None:
    try:
        return read_draft(connection, number)
    except StaleIndexError:
        return None


def _bring(
    generation: Generation, connection: Connection, edition: Edition, progress: OnRows
) -> tuple[int, int]:
    """Send what is lacking, and remove what is gone: how many passages of each."""
    held = _held(connection, edition)
    entries = {entry.id for entry in generation.store.documents()}
    known = {document.entry.id for document in held if document.entry.id in entries}
    gone = [document for document in held if document.entry.id not in entries]
    left = generation.store.count() - sum(
        document.passages for document in held if document.entry.id in known
    )
    sender = Sender(generation, connection, edition, progress)
    sender.send(_local(generation, known), left, {document.number for document in held})
    names = Names(connection.settings.name, edition.number)
    rows = [row for each in gone for row in rows_of(each.number, each.passages)]
    connection.delete(names.passages, rows)
    connection.delete(names.documents, [each.number for each in gone])
    if sender.sent:
        connection.flush(names.passages)
        connection.flush(names.documents)
    return sender.sent, len(rows)


def _held(connection: Connection, edition: Edition) -> list[HeldDocument]:
    documents = Names(connection.settings.name, edition.number).documents
    return [read_document(row) for row in connection.each(documents, DOCUMENT_FIELDS)]


def _counts(connection: Connection, edition: Edition) -> tuple[int, int]:
    names = Names(connection.settings.name, edition.number)
    return connection.count(names.passages), connection.count(names.documents)


def _is_whole(connection: Connection, edition: Edition, wanted: Edition) -> bool:
    return _counts(connection, edition) == (wanted.passages, wanted.documents)


def _mend(connection: Connection, edition: Edition) -> None:
    """Remove passages without their document, and documents that lack passages."""
    names = Names(connection.settings.name, edition.number)
    rows = [int(row["row"]) for row in connection.each(names.passages, ["row"])]
    found = Counter(map(document_of, rows))
    held = {document.number: document.passages for document in _held(connection, edition)}
    connection.delete(names.passages, [row for row in rows if document_of(row) not in held])
    lacking = [number for number, passages in held.items() if found[number] != passages]
    connection.delete(names.documents, lacking)


def _check(connection: Connection, edition: Edition, wanted: Edition) -> None:
    passages, documents = _counts(connection, edition)
    if (passages, documents) != (wanted.passages, wanted.documents):
        raise EngineError(
            f"{connection.uri}: holds {passages} passages of {documents} documents, but was sent "
            f"{wanted.passages} of {wanted.documents}; lower [index] rate, run: chuchu index"
        )


def _numbers(connection: Connection) -> set[int]:
    """Numbers of all editions, whole or begun."""
    pattern = re.compile(
        rf"{re.escape(connection.settings.name)}_(\d+)_(?:passages|documents|about)"
    )
    found = map(pattern.fullmatch, connection.collections())
    return {int(match[1]) for match in found if match}


def _remove_others(connection: Connection, edition: Edition) -> None:
    there = set(connection.collections())
    for number in _numbers(connection) - {edition.number}:
        for collection in Names(connection.settings.name, number).all:
            if collection in there:
                connection.drop(collection)
