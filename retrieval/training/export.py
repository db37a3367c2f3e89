"""Token vectors + tokenizer -> the model folder, which two libraries read.

The folder is one of sentence-transformers (``modules.json``) and of model2vec (``config.json``)
at once. Vectors are int8 with one scale a token: ``embeddings[mapping[i]] * weights[i]``.
"""

import json
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from retrieval.types import Vectors

_MODULES = "sentence_transformers.sentence_transformer.modules."
_LEVELS = 127
SHARED_ROWS = 512
"""Rows for all the characters that no text had."""
_LICENCE = """The vectors and the tokenizer in this folder are licensed under the
Creative Commons Attribution-ShareAlike 4.0 International licence:
https://creativecommons.org/licenses/by-sa/4.0/legalcode

They were trained from the works named in README.md, under the licences named there.
"""


@dataclass(frozen=True, slots=True)
class Shared:
    """Rows, and which of them each token has."""

    rows: Vectors
    """Shape ``(rows, dimension)``."""
    mapping: NDArray[np.int32]
    """Shape ``(tokens,)``."""

    @property
    def vectors(self) -> Vectors:
        """The vector of each token, shape ``(tokens, dimension)``."""
        found: Vectors = self.rows[self.mapping]
        return found


def quantise(vectors: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows, shape ``(tokens, dimension)``, and a scale for each, ``(tokens,)``."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / _LEVELS
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def restore(rows: NDArray[np.int8], scales: NDArray[np.float32]) -> Vectors:
    """Undo `quantise`, but for the rounding."""
    return rows.astype(np.float32) * scales[:, None]


def share_rows(vectors: Vectors, tokens: Sequence[str], sharing: Collection[str]) -> Shared:
    """Let tokens of which nothing was learnt share a few rows, so that others have room.

    Args:
        vectors: Shape ``(tokens, dimension)``.
        tokens: The vocabulary.
        sharing: Tokens that share `SHARED_ROWS` rows: those of as many of them.
    """
    own = [index for index, token in enumerate(tokens) if token not in sharing]
    others = [index for index, token in enumerate(tokens) if token in sharing]
    kept = [*own, *others[:SHARED_ROWS]]
    mapping = np.empty(len(tokens), dtype=np.int32)
    mapping[own] = np.arange(len(own))
    mapping[others] = len(own) + np.arange(len(others)) % SHARED_ROWS
    return Shared(vectors[kept], mapping)


def write_model(folder: Path, tokenizer: Tokenizer, shared: Shared, card: str) -> None:
    """Write the model beside ``folder``, then put it in its place.

    A reader that has files open keeps them; one that comes between the two renames finds no
    folder, for microseconds.
    """
    beside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    rows, scales = quantise(shared.rows)
    weights, mapping = scales[shared.mapping], shared.mapping
    save_file(
        {"embeddings": rows, "weights": weights, "mapping": mapping}, beside / "model.safetensors"
    )
    (beside / "model.safetensors").chmod(0o644)
    tokenizer.save(str(beside / "tokenizer.json"), pretty=False)
    for name, content in _settings().items():
        (beside / name).write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    (beside / "README.md").write_text(card, "utf-8")
    (beside / "LICENSE").write_text(_LICENCE, "utf-8")
    _replace(beside, folder)


def _settings() -> dict[str, object]:
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{_MODULES}StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{_MODULES}Normalize"},
    ]
    return {
        "modules.json": modules,
        "config.json": {
            "model_type": "model2vec",
            "architectures": ["StaticModel"],
            "embedding_dtype": "int8",
            "normalize": True,
            "max_length": None,
            "folded": True,
        },
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "similarity_fn_name": "cosine",
            "prompts": {"query": "", "document": ""},
            "default_prompt_name": None,
        },
    }


def _replace(new: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
