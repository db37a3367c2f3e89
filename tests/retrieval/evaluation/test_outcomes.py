"""Outcomes: judged as the answer shows itself, with all its places."""

from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.evaluation.labels import Label, LabelledQuestion
from retrieval.evaluation.subject import Subject
from retrieval.index.build import build_index
from retrieval.types import Audience
from tests.conftest import settings_for
from tests.retrieval.evaluation.making import made

FACT = "蓟州区有乡村精品民宿271家，游客可以打电话预订，也可以当天到店。"


@pytest.fixture
def subject(tmp_path: Path, embedder: Embedder) -> Subject:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, other in (("a", "盘山景区门票一百元。"), ("b", "河北供应肉牛。")):
        text = f"# 民宿\n\n{FACT}\n\n# 其他\n\n{other}\n"
        (corpus / f"{name}.md").write_text(text, "utf-8")
    settings = settings_for(corpus, tmp_path / "index")
    build_index(settings, embedder, lambda done, total: None)
    return Subject.open(settings, embedder)


@pytest.mark.parametrize("source", ["a.md", "b.md"])
def test_a_text_that_stands_in_two_files_is_right_whichever_is_labelled(
    subject: Subject, source: str
) -> None:
    question = LabelledQuestion("民宿有多少家", (Label(source, "271家"),))
    (outcome,) = subject.ask([question]).outcomes
    assert outcome.rank == 1
    assert outcome.excerpts[0].is_right
    assert outcome.excerpts[0].is_marked_right
    assert len({ranked.passage for ranked in outcome.ranking}) == len(outcome.ranking)


def test_what_waits_for_a_label_and_what_is_lost_are_set_aside(subject: Subject) -> None:
    waiting = LabelledQuestion("等", (), ("bad",))
    lost = LabelledQuestion("失", (Label("a.md", "没有的话"),))
    half = LabelledQuestion("民宿", (Label("a.md", "没有的话"), Label("a.md", "271家")))
    asked = subject.ask([waiting, lost, half])
    assert [outcome.id for outcome in asked.outcomes] == ["q3"]
    assert asked.unjudged == (waiting, lost)
    assert [place.label.quote for place in asked.lost] == ["没有的话"]


def test_a_private_chat_has_a_line_of_its_own(subject: Subject) -> None:
    question = LabelledQuestion("民宿有多少家", (Label("a.md", "271家"),))
    group = subject.ask([question]).outcomes[0]
    private = subject.ask([question], audience=Audience.PRIVATE).outcomes[0]
    assert group.threshold == subject.answerer.threshold(Audience.GROUP)
    assert private.threshold == subject.answerer.threshold(Audience.PRIVATE)


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (made("q", relevant="a", ranking="ab"), "right"),
        (made("q", relevant="a", ranking="ab", marked_right=False), "wrong mark"),
        (made("q", relevant="b", ranking="ab"), "wrong excerpt"),
        (made("q", relevant="a", ranking="ab", answered=False), "silent"),
        (made("q", ranking="ab"), "false reply"),
        (made("q", ranking="ab", answered=False), "rightly silent"),
    ],
)
def test_verdicts(outcome: object, verdict: str) -> None:
    assert outcome.verdict == verdict  # type: ignore[attr-defined]
