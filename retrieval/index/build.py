"""A folder of documents -> a published generation."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.corpus.files import Listing, read_folder
from retrieval.corpus.layout import read_documents
from retrieval.corpus.passages import cut_passages
from retrieval.embedding import Embedder, TokenIds
from retrieval.errors import CorpusError, MissingIndexError, StaleIndexError
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
from retrieval.types import Document, Passage, Vectors

_BATCH = 1024

Progress = Callable[[int, int], None]
"""Called with passages embedded so far, and in all."""


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
        _write(building, documents, passages, embedder, progress)
        manifest = publish(building, recipe, len(documents), len(passages))
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


def _write(
    folder: Path,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    embedder: Embedder,
    progress: Progress,
) -> None:
    entries = [
        DocumentEntry(d.id, d.source.path, d.source.digest, d.title, d.column) for d in documents
    ]
    write_store(folder, entries, passages)
    write_lexical(folder / PASSAGES, map(passage_terms, passages))
    write_lexical(folder / DOCUMENTS, map(_document_terms, documents))
    vectors: list[Vectors] = []
    tokens: list[TokenIds] = []
    for start in range(0, len(passages), _BATCH):
        texts = [searched_text(passage) for passage in passages[start : start + _BATCH]]
        vectors.append(embedder.embed_passages(texts))
        tokens.extend(embedder.tokens(texts))
        progress(start + len(texts), len(passages))
    write_vectors(folder, np.concatenate([*vectors, np.empty((0, embedder.dimension), np.float32)]))
    write_tokens(folder, tokens)


def _document_terms(document: Document) -> list[str]:
    texts = [document.column, document.title]
    for block in document.blocks:
        texts += (*block.headings, block.text)
    return terms(fold("\n".join(texts)))
