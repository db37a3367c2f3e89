"""``chuchu benchmark peers`` as people use it; Chuchu alone, for nothing is installed here."""

import json
from pathlib import Path

import pytest

from tests.retrieval.test_cli import chuchu


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    entry = {
        "context": "乡村精品民宿271家，景区23家。",
        "qas": [{"question": "民宿有多少家？", "answers": [{"text": "271家"}]}],
    }
    file = tmp_path / "q.json"
    file.write_text(json.dumps({"data": [{"paragraphs": [entry]}]}), "utf-8")
    return file


def test_a_table_is_printed_and_files_are_written(squad: Path, tmp_path: Path) -> None:
    out, plot = tmp_path / "out.json", tmp_path / "out.svg"
    options = ("--peer", "chuchu", "--json", str(out), "--plot", str(plot))
    done = chuchu("benchmark", "peers", "--squad", str(squad), *options)
    assert done.returncode == 0, done.stderr
    assert "1 questions, 1 passages of 17 characters" in done.stdout
    assert f"written: {out}" in done.stderr
    (row,) = json.loads(out.read_text("utf-8"))["rows"]
    assert row["peer"]["name"] == "chuchu"
    assert row["figures"]["found"]["r1"]["value"] == 1.0
    assert plot.exists()


@pytest.mark.parametrize("options", [("--peer", "nobody"), ("--ask-part", "half")])
def test_wrong_usage_is_exit_code_2(squad: Path, options: tuple[str, ...]) -> None:
    assert chuchu("benchmark", "peers", "--squad", str(squad), *options).returncode == 2


def test_another_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    done = chuchu("benchmark", "peers", "--squad", str(tmp_path / "x.json"), "--peer", "chuchu")
    assert done.returncode == 1
    assert "not a SQuAD-format file" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
