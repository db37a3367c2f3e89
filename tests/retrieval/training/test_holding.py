"""Documents are held out in turn; too few are said to be too few."""

from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.errors import LabelError
from retrieval.evaluation.labels import Label, LabelledQuestion
from retrieval.settings import Settings
from retrieval.training.holding import FEWEST_QUESTIONS, chitchat, score_corpus
from tests.conftest import settings_for

THINGS = ("民宿", "景区", "农田", "学校", "医院", "车站")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number, thing in enumerate(THINGS):
        text = f"# {thing}\n\n本区有{thing}{number + 3}个，{thing}由{thing}办公室管理。\n"
        (folder / f"{number}.md").write_text(text, "utf-8")
    return settings_for(folder, tmp_path / "index")


def labelled(count: int) -> list[LabelledQuestion]:
    return [
        LabelledQuestion(
            f"本区有多少个{THINGS[n % 6]}？{'请问' * (n // 6)}",
            (Label(f"{n % 6}.md", f"{THINGS[n % 6]}{n % 6 + 3}个"),),
        )
        for n in range(count)
    ]


def test_questions_on_a_document_are_unanswerable_without_it(
    settings: Settings, embedder: Embedder
) -> None:
    questions = labelled(FEWEST_QUESTIONS + 2)
    scored, _ = score_corpus(settings, questions, embedder)
    answerable = [one for one in scored if one.answerable]
    held = [one for one in scored if not one.answerable and one.corpus.endswith(".md")]
    assert len(answerable) == len(held) == len(questions)
    assert all(one.right for one in answerable)
    assert min(one.log_odds for one in answerable) > max(one.log_odds for one in held) - 2
    assert any(one.corpus == "small talk" for one in scored)


def test_too_few_questions_leave_the_shipped_calibration(
    settings: Settings, embedder: Embedder
) -> None:
    with pytest.raises(LabelError, match="the shipped calibration stays"):
        score_corpus(settings, labelled(12), embedder)


def test_small_talk_is_in_both_languages_and_each_once() -> None:
    messages = chitchat()
    assert len(messages) == len(set(messages)) > 100
    assert sum(message.isascii() for message in messages) > 20
