"""Token vectors + tokenizer -> the model folder, which two libraries read.

The folder is one of sentence-transformers (``modules.json``) and of model2vec (``config.json``)
at once. Vectors are int8 with one scale a token: ``embeddings[i] * weights[i]``.
"""

import json
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from retrieval.types import Vectors

_MODULES = "sentence_transformers.sentence_transformer.modules."
_LEVELS = 127
_LICENCE = """The vectors and the tokenizer in this folder are licensed under the
Creative Commons Attribution-ShareAlike 4.0 International licence:
https://creativecommons.org/licenses/by-sa/4.0/legalcode

They were trained from the works named in README.md, under the licences named there.
"""


def quantise(vectors: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows, shape ``(tokens, dimension)``, and a scale for each, ``(tokens,)``."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / _LEVELS
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def restore(rows: NDArray[np.int8], scales: NDArray[np.float32]) -> Vectors:
    """Undo `quantise`, but for the rounding."""
    return rows.astype(np.float32) * scales[:, None]


def write_model(folder: Path, tokenizer: Tokenizer, vectors: Vectors, card: str) -> None:
    """Write the model beside ``folder``, then put it in its place.

    A reader that has files open keeps them; one that comes between the two renames finds no
    folder, for microseconds.
    """
    beside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    rows, scales = quantise(vectors)
    save_file({"embeddings": rows, "weights": scales}, beside / "model.safetensors")
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
