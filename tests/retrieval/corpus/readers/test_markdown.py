"""Markdown: structure by its rules, text without its marks, each piece at its place."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.corpus.layout import read_documents
from retrieval.corpus.mending import cut
from retrieval.corpus.passages import cut_passages
from retrieval.corpus.readers import ReadLimits, markdown
from retrieval.settings import PassageSettings
from retrieval.types import Document, Kind, SourceFile

LIMITS = ReadLimits(50, 1000, 10**7)


def read(text: str) -> list[Document]:
    """Read; every passage is checked to be cut from the text."""
    reading = markdown.read(text.encode("utf-8", "surrogatepass"), LIMITS)
    source = SourceFile("notes.md", "0" * 64, reading.text)
    found = read_documents(source, reading.items)
    for document in found:
        for passage in cut_passages(document, PassageSettings()):
            assert cut(reading.text, passage.spans) == passage.text
    return found


def texts(text: str) -> list[str]:
    return [block.text for document in read(text) for block in document.blocks]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("甲**乙**丙。", "甲乙丙。"),
        ("a **b** c*d*e.", "a b cde."),
        ("见[民宿 名录](http://a.b/c_d 'x')。", "见民宿 名录。"),
        ("![图](x.png)后面。", "后面。"),
        ("用 `a * b` 乘。", "用 a * b 乘。"),
        ("2 \\* 3 = 6。", "2 * 3 = 6。"),
        ("第一<br>第二<b>三</b>。", "第一第二三。"),
        ("a_b_c 与 2 * 3 * 4。", "a_b_c 与 2 * 3 * 4。"),
        ("甲 &amp; 乙。", "甲 &amp; 乙。"),
        ("~~旧~~新。", "旧新。"),
        ("<http://a.b> 见。", "http://a.b 见。"),
        ("[百度](http://baidu.com)com。", "百度com。"),
    ],
)
def test_marks_are_not_shown(source: str, shown: str) -> None:
    assert texts(f"# 题\n\n{source}\n") == [shown]


def test_headings_of_both_kinds_without_marks() -> None:
    document = read("题**目**\n====\n\n甲。\n\n## 第`二`节 ##\n\n乙。\n")[0]
    assert document.title == "题目"
    assert [b.headings for b in document.blocks] == [(), ("第二节",)]


def test_entries_of_lists_are_whole_and_each_on_its_line() -> None:
    text = "# 题\n\n- 第一项内容比较长一些没有\n  句号\n- 第二项内容\n\n1. 第三项\n   - 里面一项\n"
    assert texts(text) == ["第一项内容比较长一些没有句号\n第二项内容\n第三项\n里面一项"]


def test_quotations_are_text() -> None:
    assert texts("# 题\n\n> 引用的第一行文字还没有完\n> 第二行。\n") == [
        "引用的第一行文字还没有完第二行。"
    ]


def test_rows_of_tables_stand_under_their_columns() -> None:
    text = "# 题\n\n| 品名 | **单价** |\n|---|---|\n| 苹果 | 5元 |\n| 核桃 | 12元 |\n\n后文。\n"
    blocks = read(text)[0].blocks
    assert [(b.kind, b.text) for b in blocks] == [
        (Kind.ROW, "品名 | **单价**\n苹果 | 5元"),
        (Kind.ROW, "品名 | **单价**\n核桃 | 12元"),
        (Kind.PARAGRAPH, "后文。"),
    ]


def test_code_is_no_structure() -> None:
    text = "# 题\n\n```sh\n# 注释\nmake **all**\n```\n\n    # 缩进\n\n完。\n"
    assert texts(text) == ["# 注释", "make **all**", "# 缩进", "完。"]


def test_front_matter_gives_the_title_alone() -> None:
    document = read("---\ntitle: '说明书'\ndate: 2024-01-01\n---\n\n正文。\n")[0]
    assert (document.title, [b.text for b in document.blocks]) == ("说明书", ["正文。"])


def test_html_within_markdown_loses_its_tags_and_comments() -> None:
    text = "# 题\n\n<div align='center'>\n<!-- 注释 -->\n  居中的<b>话</b>。\n</div>\n"
    assert "".join(texts(text)) == "居中的话。"


def test_line_ends_of_every_system() -> None:
    text = "# 题\n\n甲的第一行文字还没有完\n第二行。\n\n| 品 | 价 |\n|--|--|\n| a | 1 |\n"
    expected = texts(text)
    assert texts(text.replace("\n", "\r\n"))[:1] == expected[:1]
    assert texts(text.replace("\n", "\r"))[:1] == expected[:1]


def test_articles_of_a_law_are_cited_by_their_number() -> None:
    document = read("# 条例\n\n## 第一章 总则\n\n第一条 为了规范。\n\n第二条　适用。\n")[0]
    assert [(b.headings, b.text) for b in document.blocks] == [
        (("第一章 总则", "第一条"), "第一条 为了规范。"),
        (("第一章 总则", "第二条"), "第二条　适用。"),
    ]


@given(st.text(alphabet="春a1。 \n#*_`[]()<>!|-\\&;~\r\t>", max_size=300))
def test_any_markdown_is_cut_exactly(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    "text", ["*" * 20_000, "[" * 5_000, "> " * 500 + "a", "`" * 20_000, "|" * 20_000]
)
def test_hostile_markdown_ends(text: str) -> None:
    started = time.monotonic()
    read(text)
    assert time.monotonic() - started < 60


def test_footnotes_are_quoted_without_their_marks() -> None:
    text = "见附注[^1]，另见[^注]。`[^a]` 与 [^b] 不是。\n\n[^1]: 仅限国内。\n[^注]: 票价含税。\n\n[链接]: http://x\n"
    assert texts(text) == ["见附注，另见。[^a] 与 [^b] 不是。", "仅限国内。", "票价含税。"]


def test_what_only_programs_read_is_not_shown() -> None:
    text = "<style>\np { color: red }\n</style>\n\n正文。\n\n<script>var a = 1;</script>\n"
    assert texts(text) == ["正文。"]
