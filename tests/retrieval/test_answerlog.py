"""The log of answers: what is written is what is read, and a trace names what was said."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer import Answerer
from retrieval.answerlog import LoggedAnswer, append_answer, read_log
from retrieval.errors import LogError
from retrieval.types import Answer, Citation, Excerpt, Span


def an_answer(question: str = "问", source: str = "a.txt", start: int = 0) -> Answer:
    citation = Citation("", "", source, None, (Span(start, start + 2), Span(9, 12)))
    excerpt = Excerpt("p", "甲乙丙丁", Span(0, 2), citation, 1.0, 0.9)
    excerpts = (excerpt, replace(excerpt, confidence=0.1))
    return Answer(question, True, 0.9, 0.6, 0.6, excerpts, "g", 1.0)


def test_a_log_holds_what_was_shown(tmp_path: Path, answerer: Answerer) -> None:
    file = tmp_path / "new/answers.jsonl"
    answers = [answerer.ask("乡村精品民宿有多少家？"), answerer.ask("怎么做红烧肉？"), an_answer()]
    for answer in answers:
        append_answer(file, answer)
    logged = read_log(file)
    assert logged == [LoggedAnswer.of(answer) for answer in answers]
    assert [len(one.excerpts) for one in logged] == [len(answer.shown) for answer in answers]
    assert [one.trace for one in logged] == [answer.trace for answer in answers]


@given(st.text(), st.text(), st.integers(0, 10**9))
def test_every_line_is_read_as_it_was_written(question: str, source: str, start: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log"
        append_answer(file, an_answer(question, source, start))
        assert read_log(file) == [LoggedAnswer.of(an_answer(question, source, start))]


def test_a_trace_is_the_same_for_the_same_words_and_another_for_others(answerer: Answerer) -> None:
    first, again = answerer.ask("民宿有多少家"), answerer.ask("民宿有多少家")
    assert first.trace == again.trace
    assert len(first.trace) == 10
    others = [an_answer(), an_answer("另问"), an_answer(source="b.txt"), an_answer(start=1)]
    others.append(replace(an_answer(), answered=False))
    assert len({answer.trace for answer in others}) == len(others)


def test_unknown_fields_and_torn_lines_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "log"
    line = LoggedAnswer.of(an_answer()).line
    file.write_text(f'{line[:-1]}, "chat": 7}}\n\n{line[:40]}', "utf-8")
    assert read_log(file) == [LoggedAnswer.of(an_answer())]
    append_answer(file, an_answer("another"))
    assert read_log(file) == [LoggedAnswer.of(an_answer()), LoggedAnswer.of(an_answer("another"))]


@pytest.mark.parametrize("content", ["[]\n", '{"trace": "x"}\n', "nonsense\n"])
def test_other_lines_are_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "log"
    file.write_text(content)
    with pytest.raises(LogError, match="log, line 1: not a logged answer"):
        read_log(file)


def test_a_missing_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="cannot be read"):
        read_log(tmp_path / "none")
