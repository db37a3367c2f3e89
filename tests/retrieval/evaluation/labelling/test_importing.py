"""Questions of other formats: imported, indexed and asked, each as its users have them."""

import json
from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.errors import LabelError
from retrieval.evaluation.labelling.importing import (
    Format,
    guess_format,
    import_labels,
    write_documents,
)
from retrieval.evaluation.labels import Label, LabelledQuestion
from retrieval.evaluation.subject import Subject, evaluate
from retrieval.index.build import build_index
from tests.conftest import settings_for

FACTS = {
    "d1": ("民宿", "蓟州区历史悠久。乡村精品民宿271家，景区23家。"),
    "d2": ("肉牛", "河北供应肉牛。蓟州屠宰加工，北京主销。"),
    "d3": ("", "The museum opens at nine. Tickets cost ten yuan."),
}
ASKED = {"q1": "有多少家民宿？", "q2": "肉牛在哪里主销", "q3": "When does the museum open?"}


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": i, "title": title, "text": text} for i, (title, text) in FACTS.items()]
    queries = [{"_id": i, "text": text} for i, text in ASKED.items()]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    rows = ["query-id\tcorpus-id\tscore", "q1\td1\t1", "q2\td2\t2", "q3\td3\t1", "q3\td1\t0"]
    (folder / "qrels/test.tsv").write_text("\n".join(rows) + "\n")
    return folder


def test_a_beir_folder_is_imported_indexed_and_asked(
    beir: Path, tmp_path: Path, embedder: Embedder
) -> None:
    imported = import_labels(beir, guess_format(beir))
    assert imported.questions[0] == LabelledQuestion(
        "有多少家民宿？", (Label("d000000.md", ""),), ("test",)
    )
    assert len(imported.questions[2].labels) == 1
    write_documents(tmp_path / "docs", imported.documents)
    settings = settings_for(tmp_path / "docs", tmp_path / "index")
    build_index(settings, embedder, lambda done, total: None)
    found = evaluate(Subject.open(settings, embedder), imported.questions)
    assert [outcome.rank for outcome in found.asked.outcomes] == [1, 1, 1]
    hit = found.chuchu.overall.get("document hit@1")
    assert hit
    assert hit.value == 1.0
    assert found.chuchu.overall.get("marked") is None  # a whole document marks no sentence
    assert found.asked.lost == ()


def test_squad_brings_its_contexts_and_answers(tmp_path: Path) -> None:
    entry = {
        "context": FACTS["d1"][1],
        "qas": [
            {"question": "多少家", "answers": [{"text": "271家"}, {"text": "271家"}]},
            {"question": "谁", "answers": []},
        ],
    }
    file = tmp_path / "q.json"
    file.write_text(json.dumps({"data": [{"title": "t", "paragraphs": [entry]}]}))
    imported = import_labels(file, guess_format(file))
    assert imported.questions == (
        LabelledQuestion("多少家", (Label("c00000.txt", "271家"),)),
        LabelledQuestion("谁", ()),
    )
    assert [(d.path, d.text) for d in imported.documents] == [("c00000.txt", FACTS["d1"][1])]


def test_csv_rows_of_one_question_are_one_question(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_text(
        "\ufeffquestion,source,quote,tags,note\n"
        '问一,a.txt,"甲，\n乙",x;y,记\n问一,b.txt,丙,,\n无,,,,\n,,,,\n',
        "utf-8",
    )
    imported = import_labels(file, guess_format(file))
    assert imported.empty == 1
    assert imported.questions == (
        LabelledQuestion(
            "问一", (Label("a.txt", "甲，\n乙"), Label("b.txt", "丙")), ("x", "y"), note="记"
        ),
        LabelledQuestion("无", ()),
    )


def test_what_somebody_called_good_counts_over_what_another_called_bad(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    lines = [
        {"question": "甲", "answers": [{"source": "a", "quote": "错"}], "tags": ["bad"]},
        {"question": "甲", "answers": [{"source": "a", "quote": "对"}]},
        {"question": "乙", "answers": [], "tags": ["bad"], "note": "👎"},
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines))
    first, second = import_labels(file, guess_format(file)).questions
    assert first == LabelledQuestion("甲", (Label("a", "对"),))
    assert (second.waits, second.note) == (True, "👎")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("q.csv", "question,source\n", "has no column quote"),
        ("q.csv", "question,source,quote\n", "holds no questions"),
        ("q.csv", "\xff", "cannot be read"),
        ("q.json", "[]", "not a SQuAD-format file"),
        ("q.jsonl", "{}", "line 1: not a labelled question"),
        ("q.xlsx", "", "format unknown; name it with --format"),
        ("none.csv", None, "no such file"),
    ],
)
def test_other_files_are_refused(
    tmp_path: Path, name: str, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content.encode("latin-1"))
    with pytest.raises(LabelError, match=message):
        import_labels(tmp_path / name, guess_format(tmp_path / name))


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("qrels/test.tsv", "q1\td1\n", "line 1: not query, document and grade"),
        ("qrels/test.tsv", "q\tc\ts\nq9\td1\t1\n", "names 'q9', which is in no other file"),
        ("corpus.jsonl", '{"text": ""}\n', "line 1: not of BEIR"),
        ("queries.jsonl", "x\n", "line 1: not of BEIR"),
        ("corpus.jsonl", None, "cannot be read"),
        ("qrels/test.tsv", None, "qrels/.*is missing or empty"),
    ],
)
def test_a_damaged_beir_folder_is_refused(
    beir: Path, file: str, content: str | None, message: str
) -> None:
    if content is None:
        (beir / file).unlink()
    else:
        (beir / file).write_text(content)
    with pytest.raises(LabelError, match=message):
        import_labels(beir, Format.BEIR)


def test_documents_never_go_among_other_files(tmp_path: Path, beir: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/mine.txt").write_text("mine")
    with pytest.raises(LabelError, match="holds files already"):
        write_documents(tmp_path / "docs", import_labels(beir, Format.BEIR).documents)
