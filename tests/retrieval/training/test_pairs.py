"""Pairs come from the right places, and never from the development part."""

import numpy as np
import pytest
from tokenizers import Tokenizer

from retrieval.evaluation.split import is_development
from retrieval.evaluation.squad import Context, Question
from retrieval.training.encoding import TokenLists, encode
from retrieval.training.markdown import Section
from retrieval.training.pairs import (
    Material,
    batches,
    draw_epoch,
    gather_material,
    heading_pairs,
    question_pairs,
    sentence_pairs,
    whole_passage,
)
from retrieval.training.sources import CleanDocument
from retrieval.training.vocabulary import build_tokenizer, count_words

LAW = CleanDocument(
    "laws",
    "绿化条例",
    (Section(("第一章", "总则"), ("第一条 为了保护环境。第二条 本市绿化适用本条例。",)),),
)


def context_where(*, development: bool) -> Context:
    text = next(
        text
        for number in range(100)
        if is_development(text := f"张三生于{1900 + number}年。他写过三本小说。") is development
    )
    return Context("张三", text, (Question("張三寫過幾本小說？", ("三本",)),))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return build_tokenizer(count_words([LAW]), size=24_000)


@pytest.fixture(scope="module")
def material(tokenizer: Tokenizer) -> Material:
    contexts = [context_where(development=True), context_where(development=False)]
    return gather_material([LAW], contexts, tokenizer)


def words(tokenizer: Tokenizer, texts: TokenLists, row: int) -> str:
    return "".join(tokenizer.id_to_token(int(token)) for token in texts.row(row))


def test_development_part_is_left_out(material: Material, tokenizer: Tokenizer) -> None:
    assert material.sources == ("laws", "questions")
    assert len(material.questions) == 1
    held_out = context_where(development=True).text[2:8]
    passages = [whole_passage(material, row) for row in range(2)]
    assert not any(
        held_out in "".join(tokenizer.id_to_token(int(token)) for token in passage)
        for passage in passages
    )


def test_questions_and_headings_meet_their_passage(
    material: Material, tokenizer: Tokenizer
) -> None:
    asked = question_pairs(material, np.array([0]))
    assert words(tokenizer, asked.asked, 0) == "张三写过几本小说"
    assert "他写过三本小说" in words(tokenizer, asked.found, 0)
    headed = heading_pairs(material, np.array([0]))
    assert words(tokenizer, headed.asked, 0) == "绿化条例第一章总则"
    assert words(tokenizer, headed.found, 0).startswith("第一条为了保护环境第二条")


def test_sentences_ask_for_the_rest_or_the_whole(material: Material, tokenizer: Tokenizer) -> None:
    rng = np.random.default_rng(0)
    drawn = sentence_pairs(material, np.zeros(200, dtype=np.int64), rng)
    first, second = "第一条为了保护环境", "第二条本市绿化适用本条例"
    seen = {
        (words(tokenizer, drawn.asked, row), words(tokenizer, drawn.found, row))
        for row in range(len(drawn))
    }
    whole = first + second
    assert seen == {(first, second), (second, first), (first, whole), (second, whole)}


def test_epochs_are_drawn_anew_and_repeatably(material: Material) -> None:
    first, second, again = (
        draw_epoch(material, np.random.default_rng(seed), 10, 3) for seed in (1, 2, 1)
    )
    np.testing.assert_array_equal(first.asked.ids, again.asked.ids)
    assert first.asked.ids.tolist() != second.asked.ids.tolist()
    assert [len(batch) for batch in batches(first, 4, np.random.default_rng(0))] == [4, 4]


def test_rows_of_token_lists_keep_their_tokens(tokenizer: Tokenizer) -> None:
    texts = encode(tokenizer, ["环境", "", "北京市"])
    chosen = texts.rows(np.array([2, 1, 0]))
    assert [words(tokenizer, chosen, row) for row in range(3)] == ["北京市", "", "环境"]
