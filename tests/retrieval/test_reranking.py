"""A cross-encoder changes the order of the best hits, and nothing else."""

from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.errors import ModelError
from retrieval.index.fields import searched_text
from retrieval.question import read_question
from retrieval.reranking import load_reranker
from retrieval.settings import RerankSettings, Settings

QUESTION = "蓟州区有多少家乡村精品民宿"


def test_none_is_loaded_unless_it_is_named(answerer: Answerer) -> None:
    hits = answerer.hits(QUESTION)
    assert load_reranker(RerankSettings()).reorder(read_question(QUESTION), hits) == hits


def test_the_best_hits_are_ordered_by_the_models_own_scores(
    answerer: Answerer, tiny_cross_encoder: Path
) -> None:
    from sentence_transformers import CrossEncoder

    hits = answerer.hits(QUESTION)
    reranker = load_reranker(RerankSettings(model=str(tiny_cross_encoder), top=5))
    found = reranker.reorder(read_question(QUESTION), hits)
    pairs = [(QUESTION, searched_text(hit.passage)) for hit in hits[:5]]
    scores = CrossEncoder(str(tiny_cross_encoder), device="cpu").predict(pairs)
    expected = [hit for _, hit in sorted(zip(scores, hits, strict=False), key=lambda p: -p[0])]
    assert found[:5] == expected
    assert found[5:] == hits[5:]
    assert found != hits


def test_the_answer_begins_with_what_the_cross_encoder_puts_first(
    seed_settings: Settings, embedder: Embedder, tiny_cross_encoder: Path, answerer: Answerer
) -> None:
    settings = RerankSettings(model=str(tiny_cross_encoder))
    reranker = load_reranker(settings)
    answer = Answerer(seed_settings, embedder, reranker).ask(QUESTION)
    first = reranker.reorder(read_question(QUESTION), answerer.hits(QUESTION))[0]
    assert answer.excerpts[0].passage_id == first.passage.id


def test_a_classifier_is_refused(classifier: Path) -> None:
    with pytest.raises(ModelError, match="gives 3 scores"):
        load_reranker(RerankSettings(model=str(classifier)))


def test_what_is_no_cross_encoder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"set \[rerank\] model"):
        load_reranker(RerankSettings(model=str(tmp_path)))
