"""The collections of an edition, as each kind of server takes them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.index.milvus.connection import Connection

if TYPE_CHECKING:
    from pymilvus import CollectionSchema, MilvusClient
    from pymilvus.milvus_client.index import IndexParams

VECTOR = "vector"
TERMS = "terms"
_TEXT = 65_535
"""Most bytes that a field holds."""
_ID = 64
_NOWHERE = 2
"""Dimensions of a vector that means nothing: Milvus wants one in every collection."""
NOTHING = [1.0, 0.0]


@dataclass(frozen=True, slots=True)
class Names:
    """What the collections of one edition are called."""

    name: str
    """``[index] name``, which is also the alias."""
    number: int

    @property
    def passages(self) -> str:
        """Where its passages stand."""
        return f"{self.name}_{self.number}_passages"

    @property
    def documents(self) -> str:
        """Where its documents stand."""
        return f"{self.name}_{self.number}_documents"

    @property
    def about(self) -> str:
        """Where what is said of it stands."""
        return f"{self.name}_{self.number}_about"

    @property
    def all(self) -> tuple[str, str, str]:
        """All three; that which the others are found by comes first."""
        return self.about, self.documents, self.passages


def create(connection: Connection, names: Names, dimension: int, *, sparse: bool) -> None:
    """Make those collections of an edition that are not there, ready to be searched.

    Args:
        connection: To the server.
        names: Of the edition.
        dimension: Of passages' vectors.
        sparse: Whether terms are held.
    """
    there = set(connection.collections())
    fields = {
        names.about: {"content": _TEXT},
        names.documents: {"id": _ID, "content": _TEXT},
        names.passages: {"id": _ID, "text": _TEXT, "content": _TEXT, "tokens": _TEXT},
    }
    for collection, texts in fields.items():
        if collection not in there:
            _create(
                connection,
                collection,
                texts,
                dimension if collection == names.passages else _NOWHERE,
                sparse=sparse and collection != names.about,
            )
        connection.load_anew(collection)


def _create(
    connection: Connection, collection: str, texts: dict[str, int], dimension: int, *, sparse: bool
) -> None:
    def work(client: "MilvusClient", timeout: float) -> None:
        client.create_collection(
            collection,
            schema=_schema(client, texts, dimension, sparse=sparse),
            index_params=_indexes(
                client,
                is_large=dimension > _NOWHERE and not connection.is_lite,
                finds_ids="id" in texts,
                # Lite knows INVERTED only, 2.3 Trie only.
                id_index="INVERTED" if connection.knows_sparse else "Trie",
                sparse=sparse,
            ),
            num_shards=connection.settings.shards,
            timeout=timeout,
        )

    connection.apply(work)


def _schema(
    client: "MilvusClient", texts: dict[str, int], dimension: int, *, sparse: bool
) -> "CollectionSchema":
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("row", DataType.INT64, is_primary=True)
    for name, length in texts.items():
        schema.add_field(name, DataType.VARCHAR, max_length=length)
    schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
    if sparse:
        schema.add_field(TERMS, DataType.SPARSE_FLOAT_VECTOR)
    return schema


def _indexes(
    client: "MilvusClient", *, is_large: bool, finds_ids: bool, id_index: str, sparse: bool
) -> "IndexParams":
    indexes = client.prepare_index_params()
    if is_large:
        quality = {"M": 16, "efConstruction": 200}
        indexes.add_index(VECTOR, index_type="HNSW", metric_type="IP", params=quality)
    else:
        indexes.add_index(VECTOR, index_type="FLAT", metric_type="IP")
    if sparse:
        indexes.add_index(TERMS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    if finds_ids:
        indexes.add_index("id", index_type=id_index)
    return indexes
