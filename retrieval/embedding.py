"""Texts -> unit vectors, and the token vectors that late interaction compares.

A static model (one vector a token, averaged) is loaded by model2vec in milliseconds and without
torch; every other sentence-transformers model by that library, which is imported only then.
"""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelError
from retrieval.settings import EmbeddingSettings
from retrieval.text import fold
from retrieval.types import Vectors

if TYPE_CHECKING:
    pass

logger = logging.getLogger(__name__)

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

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), dimension)``, rows of length 1 (or 0)."""

    def embed_question(self, text: str) -> Vectors:
        """Embed a question; shape ``(dimension,)``, length 1 (or 0)."""

    def tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        """Token ids of each text; empty for a model without token vectors of its own."""

    def token_texts(self, ids: TokenIds) -> list[str]:
        """What each token stands for, folded."""

    def token_vectors(self, ids: TokenIds) -> Vectors:
        """Vectors of tokens, shape ``(len(ids), dimension)``, rows of length 1 (or 0)."""


def load_embedder(settings: EmbeddingSettings) -> Embedder:
    """Load the model that the settings name.

    Raises:
        ModelError: The folder is missing or damaged, or the hub id is not in the local cache and
            cannot be fetched.
    """
    folder = Path(settings.location)
    try:
        if _is_static(folder):
            return StaticEmbedder(folder)
        return TransformerEmbedder(settings)
    except ModelError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        raise ModelError(
            f"{settings.location}: cannot be loaded as a sentence-transformers model ({reason}); "
            "set [embedding] model in config/chuchu.toml to a folder or a hub id"
        ) from error


def _is_static(folder: Path) -> bool:
    modules = folder / "modules.json"
    if not modules.exists():
        return False
    first = json.loads(modules.read_text("utf-8"))[0]
    return str(first["type"]).endswith("StaticEmbedding")


class StaticEmbedder:
    """One vector a token, averaged; loaded without torch."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from model2vec import StaticModel
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self.name = folder.name
        self.fingerprint = _digest_files(folder)
        # As `StaticModel.from_pretrained` does, but for the hub's client: 0.12 s to import.
        tensors = load_file(folder / "model.safetensors")
        self._model: StaticModel = StaticModel(
            tensors["embeddings"] if "embeddings" in tensors else tensors["embedding.weight"],
            Tokenizer.from_file(str(folder / "tokenizer.json")),
            weights=tensors.get("weights"),
            token_mapping=tensors.get("mapping"),
            normalize=True,
            max_length=None,
        )
        self._lock = threading.Lock()  # tokenizers are borrowed mutably across threads

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.dim)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), dimension)``."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        folded = [fold(text) for text in texts]
        with self._lock:
            vectors = self._model.encode(folded, use_multiprocessing=False, max_length=None)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_question(self, text: str) -> Vectors:
        """Embed a question; shape ``(dimension,)``."""
        vector: Vectors = self.embed_passages([text])[0]
        return vector

    def tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        """Token ids of each text."""
        with self._lock:
            found = self._model.tokenize([fold(text) for text in texts])
        return [np.asarray(ids, dtype=np.uint32) for ids in found]

    def token_texts(self, ids: TokenIds) -> list[str]:
        """What each token stands for."""
        return [self._model.tokens[id_] for id_ in ids]

    def token_vectors(self, ids: TokenIds) -> Vectors:
        """Vectors of tokens, shape ``(len(ids), dimension)``."""
        return normalise(self._model.embedding[ids].astype(np.float32))


class TransformerEmbedder:
    """Any sentence-transformers model, with the prompts of its own configuration."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: SentenceTransformer = SentenceTransformer(
            settings.location,
            device=settings.device,
            trust_remote_code=settings.trust_remote_code,
        )
        self._settings = settings
        self._lock = threading.Lock()
        self.name = settings.location
        self.fingerprint = self._digest()

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), dimension)``."""
        with self._lock:
            vectors = self._model.encode_document(
                list(texts),
                prompt=self._settings.passage_prompt or None,
                batch_size=self._settings.batch_size,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_question(self, text: str) -> Vectors:
        """Embed a question; shape ``(dimension,)``."""
        with self._lock:
            vector = self._model.encode_query(
                text,
                prompt=self._settings.query_prompt or None,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vector, dtype=np.float32)

    def tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        """Return no tokens: what stands before the attention layers compares nothing useful."""
        return [np.empty(0, dtype=np.uint32) for _ in texts]

    def token_texts(self, ids: TokenIds) -> list[str]:
        """Return no texts."""
        return []

    def token_vectors(self, ids: TokenIds) -> Vectors:
        """Return no vectors, shape ``(0, dimension)``."""
        return np.empty((0, self.dimension), dtype=np.float32)

    def _digest(self) -> str:
        """Hash the weights: a hub id may be re-published, a folder retrained."""
        sha = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            sha.update(name.encode())
            sha.update(tensor.detach().cpu().contiguous().flatten()[:4096].float().numpy())
        sha.update(f"{self._settings.query_prompt}\n{self._settings.passage_prompt}".encode())
        return sha.hexdigest()


class NoVectors:
    """Stands in for a model that is still being loaded: every vector is zero."""

    def __init__(self, name: str, fingerprint: str, dimension: int) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Zeros, shape ``(len(texts), dimension)``."""
        return np.zeros((len(texts), self.dimension), dtype=np.float32)

    def embed_question(self, text: str) -> Vectors:
        """Zeros, shape ``(dimension,)``."""
        return np.zeros(self.dimension, dtype=np.float32)

    def tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        """Return no tokens."""
        return [np.empty(0, dtype=np.uint32) for _ in texts]

    def token_texts(self, ids: TokenIds) -> list[str]:
        """Return no texts."""
        return []

    def token_vectors(self, ids: TokenIds) -> Vectors:
        """Return no vectors, shape ``(0, dimension)``."""
        return np.empty((0, self.dimension), dtype=np.float32)


def normalise(vectors: Vectors) -> Vectors:
    """Scale rows to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, 1e-12)
    return scaled


def _digest_files(folder: Path) -> str:
    sha = hashlib.sha256()
    for name in ("modules.json", "tokenizer.json", "model.safetensors"):
        path = folder / name
        if not path.exists():
            raise ModelError(f"{path}: missing; restore it, e.g.: git checkout {folder}")
        sha.update(path.read_bytes())
    return sha.hexdigest()
