"""Headings of plain text: found by number or by standing alone; lists and marked texts left be."""

import pytest

from retrieval.corpus.layout import read_documents
from retrieval.corpus.readers import ReadLimits, text
from retrieval.types import Document, SourceFile

BODY = "这是一段比标题长得多的正文，说明了许多事情，并且有自己的句号。"


def read(content: str) -> list[Document]:
    reading = text.read(content.encode(), ReadLimits(50, 1000, 10**7))
    return read_documents(SourceFile("notes.txt", "0" * 64, reading.text), reading.items)


def headings(content: str) -> list[tuple[str, ...]]:
    return [block.headings for document in read(content) for block in document.blocks]


def test_numbered_headings_nest() -> None:
    content = (
        f"民宿管理办法\n\n一、总体要求\n{BODY}\n（一）指导思想\n{BODY}\n（二）基本原则\n{BODY}\n"
        f"二、保障措施\n{BODY}\n"
    )
    assert [d.title for d in read(content)] == ["民宿管理办法"]
    assert headings(content) == [
        ("一、总体要求",),
        ("一、总体要求", "（一）指导思想"),
        ("一、总体要求", "（二）基本原则"),
        ("二、保障措施",),
    ]


def test_chapters_and_articles_of_a_law() -> None:
    content = "第一章 总则\n\n第一条 为了规范民宿，制定本办法。\n第二条 本办法适用于本区。\n\n第二章 附则\n\n第三条 自公布之日起施行。\n"
    assert [d.title for d in read(content)] == ["notes"]
    assert headings(content) == [
        ("第一章 总则", "第一条"),
        ("第一章 总则", "第二条"),
        ("第二章 附则", "第三条"),
    ]


def test_decimal_numbers() -> None:
    content = f"Report\n\n1. Scope\n\n{BODY}\n\n1.1 Terms\n\n{BODY}\n\n2. Method\n\n{BODY}\n"
    found = headings(content)
    assert found[0] == ("1. Scope",)
    assert found[1][-1] == "1.1 Terms"
    assert found[2] == ("2. Method",)


@pytest.mark.parametrize(
    "content",
    [
        f"{BODY}\n\n1. 苹果\n2. 香蕉\n3. 核桃\n\n{BODY}\n",  # a list
        f"{BODY}\n\n图1 民宿的分布\n\n{BODY}\n",  # a caption
        f"{BODY}\n\n2024年5月1日\n\n{BODY}\n",  # a date
        f"{BODY}\n\n他说得很短。\n\n{BODY}\n",  # a sentence
        f"{BODY}\n\n一、二、三都不对，说来话长。\n{BODY}\n",
        f"{BODY}\n\n短短一行没有后文",
    ],
)
def test_what_is_no_heading(content: str) -> None:
    assert set(headings(content)) == {()}


def test_short_lines_over_paragraphs_are_headings() -> None:
    content = f"蓟州民宿\n\n{BODY}\n\n价格与预订\n\n{BODY}\n"
    assert [d.title for d in read(content)] == ["蓟州民宿"]
    assert headings(content) == [(), ("价格与预订",)]


@pytest.mark.parametrize(
    "dated", ["市交通局 2024年5月3日", "市交通局 2024-05-03 09:30", "市交通局　二〇二四年五月三日"]
)
def test_who_published_it_and_when_is_no_heading(dated: str) -> None:
    content = f"关于调整公交线路的公告\n\n{dated}\n\n一、调整内容\n\n{BODY}\n"
    assert [d.title for d in read(content)] == ["关于调整公交线路的公告"]
    assert headings(content) == [(), ("一、调整内容",)]


def test_a_text_that_marks_its_headings_is_believed() -> None:
    content = f"# 题\n\n短行\n\n{BODY}\n\n一、总则\n\n{BODY}\n"
    assert set(headings(content)) == {()}
