"""What was embedded once is never embedded again; what is damaged or spare goes."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.embedding import Embedder, normalise
from retrieval.index.build import build_index
from retrieval.index.cache import VectorCache, text_key
from retrieval.index.generation import open_generation
from retrieval.settings import Settings
from retrieval.types import Vectors
from tests.conftest import ROOT, settings_for

KEYS = [text_key(text) for text in "甲乙丙丁"]


def vectors(count: int, dimension: int = 8, seed: int = 1) -> Vectors:
    drawn = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return normalise(drawn)


@pytest.fixture
def kept(tmp_path: Path) -> VectorCache:
    cache = VectorCache(tmp_path, "model", 8)
    cache.add(KEYS[:3], vectors(3))
    return cache


def test_vectors_come_back_bit_for_bit_in_the_order_asked(kept: VectorCache) -> None:
    rows = [2, 0, 1, 0]
    assert np.array_equal(kept.vectors([KEYS[row] for row in rows]), vectors(3)[rows])


def test_only_what_is_not_kept_is_missing(kept: VectorCache) -> None:
    assert kept.missing(KEYS) == {KEYS[3]}
    with pytest.raises(KeyError):
        kept.vectors(KEYS)


def test_another_model_keeps_its_own(kept: VectorCache, tmp_path: Path) -> None:
    assert VectorCache(tmp_path, "other", 8).missing(KEYS[:3]) == set(KEYS[:3])
    assert VectorCache(tmp_path, "model", 16).missing(KEYS[:3]) == set(KEYS[:3])
    assert VectorCache(tmp_path, "model", 8).missing(KEYS[:3]) == set()


def test_a_text_without_tokens_is_kept_too(kept: VectorCache) -> None:
    kept.add([KEYS[3]], np.zeros((1, 8), np.float32))
    assert not kept.missing(KEYS)


@pytest.mark.parametrize(
    "blob", [b"", b"\x00" * 31, np.full(8, np.nan, np.float32).tobytes(), b"\x41" * 32]
)
def test_a_damaged_vector_is_missing(kept: VectorCache, blob: bytes) -> None:
    with sqlite3.connect(kept.path) as connection:
        connection.execute("UPDATE vectors SET vector = ? WHERE key = ?", (blob, KEYS[1]))
    connection.close()
    assert kept.missing(KEYS[:3]) == {KEYS[1]}


@pytest.mark.parametrize("damage", ["no database", "cut", "altered"])
def test_a_damaged_file_is_emptied(tmp_path: Path, damage: str) -> None:
    with VectorCache(tmp_path, "model", 8) as cache:
        keys = [text_key(str(number)) for number in range(2000)]
        cache.add(keys, vectors(2000))
    content = bytearray(cache.path.read_bytes())
    if damage == "no database":
        content[:] = b"no database at all" * 100
    elif damage == "cut":
        del content[len(content) // 2 :]
    else:
        content[40_000:] = os.urandom(len(content) - 40_000)
    cache.path.write_bytes(content)
    with VectorCache(tmp_path, "model", 8) as again:
        assert again.missing(keys) == set(keys)
        again.add(keys[:1], vectors(1))
        assert again.missing(keys[:1]) == set()


def test_what_is_needed_stays_and_of_the_rest_the_youngest(tmp_path: Path) -> None:
    with VectorCache(tmp_path, "model", 256) as cache:
        keys = [text_key(str(number)) for number in range(100)]
        cache.add(keys, vectors(100, 256))
        cache.trim(keys[:10], spare_bytes=20 * (4 * 256 + 64))
        assert set(keys) - cache.missing(keys) == {*keys[:10], *keys[80:]}


def test_files_of_models_long_out_of_use_are_removed_first(tmp_path: Path) -> None:
    paths = []
    for age, model in enumerate(["now", "last", "before"]):
        with VectorCache(tmp_path, model, 8) as cache:
            cache.add(KEYS[:3], vectors(3))
        os.utime(cache.path, (1e9 - age, 1e9 - age))
        paths.append(cache.path)
    with VectorCache(tmp_path, "now", 8) as cache:
        cache.trim(KEYS[:3], spare_bytes=paths[1].stat().st_size)
        assert [path.exists() for path in paths] == [True, True, False]
        cache.trim(KEYS[:3], spare_bytes=0)
    assert [path.exists() for path in paths] == [True, False, False]


def test_what_was_added_survives_a_kill(tmp_path: Path) -> None:
    program = (
        "import numpy as np, os, pathlib, signal, sys\n"
        "from retrieval.index.cache import VectorCache, text_key\n"
        "cache = VectorCache(pathlib.Path(sys.argv[1]), 'model', 8)\n"
        "cache.add([text_key('甲')], np.eye(1, 8, dtype=np.float32))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], cwd=ROOT, check=False)  # noqa: S603
    assert done.returncode == -signal.SIGKILL
    assert VectorCache(tmp_path, "model", 8).missing(KEYS[:1]) == set()


class CountingEmbedder:
    """The shipped model, noting each text that it is given; as if it took its time."""

    is_light = False

    def __init__(self, embedder: Embedder, fingerprint: str = "") -> None:
        self._embedder = embedder
        self.fingerprint = fingerprint or embedder.fingerprint
        self.embedded: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed and note."""
        self.embedded += texts
        return self._embedder.embed_passages(texts)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.md").write_text("# 题\n\n蓟州有乡村精品民宿271家。\n", "utf-8")
    return folder


