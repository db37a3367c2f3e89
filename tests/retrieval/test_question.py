"""Questions taken apart: small talk, words of asking, what is sought."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question import LONGEST, read_question, with_content


@pytest.mark.parametrize(
    "text",
    ["你好", "谢谢！", "謝謝", "在吗？", "😂😂", "???", "……", "hello", "Good morning!", "哈哈哈哈", "你是谁", "收到", "好的",
     "晚安~", "牛", "ok thanks", "", "   ", "\u200d\u202e", "👍🏽", "666", "辛苦了", "嗯嗯，好的，谢谢您！", "THANK YOU SO MUCH", "为什么？", "请问一下", "谢谢你，帮大忙了！", "哈哈哈哈你真逗", "晚安囉，明天再聊"],
)  # fmt: skip
def test_small_talk_is_recognised(text: str) -> None:
    assert read_question(text).is_chat


@pytest.mark.parametrize(
    "text",
    ["民宿", "你好，蓟州有多少景区？", "谢谢，那投资总额呢", "35", "5G", "1+4", "who is the author", "牛肉产业链", "好的民宿有几家", "在吗 想问下肉牛", "谢谢，民宿多少家", "thanks, and how many visitors", "你好 民宿"],
)  # fmt: skip
def test_questions_are_not_small_talk(text: str) -> None:
    assert not read_question(text).is_chat


def test_words_of_asking_weigh_nothing() -> None:
    assert read_question("请问民宿有多少家？谢谢").terms == ("民", "宿", "民宿", "家")


def test_a_question_for_the_author_keeps_the_word() -> None:
    assert "作者" in read_question("文章作者是谁").terms


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“1+4”工程是什么", ("1+4",)),
        ("实施‘引客入蓟’有什么好处", ("引客入蓟",)),
        ("who wrote 'the long road'?", ("the long road",)),
        ("I've read grandad's letters, who wrote them?", ()),
    ],
)
def test_phrases_in_quotation_marks_are_kept(text: str, quoted: tuple[str, ...]) -> None:
    assert read_question(text).quoted == quoted


def test_what_is_quoted_is_mended_too() -> None:
    question = read_question("“數位經濟”是什么")
    assert with_content(question, question.content.replace("数位", "数字")).quoted == ("数字经济",)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=4096))
def test_any_text_can_be_asked(text: str) -> None:
    question = read_question(text)
    assert question.text == text[:LONGEST].encode("utf-8", "replace").decode()
    assert question.is_chat or question.terms
