"""What a question costs is told part by part, and the parts make the whole."""

import pytest

from retrieval.embedding import Embedder
from retrieval.evaluation.speed import measure_speed
from retrieval.evaluation.squad import Context, Question


@pytest.fixture
def contexts() -> list[Context]:
    questions = (Question("民宿有多少家", ("271家",)), Question("景区有几个", ("23家",)))
    text = "蓟州区历史悠久。乡村精品民宿271家，景区23家。农田很多。学校不少。河流三条。"
    return [Context(f"t{number}", text, questions) for number in range(3)]


def test_the_index_has_about_the_size_that_was_asked_for(
    contexts: list[Context], embedder: Embedder
) -> None:
    speed = measure_speed(contexts, embedder, passages=60, questions=4)
    assert 20 <= speed.passages <= 80
    assert speed.questions == 4
    *parts, whole, hostile = speed.parts
    assert (whole.part, hostile.part) == ("whole", "hostile texts")
    assert {part.part for part in parts} >= {"read", "lexical", "vector", "close look", "excerpts"}
    assert all(0 <= part.p50 <= part.p99 for part in speed.parts)
