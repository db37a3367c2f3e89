"""The benchmark of building measures a copy, and accounts for all of its time."""

from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.upkeep.benchmark import run_benchmark
from tests.conftest import settings_for


def test_every_stage_is_accounted_for_and_the_corpus_left_alone(
    tmp_path: Path, embedder: Embedder
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(30):
        (corpus / f"{number}.md").write_text(f"# 第{number}篇\n\n第{number}篇的内容。\n", "utf-8")
    before = {path: path.read_bytes() for path in corpus.iterdir()}
    found = run_benchmark(settings_for(corpus, tmp_path / "index"), embedder)
    assert (found.files, found.passages) == (30, 31)
    assert sum(stage.seconds for stage in found.stages) == pytest.approx(found.seconds)
    assert {stage.name for stage in found.stages} >= {"embed", "write terms (tantivy)"}
    assert all(stage.seconds >= 0 for stage in found.stages)
    assert {path: path.read_bytes() for path in corpus.iterdir()} == before
    assert not (tmp_path / "index").exists()
