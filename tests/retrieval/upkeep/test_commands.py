"""The commands that keep the index, as people and scripts use them."""

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.retrieval.corpus import samples
from tests.retrieval.test_cli import chuchu

TRAIN = ROOT.parent / "shared/data/train"
LABELS = [
    {"question": "民宿有多少家？", "answers": [{"source": "a.md", "quote": "民宿271家"}]},
    {"question": "怎么做红烧肉？", "answers": []},
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.md").write_text("# 民宿\n\n蓟州区有乡村精品民宿271家。\n", "utf-8")
    (folder / "b.xlsx").write_bytes(samples.xlsx())
    (folder / "c.pdf").write_bytes(samples.pdf([["秘密。"]], password="x"))  # noqa: S106
    (folder / "d.png").write_bytes(b"\x89PNG")
    return folder


@pytest.fixture
def environment(corpus: Path, tmp_path: Path) -> dict[str, str]:
    return {
        "CHUCHU_CORPUS__FOLDER": str(corpus),
        "CHUCHU_INDEX__FOLDER": str(tmp_path / "index"),
        "COLUMNS": "200",
    }


def test_indexing_reports_each_file(environment: dict[str, str]) -> None:
    done = chuchu("index", **environment)
    assert done.returncode == 0
    assert "sheet '内部' is hidden" in done.stdout
    assert "encrypted; save it without a password" in done.stdout
    assert done.stderr == "of no format that is read: 1 files (d.png)\n"


def test_indexing_reports_as_json(environment: dict[str, str]) -> None:
    found = json.loads(chuchu("index", "--json", **environment).stdout)
    assert found["unknown_files"] == ["d.png"]
    assert {s["path"]: s["passages"] for s in found["sources"]} == {
        "a.md": 1,
        "b.xlsx": 4,
        "c.pdf": 0,
    }


def test_verifying_finds_all_identical(environment: dict[str, str]) -> None:
    chuchu("index", **environment)
    done = chuchu("verify", **environment)
    assert done.returncode == 0
    assert done.stdout.startswith("verified: 5 of 5 passages from 3 files are identical")


def test_verifying_names_what_changed(environment: dict[str, str], corpus: Path) -> None:
    chuchu("index", **environment)
    (corpus / "a.md").write_text("# 民宿\n\n蓟州区有乡村精品民宿272家。\n", "utf-8")
    (corpus / "b.xlsx").unlink()
    done = chuchu("verify", "--json", **environment)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert [(f["path"], f["reason"].split(";")[0]) for f in found["faults"]] == [
        ("a.md", "changed since it was indexed"),
        ("b.xlsx", "gone since it was indexed"),
    ]


def test_verifying_names_passages_that_the_file_does_not_give(
    environment: dict[str, str], tmp_path: Path
) -> None:
    import sqlite3

    chuchu("index", **environment)
    index = tmp_path / "index"
    store = index / (index / "CURRENT").read_text().strip() / "base/store.sqlite"
    connection = sqlite3.connect(store)
    connection.execute("UPDATE passages SET text = '从来没有的话。' WHERE text LIKE '%271%'")
    connection.commit()
    connection.close()
    manifest = store.parent.parent / "manifest.json"
    raw = json.loads(manifest.read_text("utf-8"))
    raw["files"] = [mark for mark in raw["files"] if "store" not in mark["path"]]
    manifest.write_text(json.dumps(raw), "utf-8")
    done = chuchu("verify", **environment)
    assert done.returncode == 1
    assert "the file does not give it" in done.stdout
    assert "verified: 4 of 5 passages" in done.stdout


def test_sources_are_listed(environment: dict[str, str]) -> None:
    chuchu("index", **environment)
    assert "a.md" in chuchu("sources", **environment).stdout
    found = json.loads(chuchu("sources", "--json", **environment).stdout)
    assert [source["encoding"] for source in found] == ["UTF-8", "XLSX", ""]


def test_names_that_would_rule_the_terminal_are_shown_harmless(
    environment: dict[str, str], corpus: Path
) -> None:
    (corpus / "a\x1b[2J\u202etxt.exe\n.txt").write_text("第一条规定。", "utf-8")
    (corpus / "b\x1b[2J.bin").write_bytes(b"\0")
    environment |= {"NO_COLOR": "1", "COLUMNS": "200"}
    indexed = chuchu("index", **environment)
    printed = [
        indexed.stdout,
        indexed.stderr,
        chuchu("sources", **environment).stdout,
        chuchu("ask", "第一条规定是什么", **environment).stdout,
        chuchu("show", "a\x1b[2J\u202etxt.exe\n.txt", **environment).stdout,
    ]
    assert not [text for text in printed if "\x1b" in text or "\u202e" in text]
    assert "a␛[2J\ufffdtxt.exe␊.txt" in printed[2]


def test_a_document_is_shown_with_its_spans(environment: dict[str, str]) -> None:
    chuchu("index", **environment)
    assert (
        "a.md [6-21] 民宿\n蓟州区有乡村精品民宿271家。"
        in chuchu("show", "民宿", **environment).stdout
    )
    lines = chuchu("show", "b.xlsx", "--json", **environment).stdout.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["row"] * 4
    done = chuchu("show", "没有", **environment)
    assert done.returncode == 1
    assert done.stderr == "chuchu: '没有': no such document; list them: chuchu sources\n"


def test_rolling_back(environment: dict[str, str], corpus: Path) -> None:
    first = json.loads(chuchu("index", "--json", **environment).stdout)["generation"]
    (corpus / "a.md").write_text("# 民宿\n\n错误的内容。\n", "utf-8")
    chuchu("index", **environment)
    done = chuchu("index", "--rollback", **environment)
    assert done.stdout == f"index rolled back to generation {first}; once more undoes it\n"
    assert "271" in chuchu("show", "民宿", **environment).stdout
    done = chuchu("index", **environment)
    assert done.returncode == 1
    assert "what these documents gave was rolled back" in done.stderr
    assert "271" in chuchu("show", "民宿", **environment).stdout
    (corpus / "a.md").write_text("# 民宿\n\n改正了的内容。\n", "utf-8")
    assert chuchu("index", **environment).returncode == 0
    assert "改正" in chuchu("show", "民宿", **environment).stdout


def test_what_was_rolled_back_can_be_published_by_force(
    environment: dict[str, str], corpus: Path
) -> None:
    chuchu("index", **environment)
    (corpus / "a.md").write_text("# 民宿\n\n其实正确的内容。\n", "utf-8")
    chuchu("index", **environment)
    chuchu("index", "--rollback", **environment)
    assert chuchu("index", "--force", **environment).returncode == 0
    assert "其实正确" in chuchu("show", "民宿", **environment).stdout


def test_what_answers_labelled_questions_worse_is_not_published(
    environment: dict[str, str], corpus: Path
) -> None:
    lines = (json.dumps(label, ensure_ascii=False) + "\n" for label in LABELS)
    (corpus / "golden.jsonl").write_text("".join(lines), "utf-8")
    assert chuchu("index", **environment).returncode == 0
    (corpus / "a.md").write_text("# 民宿\n\n这里什么也没有说。\n", "utf-8")
    done = chuchu("index", **environment)
    assert done.returncode == 1
    assert (
        "1 of 2 questions in golden.jsonl would no longer be answered: 民宿有多少家？"
        in done.stderr
    )
    assert "271" in chuchu("show", "民宿", **environment).stdout
    assert chuchu("index", "--force", **environment).returncode == 0
    assert "271" not in chuchu("show", "民宿", **environment).stdout


def test_collections_are_indexed_and_asked_apart(
    environment: dict[str, str], corpus: Path, tmp_path: Path
) -> None:
    laws = tmp_path / "laws"
    laws.mkdir()
    (laws / "law.md").write_text("# 条例\n\n第一条 民宿须有营业执照。\n", "utf-8")
    config = tmp_path / "chuchu.toml"
    config.write_text(f'[collections]\nlaws = "{laws}"\n', "utf-8")
    options = ("--config", str(config))
    done = chuchu("index", *options, **environment)
    assert done.stdout.count("index built:") == 2
    answer = json.loads(
        chuchu(
            "ask", "--json", "--collection", "laws", "民宿要有什么？", *options, **environment
        ).stdout
    )
    assert {excerpt["source"] for excerpt in answer["excerpts"]} == {"law.md"}
    answer = json.loads(chuchu("ask", "--json", "民宿有多少家", *options, **environment).stdout)
    assert "law.md" not in {excerpt["source"] for excerpt in answer["excerpts"]}
    assert chuchu("verify", "--collection", "laws", *options, **environment).returncode == 0
    done = chuchu("ask", "--collection", "law", "x", *options, **environment)
    assert "'law' is no collection; did you mean 'laws'?" in done.stderr


def test_every_format_and_encoding_is_verified(environment: dict[str, str], corpus: Path) -> None:
    for name in ("docx", "pptx", "html", "epub"):
        (corpus / f"sample.{name}").write_bytes(getattr(samples, name)())
    paragraphs = [
        f"第{n}段：这一段说的是第{n}件事情，内容各不相同，共有{n * 7}家。" for n in range(60)
    ]
    (corpus / "two.pdf").write_bytes(samples.two_columns(paragraphs, "四大工程"))
    (corpus / "justified.pdf").write_bytes(samples.justified_columns(["Some words of it."] * 40))
    (corpus / "edited.docx").write_bytes(samples.edited_docx())
    numbered = [("总则", "Heading 1", 1, 0), ("为了规范，制定本办法。", "", 2, 0)]
    (corpus / "numbered.docx").write_bytes(samples.numbered_docx(numbered))
    (corpus / "z.zip").write_bytes(samples.zipped({"../x.md": b"# T\n\nA *word* here.\n"}))
    for codec in ("utf-8-sig", "utf-16", "utf-16-le", "gb18030"):
        (corpus / f"{codec}.txt").write_bytes(
            f"{codec}编码的内容，说的是民宿的事情。".encode(codec)
        )
    (corpus / "line.txt").write_text("很长的一行没有句号" * 100_000, "utf-8")
    (corpus / "empty.txt").write_bytes(b"")
    done = chuchu("index", "--json", **environment)
    assert done.returncode == 0, done.stderr
    remarks = {s["path"]: s["notes"] for s in json.loads(done.stdout)["sources"] if s["notes"]}
    assert remarks == {
        "b.xlsx": ["sheet '内部' is hidden"],
        "c.pdf": ["encrypted; save it without a password"],
        "empty.txt": ["empty"],
    }
    done = chuchu("verify", "--json", **environment)
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    assert found["identical"] == found["passages"] > 2000


@pytest.mark.skipif(not TRAIN.exists(), reason="the open texts are not beside the project")
@pytest.mark.slow
def test_three_hundred_files_of_open_text_are_verified(tmp_path: Path) -> None:
    import tarfile

    corpus = tmp_path / "corpus"
    for archive in sorted(TRAIN.glob("*.tar.xz")):
        with tarfile.open(archive) as package:
            members = [m for m in package.getmembers() if m.name.endswith(".md")]
            for member in members[:: max(len(members) // 35, 1)][:35]:
                package.extract(member, corpus, filter="data")
    environment = {
        "CHUCHU_CORPUS__FOLDER": str(corpus),
        "CHUCHU_INDEX__FOLDER": str(tmp_path / "index"),
    }
    assert chuchu("index", **environment).returncode == 0
    found = json.loads(chuchu("verify", "--json", **environment).stdout)
    assert found["files"] >= 300
    assert found["identical"] == found["passages"]
