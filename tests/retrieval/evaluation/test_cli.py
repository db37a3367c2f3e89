"""The testing commands as people and scripts use them."""

import json
from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.answerlog import append_answer
from retrieval.evaluation.labels import Label, LabelledQuestion, read_labels, write_labels
from retrieval.settings import Settings
from tests.conftest import ROOT, SEED
from tests.retrieval.test_cli import chuchu

ANSWERED = LabelledQuestion("乡村精品民宿有多少家？", (Label(SEED, "乡村精品民宿271家"),), ("x",))
SILENT = LabelledQuestion("怎么做红烧肉？", ())
LOST = LabelledQuestion("失", (Label(SEED, "没有这句话"),))


@pytest.fixture(scope="module")
def indexed(seed_settings: Settings) -> dict[str, str]:
    """The environment of an index that is built."""
    return {"CHUCHU_INDEX__FOLDER": str(seed_settings.index.folder)}


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Three questions, one of whose quote is gone."""
    file = tmp_path / "labels.jsonl"
    write_labels(file, [ANSWERED, SILENT, LOST])
    return file


def test_evaluate_prints_figures_beside_baselines_and_names_what_is_lost(
    indexed: dict[str, str], labels: Path
) -> None:
    done = chuchu("evaluate", "--labels", str(labels), "--by", "tag", "--wrong", **indexed)
    assert done.returncode == 0, done.stderr
    assert "1 answerable, 1 unanswerable questions" in done.stdout
    for word in ("BM25", "dense", "random", "false replies", "the first sentence", "by tag"):
        assert word in done.stdout
    assert f"label lost: {SEED}: 没有这句话" in done.stderr
    assert "not counted, no passage holds a label: 失" in done.stderr


def test_labels_of_other_documents_are_said(indexed: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    write_labels(file, [LOST])
    done = chuchu("evaluate", "--labels", str(file), **indexed)
    assert done.returncode == 1
    assert "none of 1 questions can be judged" in done.stderr
    assert "run: chuchu labels check" in done.stderr


def test_evaluate_writes_runs_that_compare_with_each_other(
    indexed: dict[str, str], labels: Path, tmp_path: Path
) -> None:
    run, trec, kept = tmp_path / "run.jsonl", tmp_path / "trec", tmp_path / "kept.json"
    options = ["--json", "--save", str(run), "--trec", str(trec), "--keep", str(kept)]
    done = chuchu("evaluate", "--labels", str(labels), *options, **indexed)
    systems = json.loads(done.stdout)["systems"]
    assert [system["name"] for system in systems] == [
        *("chuchu", "BM25 alone", "dense alone", "random")
    ]
    figures = {figure["name"]: figure for figure in systems[0]["slices"][0]["figures"]}
    assert figures["hit@1"]["value"] == 1.0
    assert figures["false replies"]["value"] == 0.0
    assert len(list(trec.iterdir())) == 4
    assert json.loads(kept.read_text("utf-8"))["questions"][ANSWERED.question] == [1.0, 1.0, 1.0]
    same = chuchu("compare", str(run), str(run), "--all", **indexed)
    assert same.returncode == 0, same.stderr
    assert "0 lost, 0 won, 2 unchanged" in same.stdout


def test_a_significant_loss_ends_with_1_and_shows_both_answers(
    golden_run: Path, tmp_path: Path, indexed: dict[str, str]
) -> None:
    strict = tmp_path / "strict.toml"
    strict.write_text("[answer]\nthreshold = 0.999\n")
    done = chuchu("compare", str(golden_run), str(strict), **indexed)
    assert done.returncode == 1
    assert "B is worse than A, beyond chance" in done.stderr
    assert "silent" in done.stdout
    assert "《天津蓟州区实施" in done.stdout


@pytest.fixture(scope="module")
def golden_run(indexed: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The golden questions, saved."""
    file = tmp_path_factory.mktemp("run") / "a.jsonl"
    assert chuchu("evaluate", "--save", str(file), **indexed).returncode == 0
    return file


