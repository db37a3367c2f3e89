"""The example corpora are sound: every quote stands in its file, and is cut whole."""

import pytest

from retrieval.corpus.files import read_folder
from retrieval.evaluation.labels import read_labels
from retrieval.training.asking import EXAMPLES, QUESTIONS

CORPORA = sorted(path.parent.name for path in EXAMPLES.glob(f"*/{QUESTIONS}"))


def test_there_are_corpora_enough_to_hold_some_out() -> None:
    assert len(CORPORA) >= 15


@pytest.mark.parametrize("name", CORPORA)
def test_every_quote_stands_in_its_file(name: str) -> None:
    questions = read_labels(EXAMPLES / name / QUESTIONS)
    texts = {source.path: source.text for source in read_folder(EXAMPLES / name).read}
    assert 20 <= sum(not question.answerable for question in questions) <= 30
    assert sum(question.answerable for question in questions) >= 30
    for question in questions:
        for label in question.labels:
            assert label.quote in texts[label.source], question.question
