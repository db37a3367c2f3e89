"""A document as people name it -> its passages."""

from retrieval.errors import CorpusError
from retrieval.index.store import Store
from retrieval.types import Passage

_NAMED = 5
"""Documents named where several are meant."""


def find_passages(store: Store, name: str) -> list[Passage]:
    """The passages of a document, or of all documents in a file, in reading order.

    Args:
        store: Where they are kept.
        name: A document's id or title, a file, or a part of a title that one document has.

    Raises:
        CorpusError: No document is meant, or several that are not of one file.
    """
    rows = list(enumerate(store.documents()))
    exact = [row for row, d in rows if name in (d.id, d.title, d.source)]
    near = [row for row, d in rows if name in d.title or name in d.source]
    meant = exact or near
    if not meant:
        raise CorpusError(f"{name!r}: no such document; list them: chuchu sources")
    files = {rows[row][1].source for row in meant}
    if not exact and len(files) > 1:
        titles = "; ".join(rows[row][1].title for row in meant[:_NAMED])
        raise CorpusError(f"{name!r}: {len(meant)} documents could be meant ({titles}); say which")
    return [
        stored.passage
        for document in (rows[row][1] for row in meant)
        for stored in store.passages_of_document(document.id)
    ]
