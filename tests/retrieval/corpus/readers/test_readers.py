"""Each format gives the right text under the right headings, every character with its place."""

import contextlib
import hashlib
import random
from pathlib import Path

import pytest

from retrieval.corpus import readers
from retrieval.corpus.files import FoundFile, Reader, ReadSource, find_files
from retrieval.corpus.layout import read_documents
from retrieval.corpus.mending import cut
from retrieval.corpus.passages import cut_passages
from retrieval.corpus.readers import ReadLimits
from retrieval.errors import CorpusError
from retrieval.settings import PassageSettings
from retrieval.types import Document, Kind
from tests.retrieval.corpus import samples

LIMITS = ReadLimits(megabytes=50, pages=2000, characters=5_000_000)


def sources(folder: Path, name: str, raw: bytes, limits: ReadLimits = LIMITS) -> list[ReadSource]:
    (folder / name).write_bytes(raw)
    return Reader(folder, limits)(FoundFile(name, hashlib.sha256(raw).hexdigest(), len(raw)))


def documents(folder: Path, name: str, raw: bytes) -> list[Document]:
    """Read a file; every passage of it is checked to be cut from its text."""
    found = []
    for read in sources(folder, name, raw):
        for document in read_documents(read.source, read.items):
            for passage in cut_passages(document, PassageSettings()):
                assert cut(read.source.text, passage.spans) == passage.text
            found.append(document)
    return found


def blocks(folder: Path, name: str, raw: bytes) -> list[tuple[tuple[str, ...], str]]:
    return [(b.headings, b.text) for d in documents(folder, name, raw) for b in d.blocks]


def refusal(folder: Path, name: str, raw: bytes, limits: ReadLimits = LIMITS) -> str:
    with pytest.raises(CorpusError) as raised:
        sources(folder, name, raw, limits)
    return str(raised.value)


ROWS = ["品名: 苹果；单价: 5元；产地: 蓟州", "品名: 核桃；单价: 12元；产地: 盘山"]


def test_word_documents(tmp_path: Path) -> None:
    document = documents(tmp_path, "a.docx", samples.docx())[0]
    assert document.title == "民宿调查"
    assert [b.text for b in document.blocks] == [
        samples.PARAGRAPH,
        "第一项内容\n第二项内容",
        *ROWS,
    ]
    assert {b.headings for b in document.blocks} == {("数量",)}
    assert document.blocks[-1].kind is Kind.ROW


def test_presentations_by_slide(tmp_path: Path) -> None:
    document = documents(tmp_path, "介绍.pptx", samples.pptx())[0]
    assert document.title == "介绍"
    assert [(b.headings, b.page, b.text) for b in document.blocks] == [
        (("概况",), 1, samples.PARAGRAPH),
        (("价格",), 2, "价格见下表。"),
        *((("价格",), 2, row) for row in ROWS),
    ]


def test_word_documents_with_the_numbers_that_word_shows(tmp_path: Path) -> None:
    raw = samples.numbered_docx(
        [
            ("停车管理办法", "Title", None, 0),
            ("总则", "Heading 1", 1, 0),
            ("为了加强停车管理，制定本办法。", "", 2, 0),
            ("收费标准为每小时6元。", "", 2, 0),
            ("罚则", "Heading 1", 1, 0),
            ("违规停车的，处以150元罚款。", "", 2, 0),
            ("手续", "Heading 2", 1, 1),
            ("携带驾驶证", "", 3, 0),
            ("原件", "", 3, 1),
            ("复印件", "", 3, 1),
            ("携带行驶证", "", 3, 0),
            ("复印件", "", 3, 1),
            ("地点", "Heading 2", 1, 1),
            ("滨河路", "", 4, 0),
            ("白塔巷", "", 4, 0),
            ("编号为零的不算", "", 9, 0),
        ]
    )
    assert blocks(tmp_path, "办法.docx", raw) == [
        (("第一章 总则", "第一条"), "第一条 为了加强停车管理，制定本办法。"),
        (("第一章 总则", "第二条"), "第二条 收费标准为每小时6元。"),
        (("第二章 罚则", "第三条"), "第三条 违规停车的，处以150元罚款。"),
        (
            ("第二章 罚则", "2.1 手续"),
            "1. 携带驾驶证\na) 原件\nb) 复印件\n2. 携带行驶证\na) 复印件",
        ),
        (("第二章 罚则", "2.2 地点"), "1. 滨河路\n2. 白塔巷\n编号为零的不算"),
    ]


