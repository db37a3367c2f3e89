"""``chuchu index`` where a server holds the index."""

import json
from pathlib import Path

import pytest

from retrieval.settings import IndexSettings
from tests.milvus import MilvusServer
from tests.retrieval.index.engines import remove_all
from tests.retrieval.test_cli import chuchu

QUESTION = "乡村精品民宿有多少家？"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"CHUCHU_INDEX__FOLDER": str(tmp_path / "index"), "COLUMNS": "200"}


@pytest.fixture
def uri(lite_server: MilvusServer) -> str:
    """Of a server that holds nothing of ours."""
    remove_all(IndexSettings(uri=lite_server.uri))
    return lite_server.uri


def test_what_is_indexed_is_moved_counted_compared_and_answered_from(
    environment: dict[str, str], uri: str, tmp_path: Path
) -> None:
    assert chuchu("index", **environment).returncode == 0
    moved = chuchu("index", "--to", uri, **environment)
    assert moved.returncode == 0, moved.stderr
    first, second, last = moved.stdout.splitlines()
    assert first.startswith(f"{uri} holds 25 passages of 2 documents: 25 sent, 0 removed")
    asked, same = second.split(" probe questions: ")
    assert same.startswith(f"{asked} answered by the same 3 excerpts")
    assert last == f'To answer from it: [index] uri = "{uri}"'
    alone = {"CHUCHU_INDEX__FOLDER": str(tmp_path / "none"), "CHUCHU_INDEX__URI": uri}
    assert "民宿271家" in chuchu("ask", QUESTION, **alone).stdout.replace("\n", "")


def test_labelled_questions_may_be_compared_by(environment: dict[str, str], uri: str) -> None:
    chuchu("index", **environment)
    arguments = ("--to", uri, "--probes", "config/golden.jsonl", "--json")
    found = json.loads(chuchu("index", *arguments, **environment).stdout)
    assert found["compared"] == {"questions": 100, "same": 100, "first": 100}
    assert found["mirrored"]["passages"] == 25


def test_indexing_keeps_a_server_up_to_date(
    environment: dict[str, str], uri: str, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# 甲\n\n苹果一斤十二元。\n", "utf-8")
    settings = environment | {"CHUCHU_INDEX__URI": uri, "CHUCHU_CORPUS__FOLDER": str(corpus)}
    assert f"{uri} holds 1 passages of 1 documents" in chuchu("index", **settings).stdout
    assert nearest("苹果多少钱？", settings) == "苹果一斤十二元。"
    (corpus / "a.md").write_text("# 甲\n\n苹果一斤九元。\n", "utf-8")
    found = json.loads(chuchu("index", "--json", **settings).stdout)
    assert (found["mirrored"]["sent"], found["mirrored"]["removed"]) in ((1, 1), (1, 0))
    assert nearest("苹果多少钱？", settings) == "苹果一斤九元。"


def nearest(question: str, environment: dict[str, str]) -> str:
    """The first passage found, said or not."""
    answer = json.loads(chuchu("ask", question, "--json", **environment).stdout)
    text: str = answer["excerpts"][0]["text"]
    return text


def test_a_machine_that_only_reads_does_not_index(environment: dict[str, str]) -> None:
    done = chuchu("index", **environment, CHUCHU_INDEX__READ_ONLY="true")
    assert done.returncode == 1
    assert "read_only: another machine indexes" in done.stderr


@pytest.mark.parametrize("address", ["host:19530", "http://user:secret@host:19530", "a.db"])
def test_no_address_is_told_with_an_example(environment: dict[str, str], address: str) -> None:
    done = chuchu("index", "--to", address, **environment)
    assert done.returncode == 2
    assert "is no address of a server; write http://host:19530" in done.stderr.replace("\n", "")


def test_a_server_that_is_away_is_told_in_one_line(environment: dict[str, str]) -> None:
    away = environment | {"CHUCHU_INDEX__URI": "http://127.0.0.1:9", "CHUCHU_INDEX__TIMEOUT": "1"}
    done = chuchu("ask", QUESTION, **away)
    assert done.returncode == 75  # what may be tried again
    assert done.stderr.startswith("chuchu: http://127.0.0.1:9: the index server does not answer")
    assert len(done.stderr.splitlines()) == 1
