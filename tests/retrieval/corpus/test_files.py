"""A folder of files: what is read, what is passed over, what is refused."""

import os
from pathlib import Path

import pytest

from retrieval.corpus.files import Reader, find_files, read_folder
from retrieval.corpus.readers import ReadLimits
from retrieval.errors import CorpusError


def test_text_and_markdown_are_read_in_order_of_path(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.md", "a.TXT", "sub/c.markdown"):
        (tmp_path / name).write_text("文", "utf-8")
    assert [file.path for file in read_folder(tmp_path).read] == ["a.TXT", "b.md", "sub/c.markdown"]


def test_other_formats_are_named_and_hidden_files_ignored(tmp_path: Path) -> None:
    for name in ("a.txt", "b.xyz", ".hidden.txt"):
        (tmp_path / name).write_text("x", "utf-8")
    listing = find_files(tmp_path)
    assert [file.path for file in listing.files] == ["a.txt"]
    assert listing.unknown == ("b.xyz",)


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeff文".encode())
    assert read_folder(tmp_path).read[0].text == "文"


def test_the_digest_changes_with_names_and_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("1", "utf-8")
    first = find_files(tmp_path).digest
    file.write_text("2", "utf-8")
    second = find_files(tmp_path).digest
    file.rename(tmp_path / "b.txt")
    assert len({first, second, find_files(tmp_path).digest}) == 3


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such folder"):
        read_folder(tmp_path / "none")


def test_an_empty_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no documents"):
        read_folder(tmp_path)


def test_a_file_that_changes_between_finding_and_reading_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("旧。", "utf-8")
    file = find_files(tmp_path).files[0]
    (tmp_path / "a.txt").write_text("新。", "utf-8")
    with pytest.raises(CorpusError, match="changed while it was read"):
        Reader(tmp_path, ReadLimits(1, 1, 1000))(file)


def test_names_of_every_kind(tmp_path: Path) -> None:
    names = ["emoji😀.md", "rtl\u202etxt.md", "a b.md", "新建 文本文档.txt"]
    for name in names:
        (tmp_path / name).write_text("文。", "utf-8")
    (tmp_path / os.fsdecode(b"bad\xff.md")).write_text("文。", "utf-8")
    found = find_files(tmp_path)
    assert sorted(file.path for file in found.files) == sorted(names)
    assert found.unknown == ("bad\\xff.md",)


def test_files_of_the_system_and_of_editors_are_no_documents(tmp_path: Path) -> None:
    for name in (".a.md", "~$a.docx", "golden.jsonl", "a.md"):
        (tmp_path / name).write_text("文。", "utf-8")
    assert [file.path for file in find_files(tmp_path).files] == ["a.md"]
    assert find_files(tmp_path).unknown == ()
