"""The benchmark on a tiny question file: figures as they must be."""

import json
from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.errors import LabelError
from retrieval.evaluation.benchmark import run_benchmark
from retrieval.evaluation.squad import read_contexts

FACTS = {
    "蓟州": "蓟州区历史悠久。乡村精品民宿271家，景区23家。",
    "数字": "北京依托数字基础设施。天津提供应用场景。",
    "肉牛": "河北供应肉牛。蓟州屠宰加工，北京主销。",
    "高铁": "高铁站片区是交通枢纽。新城片区集聚人口。",
    "盘山": "盘山景区每天吸引近3万名游客。停车场停了2000辆车。",
    "法律": "合同自成立时生效。当事人另有约定的除外。",
}
ASKED = {
    "蓟州": ("乡村精品民宿有多少家？", "271家"),
    "数字": ("天津提供什么？", "应用场景"),
    "肉牛": ("肉牛在哪里主销？", "北京主销"),
    "高铁": ("哪个片区集聚人口？", "新城片区"),
    "盘山": ("盘山景区每天有多少游客？", "3万"),
    "法律": ("合同什么时候生效？", "成立时"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    articles = [
        {
            "title": title,
            "paragraphs": [
                {
                    "context": text,
                    "qas": [{"question": ASKED[title][0], "answers": [{"text": ASKED[title][1]}]}],
                }
            ],
        }
        for title, text in FACTS.items()
    ]
    path = tmp_path / "q.json"
    path.write_text(json.dumps({"data": articles}), "utf-8")
    return path


def test_easy_questions_are_all_found(file: Path, embedder: Embedder) -> None:
    contexts = read_contexts(file)
    report = run_benchmark(contexts, embedder, development=False)
    assert (report.questions, report.passages) == (6, 6)
    assert report.full.r1.value == 1.0
    assert report.lexical.r1.value == 1.0
    assert report.full.mrr10.value == 1.0
    assert report.marking.marked.value >= report.marking.first_sentence.value
    assert 0 <= report.dense.r1.low <= report.dense.r1.value <= report.dense.r1.high <= 1


def test_only_the_development_part_is_asked_but_all_is_indexed(
    file: Path, embedder: Embedder
) -> None:
    contexts = read_contexts(file)
    report = run_benchmark(contexts, embedder, development=True)
    assert report.questions == sum(context.is_development for context in contexts)
    assert report.passages == 6


@pytest.mark.parametrize("content", ["", "[]", '{"data": [{"paragraphs": [{}]}]}'])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "q.json"
    path.write_text(content)
    with pytest.raises(LabelError, match=r"q\.json: not a SQuAD-format file"):
        read_contexts(path)
