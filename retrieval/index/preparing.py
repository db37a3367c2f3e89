"""One file -> everything that the index writes of it; runs in a process of its own."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from retrieval.corpus.files import FoundFile, Reader, ReadSource
from retrieval.corpus.layout import read_documents
from retrieval.corpus.passages import cut_passages
from retrieval.embedding import Embedder, TokenIds
from retrieval.index.fields import passage_terms
from retrieval.index.segments import segment_tokens
from retrieval.index.store import DocumentEntry
from retrieval.settings import PassageSettings
from retrieval.text import fold, terms
from retrieval.types import Document, Passage


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids of some passages, one after another: quick to send to another process."""

    ids: TokenIds
    ends: tuple[int, ...]

    @classmethod
    def of(cls, passages: Sequence[Passage], embedder: Embedder) -> "Tokens":
        """Find them."""
        each = list(segment_tokens(passages, embedder))
        return cls(
            np.concatenate([*each, np.empty(0, np.uint32)]), tuple(accumulate(map(len, each)))
        )

    def each(self) -> list[TokenIds]:
        """Those of each passage."""
        return np.split(self.ids, self.ends[:-1]) if self.ends else []


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document, cut; terms stand between spaces."""

    entry: DocumentEntry
    terms: str
    passages: tuple[Passage, ...]
    passage_terms: tuple[str, ...]
    tokens: Tokens | None
    """Of its passages; ``None`` where they are found later."""


@dataclass(frozen=True, slots=True)
class PreparedSource:
    """What was read from a file."""

    path: str
    encoding: str
    pages: int | None
    text_digest: str
    notes: tuple[str, ...]
    documents: tuple[PreparedDocument, ...]

    @property
    def passages(self) -> int:
        """How many passages it gives."""
        return sum(len(document.passages) for document in self.documents)


@dataclass(frozen=True, slots=True)
class Preparation:
    """How to prepare the files of a folder."""

    reader: Reader
    passages: PassageSettings
    embedder: Embedder | None = None
    """Finds token ids as well; a light one."""

    def __call__(self, file: FoundFile) -> tuple[PreparedSource, ...]:
        """Read a file, mend its layout, cut it, and find its terms."""
        return tuple(self._prepare(found) for found in self.reader(file))

    def _prepare(self, found: ReadSource) -> PreparedSource:
        source = found.source
        read = read_documents(source, found.items)
        documents = (self._prepare_document(document) for document in read)
        return PreparedSource(
            path=source.path,
            encoding=source.encoding,
            pages=len(source.pages) or None,
            text_digest=hashlib.sha256(source.text.encode("utf-8", "surrogatepass")).hexdigest(),
            notes=source.notes,
            documents=tuple(documents),
        )

    def _prepare_document(self, document: Document) -> PreparedDocument:
        passages = tuple(cut_passages(document, self.passages))
        source = document.source
        return PreparedDocument(
            entry=DocumentEntry(
                document.id, source.path, source.digest, document.title, document.column
            ),
            terms=_document_terms(document),
            passages=passages,
            passage_terms=tuple(" ".join(passage_terms(passage)) for passage in passages),
            tokens=Tokens.of(passages, self.embedder) if self.embedder else None,
        )


def unread(file: FoundFile, reason: str) -> PreparedSource:
    """What stands for a file that could not be read."""
    return PreparedSource(file.path, "", None, "", (reason,), ())


def _document_terms(document: Document) -> str:
    texts = [document.column, document.title]
    for block in document.blocks:
        texts += (*block.headings, block.text)
    # Text by text: the terms of a whole book, each by itself, would take a hundred times its size.
    return " ".join(" ".join(terms(fold(text))) for text in texts)
