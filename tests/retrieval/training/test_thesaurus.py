"""The thesaurus is well formed, and draws the words of a group together."""

import numpy as np

from retrieval.text import is_cjk
from retrieval.training.encoding import normalise
from retrieval.training.thesaurus import read_groups, retrofit


def test_every_group_has_words_that_differ() -> None:
    groups = read_groups()
    assert len(groups) > 1000
    assert all(len(group) >= 2 for group in groups)
    assert len(set(groups)) == len(groups)
    assert sum(any(map(is_cjk, word)) for group in groups for word in group) > 5000


def test_words_of_a_group_come_nearer_and_others_stay() -> None:
    drawn = np.random.default_rng(0).normal(size=(4, 64)).astype(np.float32)
    meanings = normalise(drawn)
    fitted = retrofit(meanings, ["扎堆", "集聚", "牛肉", "民宿"], [("扎堆", "集聚", "不在此")])
    assert meanings[0] @ meanings[1] < 0.4
    assert fitted[0] @ fitted[1] > 0.7
    assert np.allclose(fitted[2:], meanings[2:], atol=1e-6)


def test_a_word_of_no_known_meaning_takes_that_of_its_group() -> None:
    meanings = normalise(np.random.default_rng(1).normal(size=(3, 16)).astype(np.float32))
    meanings[0] = 0
    fitted = retrofit(meanings, ["唱主角", "主体", "牛肉"], [("唱主角", "主体")])
    assert fitted[0] @ meanings[1] > 0.99
