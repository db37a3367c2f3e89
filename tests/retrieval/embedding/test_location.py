"""A setting names a folder, a model in the hub's cache, or one that has to be downloaded."""

import json
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import load_embedder
from retrieval.embedding.location import model_folder, static_folder
from retrieval.errors import ModelError
from retrieval.settings import SHIPPED_MODEL, EmbeddingSettings

STATIC = "sentence_transformers.models.StaticEmbedding"


def test_a_folder_is_itself(tmp_path: Path) -> None:
    assert model_folder(str(tmp_path)) == tmp_path


def test_what_is_not_cached_has_no_folder() -> None:
    assert model_folder("nobody/has-this-model") is None


@pytest.mark.parametrize("location", ["/no/such/folder", "./nothing", "a/b/c", "~/model"])
def test_a_path_that_is_missing_is_no_hub_id(location: str) -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        model_folder(location)


def test_the_shipped_model_is_static() -> None:
    assert static_folder(SHIPPED_MODEL) == SHIPPED_MODEL


def test_a_static_model_with_a_layer_behind_it_is_left_to_the_library(tmp_path: Path) -> None:
    modules = [{"path": "0", "type": STATIC}, {"path": "1", "type": "x.Dense"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules))
    assert static_folder(tmp_path) is None


def test_a_static_model_saved_by_the_library_is_loaded_without_it(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(SHIPPED_MODEL / "tokenizer.json"))
    rows = np.random.default_rng(1).standard_normal((tokenizer.get_vocab_size(), 16))
    static = StaticEmbedding(tokenizer, embedding_weights=rows.astype(np.float32))
    model = SentenceTransformer(modules=[static], device="cpu")
    model.save(str(tmp_path))
    fast = load_embedder(EmbeddingSettings(model=str(tmp_path)))
    assert type(fast).__name__ == "StaticEmbedder"
    texts = ["民宿271家", "a guest house"]
    slow = model.encode(texts, normalize_embeddings=True)
    assert np.allclose(fast.embed_passages(texts), slow, atol=1e-5)
