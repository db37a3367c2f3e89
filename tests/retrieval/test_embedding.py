"""Models: the shipped one without torch, any other through sentence-transformers."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder, load_embedder, normalise
from retrieval.errors import ModelError
from retrieval.index.build import build_index
from retrieval.settings import EmbeddingSettings, Settings
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of two layers, saved as a sentence-transformers folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("bert")
    characters = sorted(set((ROOT / "seeds").glob("*.txt").__next__().read_text("utf-8")))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(c for c in characters if c.strip())]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder)
    transformer = Transformer(str(folder))
    saved = folder / "st"
    SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu").save(str(saved))
    return saved


def test_the_shipped_model_gives_unit_vectors(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["蓟州区的民宿", "数字经济"])
    assert vectors.shape == (2, embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_traditional_and_simplified_are_one(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["薊州區的民宿", "蓟州区的民宿"])
    assert np.array_equal(vectors[0], vectors[1])


def test_text_without_tokens_has_a_vector_of_zeros(embedder: Embedder) -> None:
    assert not embedder.embed_question("  ").any()
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_near_words_are_nearer_than_far_ones(embedder: Embedder) -> None:
    tourist, visitor, beef = embedder.embed_passages(["游客", "旅客", "牛肉"])
    assert tourist @ visitor > tourist @ beef


def test_token_vectors_belong_to_the_tokens(embedder: Embedder) -> None:
    ids = embedder.tokens(["民宿多少家"])[0]
    assert "".join(embedder.token_texts(ids)) == "民宿多少家"
    vectors = embedder.token_vectors(ids)
    assert vectors.shape == (len(ids), embedder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_threads_may_share_a_model(embedder: Embedder) -> None:
    expected = embedder.embed_question("蓟州区的民宿")
    found: list[bool] = []

    def work() -> None:
        vectors = (embedder.embed_question("蓟州区的民宿") for _ in range(50))
        found.extend(np.array_equal(vector, expected) for vector in vectors)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 200


def test_the_shipped_model_loads_without_torch() -> None:
    code = (
        "import sys; from retrieval.embedding import load_embedder;"
        "from retrieval.settings import EmbeddingSettings; load_embedder(EmbeddingSettings());"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_transformer_goes_the_whole_way(
    tiny_bert: Path, seed_settings: Settings, tmp_path: Path
) -> None:
    settings = seed_settings.model_copy(
        update={
            "embedding": EmbeddingSettings(model=str(tiny_bert)),
            "index": seed_settings.index.model_copy(update={"folder": tmp_path}),
            "answer": seed_settings.answer.model_copy(update={"threshold": 0.0}),
        }
    )
    embedder = load_embedder(settings.embedding)
    assert embedder.dimension == 32
    built = build_index(settings, embedder, lambda done, total: None)
    assert built.passages > 20
    answer = Answerer(settings, embedder).ask("乡村精品民宿有多少家")
    assert "271家" in answer.excerpts[0].text


def test_prompts_change_vectors_and_fingerprint(tiny_bert: Path) -> None:
    plain = load_embedder(EmbeddingSettings(model=str(tiny_bert)))
    prompted = load_embedder(EmbeddingSettings(model=str(tiny_bert), query_prompt="问："))
    assert not np.allclose(plain.embed_question("民宿"), prompted.embed_question("民宿"))
    assert np.allclose(plain.embed_passages(["民宿"]), prompted.embed_passages(["民宿"]), atol=1e-6)
    assert plain.fingerprint != prompted.fingerprint


@pytest.mark.parametrize("content", [None, "not json", "[]"])
def test_what_is_no_model_is_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    if content is not None:
        (tmp_path / "modules.json").write_text(content)
    with pytest.raises(ModelError, match=r"set \[embedding\] model"):
        load_embedder(EmbeddingSettings(model=str(tmp_path)))


def test_normalise_leaves_zeros() -> None:
    vectors = normalise(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    assert np.allclose(vectors, [[0.6, 0.8], [0, 0]])
