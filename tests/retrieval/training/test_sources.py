"""Archives are read safely, and repeated text only once."""

import io
import tarfile
from pathlib import Path

import pytest

from retrieval.errors import CorpusError
from retrieval.training.duplicates import SeenText
from retrieval.training.sources import archives, passages, read_archive

ARTICLE = (
    "第一条 为了加强城市绿化管理,保护和改善生态环境,根据有关法律法规,结合本市实际,制定本条例。"
)


def pack(path: Path, files: dict[str, str], *, link: str = "") -> None:
    with tarfile.open(path, "w:xz") as archive:
        for name, text in files.items():
            raw = text.encode()
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
        if link:
            member = tarfile.TarInfo("source/link.md")
            member.type, member.linkname = tarfile.SYMTYPE, link
            archive.addfile(member)


def test_only_sound_markdown_members_are_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("# 秘密\n\n这一段文字不应该被任何人读到。", "utf-8")
    files = {
        "source/b.md": f"# 乙條例\n\n{ARTICLE}",
        "source/a.md": "# 甲\n\n這一段講的是另外一件事情,和綠化沒有關係。",
        "../escape.md": "# 外\n\n这一段文字在文件夹之外,不应该读。",
        "/absolute.md": "# 外\n\n这一段文字在文件夹之外,不应该读。",
        "source/code.py": "print('这不是一段正文文字')",
    }
    pack(tmp_path / "laws.tar.xz", files, link=str(secret))
    documents = list(read_archive(tmp_path / "laws.tar.xz", SeenText()))
    assert [(d.source, d.title) for d in documents] == [("laws", "甲"), ("laws", "乙条例")]
    assert documents[0].sections[0].paragraphs == ("这一段讲的是另外一件事情,和绿化没有关系。",)


def test_missing_archives_are_said(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no .*archives"):
        archives(tmp_path)


def test_near_duplicates_are_seen_once() -> None:
    seen = SeenText()
    assert seen.add(ARTICLE)
    assert not seen.add(ARTICLE)
    assert not seen.add(ARTICLE.replace(",", ", ") + "!")
    assert not seen.add(ARTICLE.replace("第一条", "第二条"))
    assert seen.add("第二条 本市行政区域内绿化的规划、建设、保护和管理活动适用本规定。")


def test_short_texts_are_compared_whole() -> None:
    seen = SeenText()
    assert seen.add("附则")
    assert not seen.add("附 则")
    assert seen.add("总则")


def test_passages_hold_whole_sentences_up_to_a_length() -> None:
    paragraphs = ["一二三四。五六七八。", "九十。", "甲乙丙丁戊己庚辛壬癸。"]
    assert list(passages(paragraphs, longest=14)) == [
        "一二三四。五六七八。\n九十。",
        "甲乙丙丁戊己庚辛壬癸。",
    ]
    assert "".join(passages(paragraphs, longest=1)) == "".join(paragraphs)
    assert list(passages([])) == []
