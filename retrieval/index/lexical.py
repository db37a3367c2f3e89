"""BM25 over terms, by tantivy: one index of passages, one of whole documents."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

_TERMS = "terms"
_ROW = "row"
_HEAP_BYTES = 64_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Terms are cut before they come here; "freq" leaves out positions, which nothing asks for.
    builder.add_text_field(_TERMS, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field(_ROW, stored=False, fast=True)
    return builder.build()


def write_lexical(folder: Path, texts: Iterable[Sequence[str]]) -> None:
    """Write an index of the terms of each text; rows count from 0 in the order given."""
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    for row, terms in enumerate(texts):
        document = tantivy.Document()
        document.add_text(_TERMS, " ".join(terms))
        document.add_unsigned(_ROW, row)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


class LexicalIndex:
    """Rows that share terms with a question."""

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def count(self) -> int:
        """How many rows are held."""
        return int(self._searcher.num_docs)

    def frequency(self, term: str) -> int:
        """In how many rows a term stands."""
        return int(self._searcher.doc_freq(_TERMS, term))

    def matching(self, terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """Rows and BM25 scores (k1 1.2, b 0.75), best first; equal ones by row.

        Args:
            terms: Question terms; each counts once. No terms match nothing.
            limit: Most rows to return.
        """
        unique = dict.fromkeys(terms)
        limit = min(limit, self.count())
        if not unique or not limit:
            return []
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _TERMS, term))
                for term in unique
            ]
        )
        hits = self._searcher.search(query, limit).hits
        addresses = [address for _, address in hits]
        rows = self._searcher.fast_field_values(_ROW, addresses)
        found = zip(rows, (score for score, _ in hits), strict=True)
        return sorted(((int(row or 0), score) for row, score in found), key=_best_first)


def _best_first(pair: tuple[int, float]) -> tuple[float, int]:
    return -pair[1], pair[0]
