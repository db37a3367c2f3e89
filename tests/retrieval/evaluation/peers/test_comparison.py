"""Libraries on the same passages: judged as ever, and one that fails costs one row."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.evaluation.peers.comparison import Conditions, compare_peers, judge
from retrieval.evaluation.peers.environments import PeerError
from retrieval.evaluation.peers.material import Material
from retrieval.evaluation.peers.roster import CHUCHU, Peer
from retrieval.evaluation.peers.running import Measured, Reply
from retrieval.evaluation.squad import Context
from retrieval.settings import SHIPPED_MODEL


@pytest.fixture
def conditions(tmp_path: Path) -> Conditions:
    return Conditions(SHIPPED_MODEL, tmp_path / "peers", threads=1, development=False)


def measured(*replies: Reply) -> Measured:
    return Measured(("x 1",), 0.5, 2.0, 100.0, replies)


def test_chuchu_is_measured_in_a_process_of_its_own_and_others_fail_in_a_row_of_theirs(
    contexts: list[Context], embedder: Embedder, conditions: Conditions
) -> None:
    said: list[str] = []
    missing = Peer("none", "None", "", ("none @ file:///nowhere/none-1.0-py3-none-any.whl",))
    unknown = Peer("unknown", "Unknown", "")
    peers = [missing, unknown, CHUCHU, replace(missing, label="None, tuned")]
    found = compare_peers(contexts, embedder, peers, conditions, said.append)
    assert (found.documents, found.passages, found.questions) == (3, 3, 3)
    first, second, third, fourth = found.rows
    assert first.figures is None
    assert first.failure.startswith("cannot be installed: ")
    assert "/nowhere/none-1.0" in first.failure
    assert second.failure == "fails: ModuleNotFoundError: No module named 'with_unknown'"
    assert third.figures is not None
    assert third.figures.found.r1.value == 1.0
    assert third.figures.build_seconds > 0
    assert 0 < third.figures.p50_ms <= third.figures.p99_ms
    assert 30 < third.figures.peak_mb < 2000
    assert any(version.startswith("tantivy ") for version in third.versions)
    assert fourth.failure == first.failure
    assert said[0].startswith("installing none @ file:///nowhere/none-1.0-py3-none-any.whl into ")
    assert said[0].endswith(f"to remove it: rm -r {conditions.folder / 'none'}")
    assert not (conditions.folder / "none").exists()
    labels = ("None", "Unknown", "Chuchu", "None, tuned")
    assert said[1:] == [f"measuring {label}" for label in labels]


def test_only_the_development_part_is_asked_and_the_rest_warms_up(
    contexts: list[Context], embedder: Embedder, tmp_path: Path
) -> None:
    from retrieval.evaluation.peers.material import prepare

    found = prepare(contexts, embedder, tmp_path, development=True)
    held_out = {q.text for c in contexts if c.is_development for q in c.questions}
    others = {q.text for c in contexts if not c.is_development for q in c.questions}
    assert {asked.text for asked in found.asked} == held_out
    assert set(found.warm_up) == others
    assert len(found.passages) == 3


def test_ranks_are_those_of_the_first_passage_of_the_right_context_with_an_answer(
    material: Material,
) -> None:
    a, b, c = (passage.id for passage in material.passages)
    figures = judge(
        measured(Reply((a, b, c), 1.0), Reply((a, c, b), 2.0), Reply((a, b), 9.0)), material
    )
    assert figures.found.r1.value == pytest.approx(1 / 3)
    assert figures.found.r3.value == pytest.approx(2 / 3)
    assert figures.found.r10.value == pytest.approx(2 / 3)
    assert figures.found.mrr10.value == pytest.approx((1 + 1 / 3) / 3)
    assert figures.p50_ms == 2.0
    assert figures.p99_ms == pytest.approx(8.86)
    assert (figures.start_seconds, figures.build_seconds, figures.peak_mb) == (0.5, 2.0, 100.0)


def test_an_answer_in_another_context_is_not_right(material: Material) -> None:
    a, b, c = material.passages
    assert material.is_right(material.asked[0], a)
    assert not any(material.is_right(material.asked[0], other) for other in (b, c))


def test_missing_answers_and_unknown_passages_are_refused(material: Material) -> None:
    with pytest.raises(PeerError, match="answers 1 of 3 questions"):
        judge(measured(Reply((), 1.0)), material)
    with pytest.raises(PeerError, match="passages that it was not given: zz"):
        judge(measured(*[Reply(("zz",), 1.0)] * 3), material)
