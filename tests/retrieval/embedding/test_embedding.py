"""Models: the shipped one without torch, any other through sentence-transformers."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import Embedder, load_embedder, normalise
from retrieval.errors import ModelError
from retrieval.question import read_question
from retrieval.settings import EmbeddingSettings
from tests.conftest import ROOT

QUESTION = read_question("蓟州区的民宿")


def test_the_shipped_model_gives_unit_vectors(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["蓟州区的民宿", "数字经济"])
    assert vectors.shape == (2, embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_traditional_and_simplified_are_one(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["薊州區的民宿", "蓟州区的民宿"])
    assert np.array_equal(vectors[0], vectors[1])


def test_text_without_tokens_has_a_vector_of_zeros(embedder: Embedder) -> None:
    assert not embedder.embed_question(read_question("  ")).any()
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
    expected = embedder.embed_question(QUESTION)
    found: list[bool] = []

    def work() -> None:
        vectors = (embedder.embed_question(QUESTION) for _ in range(50))
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
