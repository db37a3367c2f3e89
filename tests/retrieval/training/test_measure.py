"""Figures are those of the definitions, computed by hand."""

import math

import numpy as np
import pytest

from retrieval.evaluation.split import is_development
from retrieval.evaluation.squad import Context, Question
from retrieval.training.encoding import TokenLists
from retrieval.training.measure import Collection, dense_scores, hybrid_scores


def development(text: str) -> str:
    """The text with as many stops as it takes to fall into the development part."""
    while not is_development(text):
        text += "。"
    return text


@pytest.fixture
def collection() -> Collection:
    asked = Context("甲", development("长城很长。"), (Question("长城怎样?", ("很长",)),))
    rest = "黄河很黄。"
    while is_development(rest):
        rest += "。"
    return Collection.of([Context("乙", rest, (Question("黄河?", ("很黄",)),)), asked])


def test_only_the_development_part_is_asked(collection: Collection) -> None:
    assert len(collection.passages) == 2
    assert collection.questions == ("长城怎样?",)
    assert collection.answering == (frozenset({1}),)


def test_ranks_become_figures(collection: Collection) -> None:
    right = collection.figures(np.array([[0.1, 0.2]], dtype=np.float32))
    second = collection.figures(np.array([[0.2, 0.1]], dtype=np.float32))
    assert (right.r1, right.r3, right.r10, right.mrr10) == (1, 1, 1, 1)
    assert (second.r1, second.r3, second.mrr10) == (0, 1, 0.5)
    assert right.r1_interval == (1, 1)


def test_bm25_is_that_of_the_formula() -> None:
    """«甲» stands once in a passage of 1 term of 2 passages; the mean length is 1.5 terms."""
    asked = Collection(("甲", "乙 乙"), ("甲",), (frozenset({0}),), np.zeros(1, dtype=np.int64))
    norm = 1.2 * (1 - 0.75 + 0.75 * 1 / 1.5)
    assert asked.bm25[0, 0] == pytest.approx(math.log(1 + 1.5 / 1.5) / (1 + norm))
    assert asked.bm25[0, 1] == 0


def test_scores_compare_mean_and_nearest_vectors() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
    asked = TokenLists(np.array([0]), np.array([0, 1]))
    texts = TokenLists(np.array([0, 1, 2]), np.array([0, 2, 3]))
    dense = dense_scores(asked, texts, vectors)
    np.testing.assert_allclose(dense, [[math.sqrt(0.5), 0.6]], atol=1e-6)
    bm25 = np.array([[1.0, 2.0]], dtype=np.float32)
    both = hybrid_scores(bm25, dense, asked, texts, vectors)
    np.testing.assert_allclose(both, [[0.5 + 2 * 1.0, 1.0 + 2 * 0.6]], atol=1e-6)
