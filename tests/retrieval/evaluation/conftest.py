"""What the evaluation's tests share: the golden questions, asked once."""

import pytest

from retrieval.embedding import Embedder
from retrieval.evaluation.labels import read_labels
from retrieval.evaluation.subject import Evaluation, Subject, evaluate
from retrieval.settings import Settings
from tests.conftest import ROOT

GOLDEN = ROOT / "config/golden.jsonl"


@pytest.fixture(scope="session")
def subject(seed_settings: Settings, embedder: Embedder) -> Subject:
    """The seeds, open for testing."""
    return Subject.open(seed_settings, embedder)


@pytest.fixture(scope="session")
def golden(subject: Subject) -> Evaluation:
    """The golden questions, asked and measured."""
    return evaluate(subject, read_labels(GOLDEN))
