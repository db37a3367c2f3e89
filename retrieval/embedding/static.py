"""A static model by model2vec: a text is the mean of its tokens, and no torch is needed."""

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from retrieval.embedding import TokenIds, normalise
from retrieval.errors import ModelError
from retrieval.question import Question
from retrieval.settings import EmbeddingSettings
from retrieval.text import fold
from retrieval.types import Vectors

_ROWS = 4096
"""Rows whose lengths are measured at once."""
_FILES = ("tokenizer.json", "model.safetensors")


class StaticEmbedder:
    """One vector a token, averaged.

    A model whose ``config.json`` says ``"folded": true`` was trained on folded text, as the shipped
    one; another is given text as it stands.
    """

    def __init__(self, folder: Path, settings: EmbeddingSettings) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from model2vec import StaticModel
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self._folder = folder
        self.name = settings.model or folder.name
        self.fingerprint = _digest(folder, settings)
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
        self._settings = settings
        self._folded = _is_folded(folder)
        self._lock = threading.Lock()  # tokenizers are borrowed mutably across threads

    def __reduce__(self) -> tuple[object, ...]:
        """Another process loads it for itself, once, wherever it is sent."""
        return _loaded_once, (self._folder, self._settings)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.dim)

    @property
    def is_light(self) -> bool:
        """It is: 0.08 ms a passage."""
        return True

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; shape ``(len(texts), dimension)``."""
        return self._embed([self._settings.passage_prompt + text for text in texts])

    def embed_question(self, question: Question) -> Vectors:
        """Embed a question as it was asked; shape ``(dimension,)``."""
        vector: Vectors = self._embed([self._settings.query_prompt + question.text])[0]
        return vector

    def tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        """Token ids of each text."""
        with self._lock:
            found = self._model.tokenize(self._read(texts))
        return [np.asarray(ids, dtype=np.uint32) for ids in found]

    def token_texts(self, ids: TokenIds) -> list[str]:
        """What each token stands for, folded."""
        return [fold(self._model.tokens[id_]) for id_ in ids]

    def token_vectors(self, ids: TokenIds) -> Vectors:
        """Vectors of tokens, shape ``(len(ids), dimension)``."""
        return normalise(self._model.embedding[self._rows_of(ids)].astype(np.float32))

    def embed_tokens(self, rows: Sequence[TokenIds]) -> Vectors:
        """Embed texts of which only the tokens are known; shape ``(len(rows), dimension)``.

        Weighted means of the tokens' rows; as `StaticModel.encode`, in two thirds of its time.
        """
        model = self._model
        vectors = np.zeros((len(rows), self.dimension), dtype=np.float32)
        for vector, ids in zip(vectors, rows, strict=True):
            if len(ids):
                each = model.embedding[self._rows_of(ids)].astype(np.float32)
                vector[:] = each.sum(axis=0) if model.weights is None else model.weights[ids] @ each
        return normalise(vectors)

    def token_cosines(self, vectors: Vectors, ids: TokenIds) -> Vectors:
        """Cosines of unit vectors with tokens, shape ``(len(vectors), len(ids))``."""
        rows = self._rows_of(ids)
        cosines: Vectors = vectors @ self._model.embedding[rows].astype(np.float32).T
        cosines *= self._scales[rows]
        return cosines

    @cached_property
    def _scales(self) -> Vectors:
        """What makes each row's length 1, shape ``(rows,)``."""
        rows = self._model.embedding
        parts = (rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS))
        lengths = [np.linalg.norm(part.astype(np.float32), axis=1) for part in parts]
        return np.asarray(1 / np.maximum(np.concatenate(lengths), 1e-12), dtype=np.float32)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        return self.embed_tokens(self.tokens(texts))

    def _rows_of(self, ids: TokenIds) -> TokenIds:
        """Where the vectors of tokens stand: several may share one."""
        mapping = self._model.token_mapping
        return ids if mapping is None else mapping[ids]

    def _read(self, texts: Sequence[str]) -> list[str]:
        return [fold(text) for text in texts] if self._folded else list(texts)


@cache
def _loaded_once(folder: Path, settings: EmbeddingSettings) -> StaticEmbedder:
    return StaticEmbedder(folder, settings)


def _is_folded(folder: Path) -> bool:
    config = folder / "config.json"
    return config.exists() and bool(json.loads(config.read_text("utf-8")).get("folded"))


def _digest(folder: Path, settings: EmbeddingSettings) -> str:
    sha = hashlib.sha256(f"{settings.query_prompt}\n{settings.passage_prompt}".encode())
    for name in _FILES:
        path = folder / name
        if not path.exists():
            raise ModelError(f"{path}: missing; restore it, e.g.: git checkout {folder}")
        sha.update(path.read_bytes())
    return sha.hexdigest()
