"""What a server publishes: which generation, in which collections, and the terms it knows."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from retrieval.errors import EngineError, StaleIndexError
from retrieval.index.milvus.connection import AbsentError, Connection
from retrieval.index.milvus.schema import NOTHING, VECTOR, Names
from retrieval.index.milvus.weights import Vocabulary
from retrieval.index.recipe import FORMAT, Recipe
from retrieval.types import Json

_T = TypeVar("_T")
_FORM = 1
"""Raised whenever what stands on a server changes its form."""
_SLOT = 1_000_000
"""Blocks of terms are written beside those that readers may still be reading."""
_TRIES = 5
_AT_ONCE = 50
_MOST_DRIFT = 0.05
"""Of the mean length of rows: beyond, new weights are worth writing every row again."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One set of collections, and what stands in them."""

    number: int
    recipe: Recipe
    """Of the generation that was mirrored last, or is being mirrored."""
    sparse: bool
    """Whether terms are held."""
    passage_length: float
    """Terms in a passage, as weights have it."""
    document_length: float
    passages: int = 0
    documents: int = 0
    slot: int = 0
    """Where the blocks of terms begin."""
    passage_blocks: int = 0
    document_blocks: int = 0

    @property
    def name(self) -> str:
        """Changes whenever readers must open it anew."""
        return f"{self.recipe.generation}-{self.number}"

    def can_hold(self, other: "Edition") -> bool:
        """Whether what another would hold can be written into these collections."""
        return (
            _form(self.recipe) == _form(other.recipe)
            and self.sparse == other.sparse
            and _is_near(self.passage_length, other.passage_length)
            and _is_near(self.document_length, other.document_length)
        )


def read_published(connection: Connection) -> Edition | None:
    """What the alias leads to; ``None`` where nothing is published.

    Raises:
        StaleIndexError: Another version of Chuchu published it.
    """
    return _read(connection, connection.settings.name, connection.settings.consistency)


def read_draft(connection: Connection, number: int) -> Edition | None:
    """An edition that was begun, published or not."""
    return _read(connection, Names(connection.settings.name, number).about, "Strong")


def write_draft(connection: Connection, edition: Edition) -> None:
    """Say what an edition is to hold, or holds."""
    about = Names(connection.settings.name, edition.number).about
    content = json.dumps({"form": _FORM} | asdict(edition), ensure_ascii=False)
    connection.upsert(about, [{"row": 0, "content": content, VECTOR: NOTHING}])


def publish(
    connection: Connection, edition: Edition, passages: Vocabulary, documents: Vocabulary
) -> Edition:
    """Let readers find an edition whose rows are all there, with the terms that stand in them."""
    names = Names(connection.settings.name, edition.number)
    blocks = [passages.blocks(), documents.blocks()]
    slot = 2 * _SLOT if edition.slot == _SLOT else _SLOT
    edition = replace(
        edition, slot=slot, passage_blocks=len(blocks[0]), document_blocks=len(blocks[1])
    )
    for number, block in enumerate([*blocks[0], *blocks[1]]):
        # Each for itself: a message of many would be larger than servers take.
        row = {"row": slot + number, "content": f"{edition.name} {block}", VECTOR: NOTHING}
        connection.upsert(names.about, [row])
    write_draft(connection, edition)
    if connection.target(names.name) != names.about:
        connection.point(names.name, names.about)
    return edition


def read_vocabularies(connection: Connection) -> tuple[Edition, Vocabulary, Vocabulary]:
    """What is published, with the terms of its passages and of its documents.

    Raises:
        EngineError: It changes faster than it can be read, or a part of it is missing.
    """
    for _ in range(_TRIES):
        edition = read_published(connection)
        if edition is None:
            break
        blocks = list(_blocks(connection, edition))
        if len(blocks) == edition.passage_blocks + edition.document_blocks:
            middle = edition.passage_blocks
            return edition, Vocabulary.of(blocks[:middle]), Vocabulary.of(blocks[middle:])
    raise EngineError(f"{connection.uri}: what is published is not whole; run: chuchu index")


def _blocks(connection: Connection, edition: Edition) -> Iterator[str]:
    """The blocks of terms, in order; those that were overwritten meanwhile are left out."""
    about = Names(connection.settings.name, edition.number).about
    count = edition.passage_blocks + edition.document_blocks
    for start in range(edition.slot, edition.slot + count, _AT_ONCE):
        wanted = range(start, min(start + _AT_ONCE, edition.slot + count))
        found = connection.rows(about, wanted, ["row", "content"])
        for row in sorted(found, key=lambda row: int(row["row"])):
            name, block = row["content"].split(" ", 1)
            if name == edition.name:
                yield block


def _read(connection: Connection, collection: str, consistency: str) -> Edition | None:
    try:
        rows = connection.rows(collection, [0], ["content"], consistency)
    except AbsentError:
        return None
    return _parsed(json.loads(rows[0]["content"]), connection.uri) if rows else None


def _parsed(content: Json, uri: str) -> Edition:
    form = content.pop("form", None)
    recipe = content.pop("recipe", {})
    if form != _FORM or recipe.get("format") != FORMAT:
        raise StaleIndexError(
            f"{uri}: holds an index of another version of Chuchu; run: chuchu index"
        )
    return Edition(recipe=Recipe(**recipe), **content)


def _form(recipe: Recipe) -> Recipe:
    """What rows depend on: not which documents there are, nor how vectors are held here."""
    return replace(recipe, corpus_digest="", kind="")


def _is_near(length: float, other: float) -> bool:
    return abs(length - other) <= _MOST_DRIFT * max(length, 1.0)
