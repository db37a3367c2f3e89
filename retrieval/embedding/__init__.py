"""Texts -> unit vectors, and the token vectors that late interaction compares.

``static``   one vector a token, averaged: loaded in milliseconds, without torch
``library``  every other sentence-transformers model, by that library
``absent``   stands in while a model is being loaded
``location`` a setting -> the folder of a model, without asking the hub for what is cached
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelError
from retrieval.question import Question
from retrieval.settings import EmbeddingSettings
from retrieval.types import Vectors

TokenIds = NDArray[np.uint32]


class Embedder(Protocol):
    """What the index and the search need of a model."""

    @property
    def name(self) -> str:
        """The folder's name or hub id."""

    @property
    def fingerprint(self) -> str:
        """Changes when the model, or how it is used, changes."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def is_light(self) -> bool:
        """Whether embedding a text costs less than keeping its vector and reading it back.

        Such a model is loaded in a blink, and can be sent to another process.
        """

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), dimension)``, rows of length 1 (or 0)."""

    def embed_question(self, question: Question) -> Vectors:
        """Embed a question; shape ``(dimension,)``, length 1 (or 0)."""

    def tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        """Token ids of each text; empty for a model without token vectors of its own."""

    def token_texts(self, ids: TokenIds) -> list[str]:
        """What each token stands for, folded."""

    def token_vectors(self, ids: TokenIds) -> Vectors:
        """Vectors of tokens, shape ``(len(ids), width)``, rows of length 1 (or 0)."""

    def token_cosines(self, vectors: Vectors, ids: TokenIds) -> Vectors:
        """Cosines of unit vectors with tokens, shape ``(len(vectors), len(ids))``."""

    def embed_tokens(self, rows: Sequence[TokenIds]) -> Vectors | None:
        """Embed texts of which only the tokens are known; shape ``(len(rows), dimension)``.

        ``None`` for a model to which tokens are not the whole text.
        """


def load_embedder(settings: EmbeddingSettings) -> Embedder:
    """Load the model that the settings name.

    Raises:
        ModelError: The folder is missing or damaged, or the hub id is not in the local cache and
            cannot be fetched.
    """
    from retrieval.embedding.location import model_folder, static_folder

    try:
        folder = model_folder(settings.location)
        static = static_folder(folder) if folder else None
        if static:
            from retrieval.embedding.static import StaticEmbedder

            return StaticEmbedder(static, settings)
        from retrieval.embedding.library import LibraryEmbedder

        return LibraryEmbedder(settings, folder)
    except ModelError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        raise ModelError(
            f"{settings.location}: cannot be loaded as a sentence-transformers model ({reason}); "
            "set [embedding] model in config/chuchu.toml to a folder or a hub id"
        ) from error


def normalise(vectors: Vectors) -> Vectors:
    """Scale rows to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, 1e-12)
    return scaled