def test_word_documents_number_by_style(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    for text in ("打开电源", "按下按钮"):
        document.add_paragraph(text, style="List Number")
    found = blocks(tmp_path, "a.docx", samples.saved(document.save))
    assert [text for _, text in found] == ["1. 打开电源\n2. 按下按钮"]


def test_word_documents_with_changes_notes_controls_and_boxes(tmp_path: Path) -> None:
    found = [text for _, text in blocks(tmp_path, "a.docx", samples.edited_docx())]
    assert found == [
        "会费为每年300元。",
        "注：仅限会员。",
        "控件里的内容。",
        "旁边有框。",
        "框里的内容。",
    ]


def test_workbooks_by_sheet_and_row(tmp_path: Path) -> None:
    read = sources(tmp_path, "价格.xlsx", samples.xlsx())[0]
    assert read.source.notes == ("sheet '内部' is hidden",)
    assert blocks(tmp_path, "价格.xlsx", samples.xlsx()) == [
        (("价目 · 第1行",), "二〇二四年价目表"),
        (("价目 · 第3行",), ROWS[0]),
        (("价目 · 第4行",), ROWS[1]),
        (("价目 · 第5行",), "品名: 枣；单价: 3"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_tables_of_values(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = "".join(
        f"{delimiter.join(row)}\r\n" for row in [*samples.ROWS, ["甲", '"多\n行"', "乙"]]
    )
    assert blocks(tmp_path, "a.csv", text.encode(encoding)) == [
        (("第2行",), ROWS[0]),
        (("第3行",), ROWS[1]),
        (("第4行",), "品名: 甲；单价: 多 行；产地: 乙"),
    ]


def test_web_pages_without_what_leads_elsewhere(tmp_path: Path) -> None:
    document = documents(tmp_path, "a.html", samples.html())[0]
    assert document.title == "民宿调查"
    assert [(b.headings, b.text) for b in document.blocks] == [
        (("数量",), text) for text in (samples.PARAGRAPH, "第一项内容\n第二项内容", *ROWS)
    ]


@pytest.mark.parametrize("charset", ["gb2312", "big5", "utf-8"])
def test_web_pages_in_the_encoding_they_name(tmp_path: Path, charset: str) -> None:
    page = f"<html><head><meta charset={charset}><title>題</title></head><body><p>中文內容。</body>"
    codec = {"gb2312": "gb18030"}.get(charset, charset)
    assert blocks(tmp_path, "a.htm", page.encode(codec)) == [((), "中文內容。")]


def test_a_web_page_of_any_depth_is_read_to_an_end(tmp_path: Path) -> None:
    page = b"<html><body>" + b"<div>" * 5000 + "深处。".encode() + b"</div>" * 5000
    assert len(blocks(tmp_path, "a.html", page + "<p>出口。".encode())) <= 2


def test_books_in_the_order_of_reading(tmp_path: Path) -> None:
    found = documents(tmp_path, "a.epub", samples.epub())
    assert [(d.title, d.blocks[0].text) for d in found] == [
        ("第一章", samples.PARAGRAPH),
        ("第二章", "结尾的一句话。"),
    ]


def test_pages_of_a_pdf_without_heads_and_numbers(tmp_path: Path) -> None:
    pages = [
        [f"这是第{n}页的第{m}句话，说的是第{n * m}件事情。" for m in range(8)] for n in range(4)
    ]
    raw = samples.pdf(pages, head="二〇二四年年度报告")
    found = documents(tmp_path, "报告.pdf", raw)[0].blocks
    notes = sources(tmp_path, "报告.pdf", raw)[0].source.notes
    assert notes == ("left out, for pages repeat it: 二〇二四年年度报告",)
    assert [(b.page, b.text) for b in found] == [
        (number, line) for number, lines in enumerate(pages, start=1) for line in lines
    ]


def test_a_span_gives_the_range_on_the_page(tmp_path: Path) -> None:
    raw = samples.pdf([["甲页的内容。"], ["乙页的内容。"]])
    read = sources(tmp_path, "a.pdf", raw)[0]
    block = read_documents(read.source, read.items)[0].blocks[1]
    start = read.source.pages[block.page - 1]
    page = read.source.text[start:].split("\f")[0]
    span = block.spans[0]
    assert page[span.start - start : span.end - start] == block.text == "乙页的内容。"


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    paragraphs = [
        f"第{n}段：蓟州区地处京津冀三省市交界，具有协同发展的天然优势，当前正在实施第{n}项工程，"
        f"加快融入京津冀协同发展新格局，共有企业{n * 7}家。"
        for n in range(40)
    ]
    found = documents(tmp_path, "a.pdf", samples.two_columns(paragraphs, "四大工程"))[0]
    assert found.title == "四大工程"
    assert [b.text for b in found.blocks] == paragraphs


def test_wide_gaps_of_justified_lines_part_no_words(tmp_path: Path) -> None:
    words = [
        *("interlibrary", "communication,", "administrative", "responsibilities", "and", "of", "a"),
        *("acknowledgement", "contributions", "remain", "substantially", "notwithstanding"),
    ]
    drawn = random.Random(3)  # noqa: S311 - words, not secrets
    paragraphs = [
        f"Paragraph {n} says: {' '.join(drawn.choices(words, k=40))} in all." for n in range(24)
    ]
    raw = samples.justified_columns(paragraphs)
    assert [b.text for b in documents(tmp_path, "a.pdf", raw)[0].blocks] == paragraphs


def test_columns_that_a_pdf_mixes_line_by_line_are_taken_apart(tmp_path: Path) -> None:
    lines = [f"左栏的第{n}行文字{' ' * 60}右栏的第{n}行文字" for n in range(20)]
    text = "".join(b.text for b in documents(tmp_path, "a.pdf", samples.pdf([lines]))[0].blocks)
    left = "".join(f"左栏的第{n}行文字" for n in range(20))
    assert text == left + left.replace("左", "右")


def test_words_parted_at_the_end_of_a_line_are_whole_again(tmp_path: Path) -> None:
    lines = ["The neighbouring municipalities col-", "laborate in a state-of-the-", "art way."]
    found = documents(tmp_path, "a.pdf", samples.pdf([lines]))[0]
    text = "The neighbouring municipalities collaborate in a state-of-the-art way."
    assert [b.text for b in found.blocks] == [text]


def test_a_thousand_pages(tmp_path: Path) -> None:
    raw = samples.pdf([[f"第{n}页说明编号{n}的事情，内容各不相同。"] for n in range(1000)])
    found = documents(tmp_path, "a.pdf", raw)[0].blocks
    assert len(found) == 1000
    assert found[-1].page == 1000
    cut_short = sources(tmp_path, "a.pdf", raw, ReadLimits(50, 10, 10**7))[0].source
    assert len(cut_short.pages) == 10
    assert cut_short.notes == ("pages after 10 were not read: there are too many",)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("古建筑修缮年报", "古建筑修缮年报"),
        ("Microsoft Word - 修缮年报.docx", "修缮年报"),
        ("Annual Report: Buildings", "Annual Report: Buildings"),
        ("", "a"),
        ("untitled", "a"),
        ("Microsoft Word - 文档1", "a"),
        ("PowerPoint 演示文稿", "a"),
        ("稿件(3).indd", "a"),
        ("C:\\Users\\li\\a.txt", "a"),
        ("https://example.org/a", "a"),
        ("2024", "a"),
        ("ÎÄ¼þ±êÌâ", "a"),
        ("长" * 101, "a"),
    ],
)
def test_the_title_that_a_pdf_says_it_has(tmp_path: Path, title: str, shown: str) -> None:
    raw = samples.pdf([["本年度共修缮古建筑十九处。"]], title=title)
    assert documents(tmp_path, "a.pdf", raw)[0].title == shown


def test_a_heading_of_a_pdf_is_its_title_before_what_it_says(tmp_path: Path) -> None:
    raw = samples.two_columns(["第一段的内容说的是工程。"] * 30, "四大工程")
    assert documents(tmp_path, "a.pdf", raw)[0].title == "四大工程"


def test_an_encrypted_pdf(tmp_path: Path) -> None:
    raw = samples.pdf([["秘密。"]], password="secret")  # noqa: S106 - a test's
    assert refusal(tmp_path, "a.pdf", raw) == "encrypted; save it without a password"


def test_a_scanned_pdf(tmp_path: Path) -> None:
    expected = "scanned: no text on its 3 pages; run OCR over it first"
    assert refusal(tmp_path, "a.pdf", samples.pdf([[], [], []])) == expected


def test_pages_of_rubbish_are_listed_and_never_cited(tmp_path: Path) -> None:
    pages = [
        ["正常的一页，内容可以引用。"],
        ["(cid:12)(cid:44)(cid:7)(cid:81)"],
        [],
        [],
        ["末页的内容。"],
    ]
    read = sources(tmp_path, "a.pdf", samples.pdf(pages))[0]
    assert read.source.notes == (
        "pages 2: unreadable glyphs (100%)",
        "pages 3-4: no text (a picture?)",
    )
    texts = [b.text for d in read_documents(read.source, read.items) for b in d.blocks]
    assert texts == ["正常的一页，内容可以引用。", "末页的内容。"]


ARCHIVE = {
    "说明.md": "# 说明\n\n压缩包里的内容。\n".encode(),
    "sub/b.txt": "另一份内容。".encode("gb18030"),
    "picture.png": b"\x89PNG\r\n\x1a\n",
    "inner.zip": samples.zipped({"x.md": b"x"}),
    "__MACOSX/._b.txt": b"\0\0",
    "../../x.md": "# 出\n\n名字不老实的内容。\n".encode(),
}


def test_archives_file_by_file(tmp_path: Path) -> None:
    read = sources(tmp_path, "a.zip", samples.zipped(ARCHIVE))
    assert {r.source.path: r.source.notes for r in read} == {
        "a.zip/说明.md": (),
        "a.zip/sub/b.txt": (),
        "a.zip/picture.png": ("of no format that is read",),
        "a.zip/inner.zip": ("an archive in an archive; unpack it",),
        "a.zip/x.md": (),
    }
    assert "名字不老实的内容。" in read[-1].source.text
    assert not list(tmp_path.parent.glob("x.md"))


def test_names_that_chinese_windows_wrote_into_an_archive(tmp_path: Path) -> None:
    raw = samples.zipped({"XXXX.txt": "内容。".encode()}).replace(
        b"XXXX.txt", "说明.txt".encode("gbk")
    )
    assert sources(tmp_path, "a.zip", raw)[0].source.path == "a.zip/说明.txt"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = samples.zipped({f"{n}.txt": b"0" * 30_000_000 for n in range(4)})
    assert len(bomb) < 200_000
    notes = [note for r in sources(tmp_path, "a.zip", bomb) for note in r.source.notes]
    assert "too large: the archive unpacks to more than the limit, file_mb" in notes
    assert sum(len(r.source.text) for r in sources(tmp_path, "a.zip", bomb)) <= 50_000_000
    packed = samples.zipped({"word/document.xml": b" " * 60_000_000})
    assert refusal(tmp_path, "a.docx", packed) == "unpacks to 60 MB; the limit is 50 MB"


def test_an_encrypted_archive(tmp_path: Path) -> None:
    raw = bytearray(samples.zipped({"a.txt": "内容。".encode()}))
    raw[6] |= 1  # the flag in the file's own header
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # and in the list of files
    notes = sources(tmp_path, "a.zip", bytes(raw))[0].source.notes
    assert notes == ("encrypted; unpack it with its password",)


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted; save it without a password"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old Office format; save it as .docx, .xlsx or .pptx"),
        ("a.txt", b"", "empty"),
        ("a.txt", bytes(range(256)) * 40, "no encoding gives text|binary, not text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, raw: bytes, reason: str) -> None:
    assert refusal(tmp_path, name, raw).startswith(tuple(reason.split("|")))


@pytest.mark.parametrize("name", ["docx", "pptx", "xlsx", "epub", "html"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_truncated_files_are_refused_or_read_in_part(
    tmp_path: Path, name: str, kept: float
) -> None:
    raw = getattr(samples, name)()
    with contextlib.suppress(CorpusError):
        blocks(tmp_path, f"a.{name}", raw[: int(len(raw) * kept)])


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_truncated_pdf_files_are_refused_or_read_in_part(tmp_path: Path, kept: float) -> None:
    raw = samples.pdf([["内容。"] * 5] * 5)
    with contextlib.suppress(CorpusError):
        blocks(tmp_path, "a.pdf", raw[: int(len(raw) * kept)])


def test_the_content_tells_the_format_where_the_name_lies(tmp_path: Path) -> None:
    assert sources(tmp_path, "a.txt", samples.docx())[0].source.encoding == "DOCX"
    assert sources(tmp_path, "b.zip", samples.xlsx())[0].source.encoding == "XLSX"
    assert sources(tmp_path, "c", samples.pdf([["内容。"]]))[0].source.encoding == "PDF"
    assert [file.path for file in find_files(tmp_path).files] == ["a.txt", "b.zip", "c"]


def test_every_format_has_its_module() -> None:
    modules = {path.stem for path in Path(readers.__file__).parent.glob("*.py")} - {"__init__"}
    assert modules == {known.name for known in readers.FORMATS}
