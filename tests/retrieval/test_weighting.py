"""Term weights: rare tells more than common, whatever the corpus's size."""

import math

import pytest

from retrieval.weighting import PRIOR, Frequencies, TermWeights, general_frequencies


def weights(passages: int, counts: dict[str, int]) -> TermWeights:
    general = Frequencies(
        {"的": 0.6, "民宿": 0.001, "蓟州": 0.001, "打算": 0.001, "开": 0.01},
        topics=frozenset(["民宿"]),
        names=frozenset(["蓟州"]),
        rarest=0.00001,
    )
    return TermWeights(passages, lambda term: counts.get(term, 0), general)


def test_the_weight_is_the_formula_of_bm25_over_corpus_and_prior() -> None:
    standing = 3 + PRIOR * 0.001
    expected = math.log(1 + (10 + PRIOR - standing + 0.5) / (standing + 0.5))
    assert weights(10, {"民宿": 3}).weight("民宿") == pytest.approx(expected)


def test_a_common_word_that_a_small_corpus_lacks_still_weighs_little() -> None:
    small = weights(10, {})
    assert small.weight("的") < small.weight("民宿") / 5


def test_in_a_large_corpus_the_corpus_decides() -> None:
    large = weights(1_000_000, {"民宿": 500_000})
    assert large.weight("民宿") < 1


def test_no_term_weighs_less_than_nothing() -> None:
    assert weights(5, {"的": 5}).weight("的") >= 0


def test_names_are_more_of_a_topic_than_nouns_and_nouns_than_the_rest() -> None:
    emphasis = weights(10, {}).emphasis
    assert (
        emphasis("蓟州")
        > emphasis("民宿")
        == emphasis("没见过的词")
        > emphasis("开")
        > emphasis("打算")
    )


def test_the_shipped_frequencies_know_function_words() -> None:
    general = general_frequencies()
    assert general.share("的") > 0.5
    assert 0 < general.rarest < general.share("使用")
