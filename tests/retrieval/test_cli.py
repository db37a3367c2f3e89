"""The commands as people and scripts use them: output, exit codes, one clear line for errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.corpus.files import read_folder
from retrieval.corpus.mending import cut
from retrieval.settings import Settings
from retrieval.types import Span
from tests.conftest import ROOT

FIELDS = [
    "question",
    "answered",
    "tentative",
    "confidence",
    "threshold",
    "excerpts",
    "took_ms",
    "trace",
]
CITATION_FIELDS = ["title", "heading", "source", "page", "spans", "outdated"]
EXCERPT_FIELDS = [
    "text",
    "marked",
    "before",
    *CITATION_FIELDS,
    "score",
    "confidence",
    "also",
]


def chuchu(
    *arguments: str, stdin: str = "", **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command in the project's folder."""
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "retrieval", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        input=stdin,
        check=False,
        env=os.environ | environment,
    )


@pytest.fixture(scope="module")
def indexed(seed_settings: Settings) -> dict[str, str]:
    """The environment of an index that is built."""
    return {"CHUCHU_INDEX__FOLDER": str(seed_settings.index.folder)}


def test_ask_prints_the_excerpt_and_its_source(indexed: dict[str, str]) -> None:
    done = chuchu("ask", "乡村精品民宿有多少家？", **indexed)
    assert done.returncode == 0
    text = done.stdout.replace("\n", "")
    assert "乡村精品民宿271家" in text
    assert "《天津蓟州区实施“四大工程”加快融入京津冀》" in text


def test_ask_json_is_one_object_with_the_promised_fields(indexed: dict[str, str]) -> None:
    done = chuchu("ask", "--json", "乡村精品民宿有多少家？", **indexed)
    answer = json.loads(done.stdout)
    assert list(answer) == FIELDS
    assert answer["answered"] is True
    assert 0 <= answer["confidence"] <= 1
    first = answer["excerpts"][0]
    assert list(first) == EXCERPT_FIELDS
    assert first["marked"] in first["text"]
    source = read_folder(ROOT / "seeds").read[0].text
    assert cut(source, tuple(Span(*span) for span in first["spans"])) == first["text"]


def test_ask_json_names_every_place_of_a_text_and_the_sentence_before(tmp_path: Path) -> None:
    corpus = tmp_path / "docs"
    corpus.mkdir()
    text = "他的工坊收了二十三个徒弟，最小的十九岁。"
    (corpus / "a.md").write_text(f"# 窑工\n\n窑工龚兆南今年七十岁。\n\n{text}\n", "utf-8")
    (corpus / "b.md").write_text(f"# 转载\n\n{text}\n", "utf-8")
    environment = {
        "CHUCHU_CORPUS__FOLDER": str(corpus),
        "CHUCHU_INDEX__FOLDER": str(tmp_path / "index"),
    }
    chuchu("index", **environment)
    done = chuchu("ask", "--json", "工坊收了多少徒弟", **environment)
    first = json.loads(done.stdout)["excerpts"][0]
    assert (first["source"], first["before"]) == ("a.md", "窑工龚兆南今年七十岁。")
    (other,) = first["also"]
    assert list(other) == CITATION_FIELDS
    assert other["source"] == "b.md"


def test_a_file_of_questions_gives_one_object_a_line(
    indexed: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "q.txt"
    file.write_text("民宿多少家\n\n你好\n怎么做红烧肉\n", "utf-8")
    done = chuchu("ask", "--json", "--questions", str(file), **indexed)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == ["民宿多少家", "你好", "怎么做红烧肉"]
    assert [answer["answered"] for answer in answers] == [True, False, False]


def test_questions_may_come_from_standard_input(indexed: dict[str, str]) -> None:
    done = chuchu("ask", "--json", "--questions", "-", stdin="民宿多少家\n", **indexed)
    assert json.loads(done.stdout)["answered"] is True


def test_silence_is_said_in_one_line(indexed: dict[str, str]) -> None:
    done = chuchu("ask", "怎么做红烧肉？", **indexed)
    assert done.stdout.strip() == "文档里没有找到答案。 The documents do not say."


def test_index_twice_says_up_to_date(tmp_path: Path) -> None:
    environment = {"CHUCHU_INDEX__FOLDER": str(tmp_path / "i")}
    first, second = chuchu("index", **environment), chuchu("index", **environment)
    assert first.stdout.startswith("index built: 2 documents")
    assert second.stdout.startswith("index up to date: 2 documents")


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (["ask", "x"], {"CHUCHU_INDEX__FOLDER": "{tmp}/none"}, "nothing has been indexed yet; run: chuchu index"),
        (["index"], {"CHUCHU_CORPUS__FOLDER": "{tmp}/none"}, "no such folder of documents"),
        (["index"], {"CHUCHU_CORPUS__FOLDER": "{tmp}/empty"}, "holds no documents"),
        (["index"], {"CHUCHU_CORPUS__FOLDER": "{tmp}/binary"}, "a.txt: unreadable glyphs (100%)"),
        (["index", "--config", "{tmp}/none.toml"], {}, "no such settings file"),
        (["index", "--config", "{tmp}/bad.toml"], {}, "not valid TOML"),
        (["index", "--config", "{tmp}/unknown.toml"], {}, "unknown setting; did you mean 'candidates'?"),
        (["index"], {"CHUCHU_EMBEDDING__MODEL": "{tmp}/empty"}, "set [embedding] model"),
        (["ask", "--questions", "{tmp}/none"], {}, "cannot be read"),
        (["evaluate", "--labels", "{tmp}/none"], {}, "cannot be read"),
        (["index"], {"CHUCHU_INDEX__FOLDER": "{tmp}/file/x"}, "cannot be written"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line_and_exit_code_1(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary").mkdir()
    (tmp_path / "binary/a.txt").write_bytes(b"\xff\xfe\x00\xd8")
    (tmp_path / "bad.toml").write_text("[x")
    (tmp_path / "unknown.toml").write_text("[search]\ncandidats = 1\n")
    (tmp_path / "file").write_text("")
    filled = {key: value.format(tmp=tmp_path) for key, value in environment.items()}
    filled.setdefault("CHUCHU_INDEX__FOLDER", str(tmp_path / "index"))
    done = chuchu(*(a.format(tmp=tmp_path) for a in arguments), HF_HUB_OFFLINE="1", **filled)
    assert done.returncode == 1, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("chuchu: ")
    assert message in lines[0]


def test_wrong_usage_is_exit_code_2() -> None:
    assert chuchu("ask").returncode == 2
    assert chuchu("nonsense").returncode == 2


@pytest.mark.parametrize("command", ["ask", "index", "evaluate", "compare", "replay", "labels"])
def test_every_command_explains_itself(command: str) -> None:
    done = chuchu(command, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout
