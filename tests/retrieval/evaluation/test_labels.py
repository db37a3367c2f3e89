"""Labels: found by their quotes, or named as lost."""

import json
from pathlib import Path

import pytest

from retrieval.corpus.files import read_folder
from retrieval.errors import LabelError
from retrieval.evaluation.labels import Label, LabelledQuestion, check_labels, read_labels
from retrieval.types import Citation, Excerpt, Span
from tests.conftest import ROOT

GOLDEN = ROOT / "config/golden.jsonl"


def excerpt(text: str, source: str = "a.txt") -> Excerpt:
    return Excerpt("p", text, Span(0, 3), Citation("", "", source, None, ()), 1.0, 0.9)


def test_every_golden_quote_stands_in_its_file() -> None:
    sources = {file.path: file.text for file in read_folder(ROOT / "seeds").read}
    check_labels(read_labels(GOLDEN), sources)


def test_the_golden_questions_are_as_many_and_as_varied_as_promised() -> None:
    questions = read_labels(GOLDEN)
    tags = [tag for question in questions for tag in question.tags]
    assert sum(question.answerable for question in questions) >= 60
    assert sum(not question.answerable for question in questions) >= 40
    assert tags.count("near") * 2 >= sum(not question.answerable for question in questions)
    assert all(tags.count(tag) >= 5 for tag in ("traditional", "mixed", "paraphrase", "short"))
    assert len({question.question for question in questions}) == len(questions)


def test_a_quote_is_found_across_line_breaks_in_its_own_file_only() -> None:
    label = Label("a.txt", "科技\n\n合作")
    assert label.answered_by(excerpt("建立科技合作基地"))
    assert not label.answered_by(excerpt("建立科技合作基地", "b.txt"))


def test_the_marked_part_is_judged_alone() -> None:
    assert Label("a.txt", "甲乙").answered_by(excerpt("甲乙丙丁"), marked=True)
    assert not Label("a.txt", "丁").answered_by(excerpt("甲乙丙丁"), marked=True)


@pytest.mark.parametrize(
    ("label", "message"),
    [
        (Label("x.txt", "甲"), "x.txt is not in the corpus"),
        (Label("a.txt", "乙"), "does not stand in"),
    ],
)
def test_a_lost_label_is_named(label: Label, message: str) -> None:
    with pytest.raises(LabelError, match=message):
        check_labels([LabelledQuestion("问", (label,))], {"a.txt": "甲"})


@pytest.mark.parametrize(
    "content", ["", "nonsense", "[]", json.dumps({"question": "x"}), '{"answers": []}', "\xff"]
)
def test_bad_files_are_named_with_their_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "l.jsonl"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(LabelError, match=r"l\.jsonl"):
        read_labels(file)
