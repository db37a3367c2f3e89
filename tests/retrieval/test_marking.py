"""The marked sentence is the one that answers, whole, inside its passage."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.marking import mark
from retrieval.question import read_question

TEXT = "蓟州历史悠久。全区拥有景区23家，乡村精品民宿271家。下一步将推出旅游线路。"


def marked(text: str, question: str) -> str:
    asked = read_question(question)
    span = mark(text, asked, dict.fromkeys(asked.terms, 1.0))
    return text[span.start : span.end]


def test_the_sentence_that_covers_the_question_is_marked() -> None:
    assert marked(TEXT, "旅游线路") == "下一步将推出旅游线路。"


def test_a_number_is_sought_where_one_is_asked_for() -> None:
    text = "民宿很有名。目前共有271家。"
    assert "271" in marked(text, "民宿有多少家")


def test_a_question_over_two_sentences_marks_both() -> None:
    text = "张炳柱介绍了经济情况。未来将投资建设轨道交通。别的不提。"
    assert marked(text, "张炳柱 经济 轨道交通") == "张炳柱介绍了经济情况。未来将投资建设轨道交通。"


def test_nothing_in_common_marks_the_first_sentence() -> None:
    assert marked(TEXT, "xyz") == "蓟州历史悠久。"


@given(st.text(alphabet="春天。！a1，\n", min_size=1, max_size=60), st.text(max_size=30))
def test_the_mark_always_stands_inside_the_text(text: str, question: str) -> None:
    asked = read_question(question)
    span = mark(text, asked, dict.fromkeys(asked.terms, 1.0))
    assert 0 <= span.start <= span.end <= len(text)
    assert span.start < span.end or not text.strip()
