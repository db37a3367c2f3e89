"""Any sentence-transformers model, by that library, with the prompts of its own configuration."""

import hashlib
import logging
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from retrieval.embedding import TokenIds, normalise
from retrieval.embedding.location import model_folder
from retrieval.errors import ModelError
from retrieval.question import Question
from retrieval.settings import EmbeddingSettings
from retrieval.text import fold
from retrieval.types import Vectors

logger = logging.getLogger(__name__)

_PIECE_MARKS = "#▁Ġ"
"""How tokenizers show that a piece goes on, or begins, a word."""
_SHAPING = {"precision", "backend", "backend_file", "query_prompt", "passage_prompt"}
"""Settings that change the vectors."""
_RUN_FILES = (".onnx", ".xml", ".bin")


class LibraryEmbedder:
    """Vectors of texts by the whole model; vectors of tokens from its input embeddings.

    Attention layers would have to run for every candidate to compare tokens in their context;
    what stands before them costs a look-up, and still knows which words are near.
    """

    def __init__(self, settings: EmbeddingSettings, folder: Path | None) -> None:
        self._model = _load(settings, folder)
        self._settings = settings
        self._lock = threading.Lock()
        self.name = settings.location
        self.fingerprint = self._digest()
        if not len(self._token_table):
            logger.warning(
                "%s: has no token embeddings to compare; passages are ranked without late "
                "interaction",
                self.name,
            )

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def is_light(self) -> bool:
        """It is not: a passage takes milliseconds."""
        return False

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

    def embed_question(self, question: Question) -> Vectors:
        """Embed a question as it was asked; shape ``(dimension,)``."""
        with self._lock:
            vector = self._model.encode_query(
                question.text,
                prompt=self._settings.query_prompt or None,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vector, dtype=np.float32)

    def tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        """Token ids of each text, without those that only frame it; none without embeddings."""
        if not len(self._token_table) or not texts:
            return [np.empty(0, dtype=np.uint32) for _ in texts]
        with self._lock:
            found = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [np.asarray(ids, dtype=np.uint32) for ids in found["input_ids"]]

    def token_texts(self, ids: TokenIds) -> list[str]:
        """What each token stands for, folded."""
        if not len(ids):
            return []
        pieces = self._model.tokenizer.convert_ids_to_tokens([int(id_) for id_ in ids])
        return [fold(piece.strip(_PIECE_MARKS)) for piece in pieces]

    def token_vectors(self, ids: TokenIds) -> Vectors:
        """Vectors of tokens, shape ``(len(ids), width)``; the width is that of the first layer."""
        return self._token_table[ids]

    def embed_tokens(self, rows: Sequence[TokenIds]) -> None:
        """Nothing: attention reads whole texts."""

    def token_cosines(self, vectors: Vectors, ids: TokenIds) -> Vectors:
        """Cosines of unit vectors with tokens, shape ``(len(vectors), len(ids))``."""
        cosines: Vectors = vectors @ self._token_table[ids].T
        return cosines

    @cached_property
    def _token_table(self) -> Vectors:
        """Input embeddings without their common direction, shape ``(vocabulary, width)``.

        All lie in a narrow cone; what is common to them hides what tells them apart
        (Mu and Viswanath 2018).
        """
        layer = _input_embeddings(self._model)
        if layer is None:
            return np.empty((0, 0), dtype=np.float32)
        table = layer.detach().float().cpu().numpy()
        return normalise(table - table.mean(axis=0))

    def _digest(self) -> str:
        """Hash the weights: a hub id may be re-published, a folder retrained."""
        sha = hashlib.sha256(self._settings.model_dump_json(include=_SHAPING).encode())
        for name, tensor in sorted(self._model.state_dict().items()):
            sha.update(name.encode())
            sha.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
        if self._settings.backend != "torch":  # whose weights stand in files of their own
            folder = model_folder(self._settings.location)
            for path in sorted(folder.rglob("*")) if folder else ():
                if path.suffix in _RUN_FILES:
                    sha.update(path.read_bytes())
        return sha.hexdigest()


def _load(settings: EmbeddingSettings, folder: Path | None) -> SentenceTransformer:
    options: dict[str, object] = {}
    if settings.precision != "float32":
        options["dtype"] = getattr(torch, settings.precision)
    if settings.backend_file:
        options["file_name"] = settings.backend_file
    try:
        return SentenceTransformer(
            str(folder or settings.location),
            device=settings.device,
            backend=settings.backend,
            trust_remote_code=settings.trust_remote_code,
            local_files_only=folder is not None,
            model_kwargs=options,
        )
    except Exception as error:
        if settings.backend != "torch" and "pip install" in str(error):
            raise ModelError(
                f'[embedding] backend = "{settings.backend}" needs more packages; run: '
                f"pip install 'sentence-transformers[{settings.backend}]'"
            ) from None
        raise


def _input_embeddings(model: SentenceTransformer) -> torch.Tensor | None:
    """The rows that the model looks tokens up in, if it has a tokenizer and such rows."""
    inner = model.transformers_model
    if inner is None or not callable(getattr(model, "tokenizer", None)):
        return None
    try:
        weight = inner.get_input_embeddings().weight
    except (AttributeError, NotImplementedError):
        return None
    return weight if isinstance(weight, torch.Tensor) else None
