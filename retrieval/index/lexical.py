"""BM25 over terms, by tantivy: one index of passages, one of whole documents."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from retrieval.index.linking import link_tree

_TERMS = "terms"
_ROW = "row"
_FILE = "file"
_HEAP_BYTES = 64_000_000
MANY = 200_000
"""Rows from which on common terms cost more than they tell."""
_COMMON = 0.2
"""Share of the rows beyond which a term is common. Of a million passages the best ten by all terms
are among the best fifty by the others, and the first is the first (300 of 300 questions), in half
of the time."""
_FEWEST = 3
"""Terms that must be left to search by."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Terms are cut before they come here; "freq" leaves out positions, which nothing asks for.
    builder.add_text_field(_TERMS, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field(_ROW, stored=False, fast=True)
    builder.add_unsigned_field(_FILE, stored=False, indexed=True)
    return builder.build()


class LexicalWriter:
    """Writes an index, from nothing or from another that stays as it is."""

    def __init__(self, folder: Path, base: Path | None = None) -> None:
        """Begin an index, or go on with one that was begun.

        Args:
            folder: Where it is written.
            base: An index to start from; then the folder must not exist. Its files are linked:
                tantivy never changes one.
        """
        if base:
            link_tree(base, folder)
        else:
            folder.mkdir(exist_ok=True)
        self._schema = _schema()
        with _refusals(folder):
            index = tantivy.Index(self._schema, path=str(folder))
            self._writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        self._folder = folder

    def drop(self, files: Collection[int]) -> None:
        """Leave out whatever came from some files of the base, by their rows."""
        if files:
            query = tantivy.Query.term_set_query(self._schema, _FILE, list(files))
            with _refusals(self._folder):
                self._writer.delete_documents_by_query(query)

    def cut(self, files: int) -> None:
        """Leave out whatever came from files from this row on."""
        unsigned = tantivy.FieldType.Unsigned
        with _refusals(self._folder):
            query = tantivy.Query.range_query(
                self._schema, _FILE, unsigned, files, None, use_inverted_index=True
            )
            self._writer.delete_documents_by_query(query)

    def sync(self) -> None:
        """Make what was added survive a crash."""
        with _refusals(self._folder):
            self._writer.commit()

    def add(self, row: int, file: int, terms: str) -> None:
        """Add a row, by its terms between spaces, and the row of the file it came from."""
        document = tantivy.Document()
        document.add_text(_TERMS, terms)
        document.add_unsigned(_ROW, row)
        document.add_unsigned(_FILE, file)
        with _refusals(self._folder):
            self._writer.add_document(document)

    def close(self) -> None:
        """Write what is left."""
        with _refusals(self._folder):
            self._writer.commit()
            self._writer.wait_merging_threads()


class LexicalIndex:
    """Rows that share terms with a question."""

    def __init__(self, folder: Path, many: int = MANY) -> None:
        """Open an index.

        Args:
            folder: Where it stands.
            many: From so many rows on, what stands nearly everywhere is not looked up.
        """
        self._schema = _schema()
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()
        self._many = many

    def count(self) -> int:
        """How many rows are held."""
        return int(self._searcher.num_docs)

    def frequency(self, term: str) -> int:
        """In how many rows a term stands; rows that were dropped may be counted too."""
        return min(int(self._searcher.doc_freq(_TERMS, term)), self.count())

    def matching(self, terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """Rows and BM25 scores (k1 1.2, b 0.75), best first; equal ones by row.

        Args:
            terms: Question terms; each counts once. No terms match nothing.
            limit: Most rows to return.
        """
        unique = telling(terms, self.frequency, self.count(), self._many)
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


def telling(
    terms: Sequence[str], frequency: Callable[[str], int], count: int, many: int = MANY
) -> list[str]:
    """The terms that are looked up, each once: those not common, where there are enough of these.

    Args:
        terms: Of the question.
        frequency: In how many rows a term stands.
        count: How many rows there are.
        many: From so many rows on, what stands nearly everywhere is not looked up.
    """
    unique = list(dict.fromkeys(terms))
    if count < many:
        return unique
    frequencies = {term: frequency(term) for term in unique}
    rare = [term for term in unique if frequencies[term] <= _COMMON * count]
    return rare if sum(frequencies[term] > 0 for term in rare) >= _FEWEST else unique


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """What the machine refuses reaches tantivy as a ValueError: a full disk, say.

    A writer that failed while it was closed says with a RuntimeError that it is no more.
    """
    try:
        yield
    except (ValueError, RuntimeError) as error:
        raise OSError(f"{folder}: cannot be written ({error})") from None


def _best_first(pair: tuple[int, float]) -> tuple[float, int]:
    return -pair[1], pair[0]
