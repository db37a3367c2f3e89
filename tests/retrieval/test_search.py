"""Search: features mean what they say, ties go by reading order, the best comes first."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.features import coverage
from retrieval.index.build import build_index
from retrieval.index.embedded import Embedded
from retrieval.index.fields import above
from retrieval.index.generation import open_generation
from retrieval.index.segments import BREAK
from retrieval.question import read_question
from retrieval.ranking import shipped_ranking
from retrieval.search import Searcher
from retrieval.settings import Settings
from retrieval.text import fold, terms
from tests.conftest import ROOT, settings_for


@pytest.fixture(scope="module")
def searcher(seed_settings: Settings, embedder: Embedder) -> Searcher[Embedded]:
    engine = Embedded(open_generation(seed_settings.index.folder))
    return Searcher(engine, embedder, shipped_ranking(engine.count()), candidates=50)


def test_features_equal_what_brute_force_finds(
    searcher: Searcher[Embedded], embedder: Embedder
) -> None:
    question = read_question("蓟州有多少家乡村民宿？")
    weights = searcher.asked(question).weights
    asked = np.unique(embedder.tokens([question.content])[0])
    token_weights = np.array([searcher.weights.weight(t) for t in embedder.token_texts(asked)])
    for hit in searcher.search(question):
        ids = tokens_of(searcher, hit.passage.id)
        found = embedder.token_vectors(asked) @ embedder.token_vectors(ids[ids != BREAK]).T
        late = float(token_weights @ found.max(axis=1) / token_weights.sum())
        assert hit.features.late_interaction == pytest.approx(late, abs=1e-5)
        standing = terms(fold(f"{above(hit.passage)}\n{hit.passage.text}"))
        share = sum(w for t, w in weights.items() if t in standing) / sum(weights.values())
        assert hit.features.coverage == pytest.approx(share)
        assert hit.score == pytest.approx(searcher.ranking.score(hit.features))


def tokens_of(
    searcher: Searcher[Embedded], passage_id: str
) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    found = searcher.engine.generation.store.find(passage_id)
    assert found is not None
    return searcher.engine.generation.tokens.of(found.row)


def test_hits_come_best_first_and_each_once(searcher: Searcher[Embedded]) -> None:
    hits = searcher.search(read_question("产业集群"))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("35平方公里", "规划面积35平方公里"),
        ("“1+4”工程", "‘1+4’工程"),
        ("21.7%", "北京游客占21.7%"),
        ("２＋４＋４６", "“2+4+46”现代制造业"),
        ("5G", "河北可利用5G"),
        ("薊州區有多少鄉村民宿", "乡村精品民宿271家"),
        ("文章作者是谁", "叶堂林 吴明桓 王雪莹"),
        ("记者是谁", "韩梅"),
    ],
)
def test_exact_things_are_found(answerer: Answerer, question: str, words: str) -> None:
    assert any(words in hit.passage.text for hit in answerer.hits(question)[:3])


def test_small_talk_is_not_searched(searcher: Searcher[Embedded]) -> None:
    assert searcher.search(read_question("谢谢！")) == []


def test_the_same_question_gives_the_same_answer_in_every_process(seed_settings: Settings) -> None:
    code = (
        "import json, sys; from retrieval.answer import Answerer;"
        "from retrieval.settings import Settings;"
        "a = Answerer.load(Settings.model_validate_json(sys.argv[1]));"
        "print(json.dumps([(h.passage.id, h.score) for h in a.hits('京津冀产业协同有什么难点')]))"
    )
    outputs = {
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code, seed_settings.model_dump_json()],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())


def test_coverage_is_a_share_of_weight() -> None:
    assert coverage({"a": 3.0, "b": 1.0}, frozenset("a")) == 0.75
    assert coverage({}, frozenset("a")) == 0.0


def test_what_many_documents_repeat_hides_nothing_else(tmp_path: Path, embedder: Embedder) -> None:
    notice = (
        "免责声明：本文所列民宿的价格、房间数量和停车位等信息仅供参考，以民宿现场公布的价格为准。"
    )
    names = [f"{first}{second}" for first in "青白碧红金银翠兰" for second in "松云水枫桂"]
    for name in names:
        text = f"# {name}民宿\n\n{name}民宿每晚一百元，提供早餐。\n\n{notice}\n"
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    settings = settings_for(tmp_path, tmp_path / ".index")
    build_index(settings, embedder, lambda done, total: None)
    engine = Embedded(open_generation(settings.index.folder))
    searcher = Searcher(engine, embedder, shipped_ranking(engine.count()), candidates=50)
    for name in names:
        hits = searcher.search(read_question(f"{name}民宿现场公布的价格和停车位等信息"))
        assert 1 <= sum(hit.passage.text == notice for hit in hits) <= 4
        assert f"{name}民宿每晚一百元，提供早餐。" in {hit.passage.text for hit in hits}
