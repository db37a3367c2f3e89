"""Labels: read, written, added to a file, or named with the line that is wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import LabelError
from retrieval.evaluation.labels import (
    Label,
    LabelledQuestion,
    add_labels,
    is_marked,
    read_labels,
    write_labels,
)
from tests.retrieval.evaluation.conftest import GOLDEN

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
QUESTIONS = st.builds(
    LabelledQuestion,
    WORDS,
    st.lists(st.builds(Label, WORDS, WORDS)).map(tuple),
    st.lists(WORDS).map(tuple),
    st.sampled_from(["", "zh", "en"]),
    st.text(st.characters(exclude_categories=["Cs"])),
)


def asked(question: str, *quotes: str, tags: tuple[str, ...] = ()) -> LabelledQuestion:
    return LabelledQuestion(question, tuple(Label("a.txt", quote) for quote in quotes), tags)


def test_the_golden_questions_are_as_many_and_as_varied_as_promised() -> None:
    questions = read_labels(GOLDEN)
    tags = [tag for question in questions for tag in question.tags]
    assert sum(question.answerable for question in questions) >= 60
    assert sum(not question.answerable for question in questions) >= 40
    assert tags.count("near") * 2 >= sum(not question.answerable for question in questions)
    assert all(tags.count(tag) >= 5 for tag in ("traditional", "mixed", "paraphrase", "short"))
    assert len({question.question for question in questions}) == len(questions)


@given(st.lists(QUESTIONS, min_size=1))
def test_what_is_written_is_what_is_read(questions: list[LabelledQuestion]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "new/l.jsonl"
        write_labels(file, questions)
        assert read_labels(file) == questions


def test_a_mark_is_right_if_it_holds_the_quote_or_is_a_part_of_it() -> None:
    quote = "科技\n\n合作，共建基地"
    assert is_marked(quote, "建立科技合作,共建基地。")
    assert is_marked(quote, "共建基地")
    assert not is_marked(quote, "共建基地。")


def test_a_new_question_is_appended_and_other_lines_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    odd = '{"answers": [],   "question": "旧"}'
    file.write_text(odd + "\n", "utf-8")
    assert add_labels(file, [asked("新", "甲")]).new == 1
    assert file.read_text("utf-8").splitlines()[0] == odd
    assert read_labels(file)[1] == asked("新", "甲")


def test_an_answer_to_a_known_question_joins_its_line(tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    write_labels(file, [asked("问", "甲", tags=("who",)), asked("另", "乙")])
    assert add_labels(file, [asked("问", "丙", tags=("short",))]).joined == 1
    assert read_labels(file) == [asked("问", "甲", "丙", tags=("who", "short")), asked("另", "乙")]


def test_a_question_with_answers_is_not_made_unanswerable(tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    write_labels(file, [asked("问", "甲"), asked("无")])
    added = add_labels(file, [asked("问"), asked("无", "乙")])
    assert [reason.split(": ", 1)[1] for reason in added.refused] == [
        "'问' is there and has answers",
        "'无' is there and has none",
    ]
    assert read_labels(file) == [asked("问", "甲"), asked("无")]


def test_a_label_takes_the_place_of_what_was_called_bad_never_the_reverse(tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    write_labels(file, [asked("问", "错", tags=("bad", "group"))])
    assert read_labels(file)[0].waits
    add_labels(file, [asked("问", "对")])
    assert read_labels(file) == [asked("问", "对", tags=("group",))]
    add_labels(file, [asked("问", "对", tags=("bad",))])
    assert read_labels(file) == [asked("问", "对", tags=("group",))]


@pytest.mark.parametrize(
    "content",
    [
        *("", "nonsense", "[]", json.dumps({"question": "x"}), '{"answers": []}', "\xff"),
        *('{"question": " ", "answers": []}', '{"question": "x", "answers": "y"}'),
        *('{"question": "x", "answers": [{}]}', '{"question": "x", "answers": [], "tags": "y"}'),
    ],
)
def test_bad_files_are_named_with_their_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "l.jsonl"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(LabelError, match=r"l\.jsonl"):
        read_labels(file)