def embedded(settings: Settings, embedder: CountingEmbedder) -> list[str]:
    """Build; the texts that were embedded for it."""
    embedder.embedded = []
    build_index(settings, embedder, lambda done, total: None)
    return embedder.embedded


def test_only_new_text_is_embedded_across_generations(
    corpus: Path, tmp_path: Path, embedder: Embedder
) -> None:
    settings = settings_for(corpus, tmp_path / "index")
    counting = CountingEmbedder(embedder)
    assert len(embedded(settings, counting)) == 1
    (corpus / "b.md").write_text("# 又一题\n\n盘山景区有近3万名游客。\n", "utf-8")
    assert embedded(settings, counting) == ["盘山景区有近3万名游客。"]
    (corpus / "b.md").rename(corpus / "renamed.md")
    assert embedded(settings, counting) == []
    (corpus / "renamed.md").unlink()
    assert embedded(settings, counting) == []
    (corpus / "back.md").write_text("# 又一题\n\n盘山景区有近3万名游客。\n", "utf-8")
    assert embedded(settings, counting) == []


def test_equal_texts_are_embedded_once(corpus: Path, tmp_path: Path, embedder: Embedder) -> None:
    for name in ("b.md", "c.md"):
        (corpus / name).write_text(f"# {name}\n\n同一句话，两处都有。\n", "utf-8")
    settings = settings_for(corpus, tmp_path / "index")
    assert sorted(embedded(settings, CountingEmbedder(embedder))) == [
        "同一句话，两处都有。",
        "蓟州有乡村精品民宿271家。",
    ]


def test_going_back_to_a_model_embeds_nothing(
    corpus: Path, tmp_path: Path, embedder: Embedder
) -> None:
    settings = settings_for(corpus, tmp_path / "index")
    first, second = CountingEmbedder(embedder), CountingEmbedder(embedder, "another")
    assert [len(embedded(settings, model)) for model in (first, second, first)] == [1, 1, 0]


def test_the_published_vectors_are_those_of_the_model(
    corpus: Path, tmp_path: Path, embedder: Embedder
) -> None:
    settings = settings_for(corpus, tmp_path / "index")
    counting = CountingEmbedder(embedder)
    embedded(settings, counting)
    (corpus / "0.md").write_text("# 先\n\n这一篇排在前面。\n", "utf-8")
    embedded(settings, counting)
    generation = open_generation(settings.index.folder)
    for row, text in enumerate(["这一篇排在前面。", "蓟州有乡村精品民宿271家。"]):
        vector = embedder.embed_passages([text])[0]
        assert generation.vectors.cosines(vector, [row])[0] == pytest.approx(1, abs=1e-6)


def test_a_bound_of_nothing_keeps_what_is_published_alone(
    corpus: Path, tmp_path: Path, embedder: Embedder
) -> None:
    settings = settings_for(corpus, tmp_path / "index")
    index = settings.index.model_copy(update={"cache_mb": 0})
    settings = settings.model_copy(update={"index": index})
    counting = CountingEmbedder(embedder)
    embedded(settings, counting)
    old = (corpus / "a.md").read_text("utf-8")
    for text in ("全新的一句话。", "又一句话。"):  # one back is still kept as a generation
        (corpus / "a.md").write_text(f"# 题\n\n{text}\n", "utf-8")
        embedded(settings, counting)
    (corpus / "a.md").write_text(old, "utf-8")
    assert len(embedded(settings, counting)) == 1
