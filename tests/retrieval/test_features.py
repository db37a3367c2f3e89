"""Features mean what they say."""

import pytest

from retrieval.features import Asked, best_sentence, look_closely
from retrieval.question import read_question
from retrieval.standing import stands_in
from retrieval.types import Features, Kind, Passage


def passage(text: str, title: str = "", kind: Kind = Kind.PARAGRAPH) -> Passage:
    return Passage("p", "d", "a.md", title, "", (), None, kind, text, ())


def asked_of(question: str, names: tuple[str, ...] = (), codes: tuple[str, ...] = ()) -> Asked:
    read = read_question(question)
    return Asked(read, dict.fromkeys(read.terms, 1.0), names, codes)


def features(question: str, text: str, title: str = "", **more: tuple[str, ...]) -> Features:
    found = passage(text, title)
    return look_closely(asked_of(question, **more), found, stands_in(found), (), Features())


def test_coverage_counts_passage_sentence_and_title_apart() -> None:
    found = features("民宿 景区", "民宿多。景区少。", title="景区")
    assert found.coverage == 1.0
    assert found.sentence_coverage == 0.5
    assert found.title_coverage == 0.5
    assert found.context_coverage == 1.0


def test_quoted_words_must_stand_as_written() -> None:
    assert features("“1+4”工程是什么", "当前，实施‘1+4’工程。").misquoted == 0.0
    assert features("“1+4”工程是什么", "1个平台，4个工程。").misquoted == 1.0
    assert features("1+4工程是什么", "1个平台。").misquoted == 0.0


def test_what_is_sought_is_looked_for_in_the_passage_and_in_the_best_sentence() -> None:
    found = features("门票多少钱", "门票要提前买。停车费10元。")
    assert (found.lacking, found.sentence_lacking, found.holding) == (0.0, 1.0, 0.0)
    found = features("门票多少钱", "门票60元。")
    assert (found.lacking, found.sentence_lacking, found.holding) == (0.0, 0.0, 1.0)


def test_numbers_names_and_codes_that_stand_elsewhere_are_missed() -> None:
    assert features("2016年产值", "2023年产值增长。").wrong_number == 1.0
    assert features("第三十二条", "第32条 养犬人应当办证。").wrong_number == 0.0
    assert features("北京的民宿", "天津的民宿。", names=("北京",)).wrong_name == 1.0
    assert features("PPR-9087 面积", "项目 ppr-9087。", codes=("ppr-9087",)).code == 1.0
    assert features("PPR-9087 面积", "项目 ppr-9086。", codes=("ppr-9087",)).code == 0.0


def test_a_question_without_terms_has_no_features_to_speak_of() -> None:
    found = features("？？", "任何一句话。")
    assert found.coverage == 0.0


def test_the_best_sentence_may_be_found_by_its_tokens_alone() -> None:
    standing = stands_in(passage("会议开始了。企业扎堆。"))
    assert best_sentence(asked_of("产业集聚"), standing, (0.2, 0.9)) == 1
    assert best_sentence(asked_of("蓟州"), standing, ()) == 0


@pytest.mark.parametrize("text", ["", "。", "\n"])
def test_a_passage_of_nothing_is_no_error(text: str) -> None:
    assert features("民宿", text).coverage == 0.0
