"""The marked sentence is the one that answers, whole, inside its passage."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.features import Asked
from retrieval.marking import mark
from retrieval.question import read_question
from retrieval.standing import stands_in
from retrieval.types import Kind, Passage, Span

TEXT = "蓟州历史悠久。全区拥有景区23家，乡村精品民宿271家。下一步将推出旅游线路。"


def mark_in(text: str, question: str, matches: tuple[float, ...] = ()) -> Span:
    read = read_question(question)
    asked = Asked(read, dict.fromkeys(read.terms, 1.0), (), ())
    passage = Passage("p", "d", "a.md", "", "", (), None, Kind.PARAGRAPH, text, ())
    return mark(asked, stands_in(passage), matches)


def marked(text: str, question: str, matches: tuple[float, ...] = ()) -> str:
    span = mark_in(text, question, matches)
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


def test_a_sentence_of_other_words_is_marked_where_its_tokens_match() -> None:
    text = "会议讨论了几件事。园区里的企业扎堆发展。"
    assert marked(text, "产业集聚", (0.1, 0.8)) == "园区里的企业扎堆发展。"


def test_a_list_is_marked_whole_where_a_list_is_asked_for() -> None:
    text = "会议强调四点。一是修路。二是植树。三是办学。四是引水。会议还讨论了别的。"
    assert (
        marked(text, "会议强调了哪些要点")
        == "会议强调四点。一是修路。二是植树。三是办学。四是引水。"
    )
    assert (
        marked(text, "哪些措施提到植树") == "会议强调四点。一是修路。二是植树。三是办学。四是引水。"
    )
    assert marked(text, "谁去植树") == "二是植树。"


def test_a_list_of_lines_is_marked_whole_where_a_list_is_asked_for() -> None:
    text = "大厅已经搬迁。办证需要带以下材料：\n- 身份证\n- 照片。彩色的。\n- 押金"
    assert marked(text, "办证要带哪些材料") == text.removeprefix("大厅已经搬迁。")
    assert marked(text, "哪些材料是彩色的") == text.removeprefix("大厅已经搬迁。")
    assert marked(text, "照片是什么样的") == "- 照片。"


def test_of_a_very_long_sentence_only_the_clauses_that_answer_are_marked() -> None:
    filler = "推动各方面工作不断取得新的进展和成效，"
    text = f"今年以来，{filler * 5}全区新建乡村精品民宿271家，{filler * 5}再上新台阶。"
    found = marked(text, "新建民宿多少家")
    assert "271家" in found
    assert len(found) < 80


@given(st.text(alphabet="春天。！a1，\n", min_size=1, max_size=60), st.text(max_size=30))
def test_the_mark_always_stands_inside_the_text(text: str, question: str) -> None:
    span = mark_in(text, question)
    assert 0 <= span.start <= span.end <= len(text)
    assert span.start < span.end or not text.strip()