def test_replay_shows_what_changed(
    indexed: dict[str, str], answerer: Answerer, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    append_answer(log, answerer.ask(ANSWERED.question))
    append_answer(log, answerer.ask(SILENT.question))
    done = chuchu("replay", str(log), "--exit-code", **indexed)
    assert (done.returncode, done.stdout) == (0, "2 questions asked again: 0 changed\n")
    log.write_text(log.read_text("utf-8").replace('"answered": false', '"answered": true'), "utf-8")
    done = chuchu("replay", str(log), "--exit-code", "--json", **indexed)
    assert done.returncode == 1
    assert json.loads(done.stdout)["change"] == "silent now, was answered"
    assert "silent now, was answered" in chuchu("replay", str(log), **indexed).stdout


def test_labels_check_ends_with_1_where_a_quote_is_gone(labels: Path) -> None:
    done = chuchu("labels", "check", "--labels", str(labels))
    assert done.returncode == 1
    assert "3 questions, 2 labels: 1 stand in a passage, 0 in two, 1 in none" in done.stdout
    assert "lost: 失" in done.stdout
    assert chuchu("labels", "check").returncode == 0


def test_labels_add_checks_the_quote_and_finds_its_file(tmp_path: Path) -> None:
    file = str(tmp_path / "l.jsonl")
    add = ["labels", "add", "--labels", file]
    done = chuchu(*add, "民宿多少", "--quote", "乡村精品民宿271家", "--tag", "x", "--note", "记")
    assert done.returncode == 0, done.stderr
    assert chuchu(*add, "月球多远", "--unanswerable").returncode == 0
    assert read_labels(Path(file)) == [
        LabelledQuestion("民宿多少", (Label(SEED, "乡村精品民宿271家"),), ("x",), note="记"),
        LabelledQuestion("月球多远", ()),
    ]
    wrong = chuchu(*add, "问", "--quote", "没有这句话")
    assert (wrong.returncode, wrong.stderr) == (1, "chuchu: '没有这句话' stands in no document\n")
    assert chuchu(*add, "民宿多少", "--unanswerable").returncode == 1
    assert chuchu(*add, "x", "--unanswerable", "--quote", "y").returncode == 2


def test_labels_add_lets_choose_among_excerpts(indexed: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    add = ["labels", "add", ANSWERED.question, "--labels", str(file)]
    assert chuchu(*add, stdin="1\n", **indexed).returncode == 0
    (label,) = read_labels(file)[0].labels
    assert "乡村精品民宿271家" in label.quote
    assert chuchu(*add, stdin="9\n", **indexed).returncode == 2


def test_squad_is_imported_with_its_documents(tmp_path: Path) -> None:
    squad = tmp_path / "q.json"
    entry = {
        "context": "蓟州区有民宿271家。",
        "qas": [{"question": "多少家", "answers": [{"text": "271家"}]}],
    }
    squad.write_text(json.dumps({"data": [{"paragraphs": [entry]}]}))
    out, documents = tmp_path / "l.jsonl", tmp_path / "docs"
    command = ["labels", "import", str(squad), "--out", str(out)]
    assert chuchu(*command).returncode == 2
    done = chuchu(*command, "--documents", str(documents))
    assert done.returncode == 0, done.stderr
    assert "1 questions added, 0 joined" in done.stdout
    assert "1 stand in a passage" in done.stdout
    environment = {
        "CHUCHU_CORPUS__FOLDER": str(documents),
        "CHUCHU_INDEX__FOLDER": str(tmp_path / "index"),
    }
    assert chuchu("index", **environment).returncode == 0
    done = chuchu("evaluate", "--json", "--labels", str(out), **environment)
    assert json.loads(done.stdout)["systems"][0]["slices"][0]["answerable"] == 1


def test_feedback_is_imported_and_what_waits_is_said(tmp_path: Path) -> None:
    feedback = tmp_path / "feedback.jsonl"
    write_labels(feedback, [ANSWERED, LabelledQuestion("坏", (), ("bad",))])
    out = tmp_path / "l.jsonl"
    done = chuchu("labels", "import", str(feedback), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "1 questions were called badly answered and wait for a label" in done.stdout
    again = chuchu("labels", "import", str(feedback), "--out", str(out))
    assert "0 questions added, 2 joined" in again.stdout
    assert len(read_labels(out)) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "{tmp}/none", "{tmp}/none"], "cannot be read"),
        (["compare", str(ROOT / "config/golden.jsonl"), "{tmp}/none"], "not a saved run"),
        (["replay", "{tmp}/none"], "cannot be read"),
        (["replay", str(ROOT / "config/golden.jsonl")], "line 1: not a logged answer"),
        (["labels", "check", "--labels", "{tmp}/none"], "cannot be read"),
        (["labels", "import", "{tmp}/none", "--out", "{tmp}/l"], "no such file or folder"),
    ],
)
def test_bad_input_is_one_clear_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = chuchu(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert done.returncode == 1, done.stderr
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("chuchu: ")
    assert message in line


def test_wrong_usage_is_exit_code_2(indexed: dict[str, str]) -> None:
    assert chuchu("evaluate", "--by", "colour", **indexed).returncode == 2
    assert chuchu("labels", "import", "x", "--out", "y", "--format", "z").returncode == 2
