"""Answers from a server are those from this machine: the same three excerpts, in the same order."""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.evaluation.labels import read_labels
from tests.conftest import ROOT
from tests.retrieval.index.engines import Place, placed

DEV = ROOT.parent / "shared/data/dev"
QUICK = 200
MANY = 1000
LEAST = 0.99


@pytest.fixture(scope="module")
def questions() -> list[str]:
    """Real ones in any order: of two sets that others made, or those on the seeds."""
    if not DEV.is_dir():
        return [label.question for label in read_labels(ROOT / "config/golden.jsonl")]
    found = [
        answers["question"]
        for article in articles()
        for paragraph in article["paragraphs"]
        for answers in paragraph["qas"]
    ]
    random.Random(3).shuffle(found)  # noqa: S311 - not a secret
    return found


@pytest.fixture(scope="module")
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[tuple[Answerer, Answerer]]:
    """Who answers from this machine, and who from Milvus Lite."""
    corpus = tmp_path_factory.mktemp("corpus")
    write_articles(corpus)
    folder = tmp_path_factory.mktemp("index")
    with placed(
        request, "lite_file", corpus if DEV.is_dir() else ROOT / "seeds", folder, embedder
    ) as place:
        yield answerers(place)


def answerers(place: Place) -> tuple[Answerer, Answerer]:
    place.publish()
    settings, embedder = place.settings, place.embedder
    here = Answerer(settings, embedder, engine=place.embedded())
    return here, Answerer(settings, embedder, engine=place.open())


def articles() -> Iterator[dict]:
    for name in ("drcd_dev.json", "cmrc_trial.json"):
        yield from json.loads((DEV / name).read_text("utf-8"))["data"]


def write_articles(folder: Path) -> None:
    """An article a file; every other paragraph of those that have several gets a heading."""
    for number, article in enumerate(articles() if DEV.is_dir() else ()):
        parts = [
            f"## 其{place}\n\n{paragraph['context']}" if place % 2 else paragraph["context"]
            for place, paragraph in enumerate(article["paragraphs"])
        ]
        text = "\n\n".join((f"# {article['title']}", *parts))
        (folder / f"{number:04}.md").write_text(text, "utf-8")


def share_of_same(both: tuple[Answerer, Answerer], questions: Sequence[str]) -> float:
    """Share of questions whose three excerpts are the same, in the same order."""
    same = 0
    for question in questions:
        ours, theirs = ([e.passage_id for e in who.ask(question).excerpts] for who in both)
        same += ours == theirs
    sys.stderr.write(f"\nthe same three excerpts: {same} of {len(questions)} questions\n")
    return same / len(questions)


def test_the_three_excerpts_are_the_same(
    both: tuple[Answerer, Answerer], questions: list[str]
) -> None:
    assert share_of_same(both, questions[:QUICK]) >= LEAST


@pytest.mark.slow
def test_the_three_excerpts_of_a_thousand_questions_are_the_same(
    both: tuple[Answerer, Answerer], questions: list[str]
) -> None:
    if len(questions) < MANY:
        pytest.skip(f"there are no {MANY} questions without {DEV}")
    assert share_of_same(both, questions[:MANY]) >= LEAST
