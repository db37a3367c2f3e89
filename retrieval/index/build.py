"""A folder of documents -> a published generation."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from retrieval.corpus.files import Listing, read_folder
from retrieval.corpus.layout import read_documents
from retrieval.corpus.passages import cut_passages
from retrieval.embedding import Embedder, TokenIds
from retrieval.errors import CorpusError, MissingIndexError, StaleIndexError
from retrieval.index import cache
from retrieval.index.cache import VectorCache, text_key
from retrieval.index.fields import passage_terms, searched_text
from retrieval.index.generation import (
    DOCUMENTS,
    FORMAT,
    PASSAGES,
    Manifest,
    Recipe,
    open_generation,
    publish,
    writing,
)
from retrieval.index.lexical import write_lexical
from retrieval.index.store import DocumentEntry, write_store
from retrieval.index.vectors import write_tokens, write_vectors
from retrieval.settings import PassageSettings, Settings
from retrieval.text import fold, terms
from retrieval.types import Document, Passage

_BATCH = 1024

_Item = TypeVar("_Item")

Progress = Callable[[int, int], None]
"""Called with texts embedded so far, and texts to embed: those whose vectors are not kept."""


@dataclass(frozen=True, slots=True)
class Built:
    """What an indexing run did."""

    generation: str
    documents: int
    passages: int
    unchanged: bool
    """Whether what is published was made from the same already."""
    unknown_files: tuple[str, ...]


def settings_digest(settings: PassageSettings) -> str:
    """Changes when passages would be cut otherwise."""
    return hashlib.sha256(settings.model_dump_json().encode()).hexdigest()


def build_index(settings: Settings, embedder: Embedder, progress: Progress) -> Built:
    """Index the corpus, unless what is published was made from the very same.

    Raises:
        CorpusError: The folder or a file in it cannot be read.
        RetrievalError: Another process is indexing, or the index folder cannot be written.
    """
    listing = read_folder(settings.corpus.folder)
    recipe = Recipe(
        format=FORMAT,
        corpus_digest=listing.digest,
        settings_digest=settings_digest(settings.passages),
        model=embedder.name,
        model_fingerprint=embedder.fingerprint,
        dimension=embedder.dimension,
    )
    with writing(settings.index.folder) as building:
        manifest = _sound_manifest(settings.index.folder, recipe)
        if manifest:
            return _built(manifest, listing, unchanged=True)
        documents = [document for file in listing.read for document in read_documents(file)]
        passages = [p for document in documents for p in cut_passages(document, settings.passages)]
        if not passages:
            raise CorpusError(
                f"{settings.corpus.folder}: its files hold no text; put documents there, "
                "then run: chuchu index"
            )
        _write(building, documents, passages, embedder)
        with _open_cache(settings, embedder) as kept:
            texts = [searched_text(passage) for passage in passages]
            keys = [text_key(text) for text in texts]
            _embed(texts, keys, embedder, kept, progress)
            write_vectors(building, kept.vectors(keys))
            manifest = publish(building, recipe, len(documents), len(passages))
            kept.trim(keys, settings.index.cache_mb * 1_000_000)
        return _built(manifest, listing, unchanged=False)


def _sound_manifest(folder: Path, recipe: Recipe) -> Manifest | None:
    """The manifest of what is published, if it is whole and made by the same recipe."""
    try:
        generation = open_generation(folder)
    except (MissingIndexError, StaleIndexError):
        return None
    return generation.manifest if generation.manifest.recipe == recipe else None


def _built(manifest: Manifest, listing: Listing, *, unchanged: bool) -> Built:
    return Built(
        generation=manifest.recipe.generation,
        documents=manifest.documents,
        passages=manifest.passages,
        unchanged=unchanged,
        unknown_files=listing.unknown,
    )


def _open_cache(settings: Settings, embedder: Embedder) -> VectorCache:
    folder = settings.index.folder / cache.FOLDER
    return VectorCache(folder, embedder.fingerprint, embedder.dimension)


def _write(
    folder: Path, documents: Sequence[Document], passages: Sequence[Passage], embedder: Embedder
) -> None:
    entries = [
        DocumentEntry(d.id, d.source.path, d.source.digest, d.title, d.column) for d in documents
    ]
    write_store(folder, entries, passages)
    write_lexical(folder / PASSAGES, map(passage_terms, passages))
    write_lexical(folder / DOCUMENTS, map(_document_terms, documents))
    tokens: list[TokenIds] = []
    for batch in _batches(passages):
        tokens.extend(embedder.tokens([searched_text(passage) for passage in batch]))
    write_tokens(folder, tokens)


def _embed(
    texts: Sequence[str],
    keys: Sequence[bytes],
    embedder: Embedder,
    kept: VectorCache,
    progress: Progress,
) -> None:
    """Embed each text whose vector is not kept, once, and keep it."""
    missing = kept.missing(keys)
    by_key = {key: text for key, text in zip(keys, texts, strict=True) if key in missing}
    done = 0
    for batch in _batches(list(by_key)):
        kept.add(batch, embedder.embed_passages([by_key[key] for key in batch]))
        done += len(batch)
        progress(done, len(by_key))


def _batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _document_terms(document: Document) -> list[str]:
    texts = [document.column, document.title]
    for block in document.blocks:
        texts += (*block.headings, block.text)
    return terms(fold("\n".join(texts)))
