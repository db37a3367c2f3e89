"""The shipped folder is one model, whoever loads it."""

import json
from pathlib import Path

import numpy as np
import pytest
from model2vec import StaticModel
from sentence_transformers import SentenceTransformer

from retrieval.text import fold
from retrieval.training.export import SHARED_ROWS, quantise, restore, share_rows, write_model
from retrieval.training.train import Recipe
from retrieval.training.vocabulary import build_tokenizer, count_words

MODEL = Path(__file__).parents[3] / "retrieval" / "model"
TEXTS = [
    "京津冀的產業協同得怎麼樣？",
    "天津蓟州区实施“四大工程”",
    "PPR-9087 costs 21.7% more than 한국 😀",
    "字" * 3000,
    "",
]


def test_both_libraries_give_the_same_vectors(recwarn: pytest.WarningsRecorder) -> None:
    folded = [fold(text) for text in TEXTS]
    quick = StaticModel.from_pretrained(MODEL).encode(folded)
    slow = SentenceTransformer(str(MODEL), local_files_only=True, device="cpu").encode(folded)
    assert quick.shape == (len(TEXTS), Recipe().width)
    np.testing.assert_allclose(quick, slow, atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(quick[:-1], axis=1), 1, atol=1e-5)
    assert not quick[-1].any()
    assert not recwarn.list


def test_shipped_folder_is_small_and_has_card_and_licence() -> None:
    files = [path for path in MODEL.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 20_000_000
    assert {path.name for path in files} >= {"README.md", "LICENSE", "modules.json"}


def test_int8_loses_half_a_step_at_most() -> None:
    vectors = np.random.default_rng(0).standard_normal((50, 16)).astype(np.float32)
    vectors[3] = 0
    rows, scales = quantise(vectors)
    assert rows.dtype == np.int8
    assert (np.abs(restore(rows, scales) - vectors) <= scales[:, None] / 2 + 1e-6).all()


def test_unmet_characters_share_rows_and_all_others_keep_their_own() -> None:
    tokens = [f"t{number}" for number in range(2000)]
    sharing = set(tokens[500:])
    vectors = np.random.default_rng(0).standard_normal((2000, 4)).astype(np.float32)
    shared = share_rows(vectors, tokens, sharing)
    assert len(shared.rows) == 500 + SHARED_ROWS
    assert np.array_equal(shared.vectors[:500], vectors[:500])
    assert np.array_equal(shared.vectors[500 + SHARED_ROWS], vectors[500])


def test_a_model_replaces_the_one_before(tmp_path: Path) -> None:
    tokenizer = build_tokenizer(count_words([]), size=100)
    vectors = np.ones((tokenizer.get_vocab_size(), 8), dtype=np.float32)
    for card in ("first", "second"):
        write_model(tmp_path / "model", tokenizer, share_rows(vectors, [], ()), card)
    assert (tmp_path / "model" / "README.md").read_text("utf-8") == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    modules = json.loads((tmp_path / "model" / "modules.json").read_text("utf-8"))
    assert modules[0]["type"].endswith("StaticEmbedding")
