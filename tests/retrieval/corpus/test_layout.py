"""The seed's two articles are told apart; so are layouts like it."""

import pytest

from retrieval.corpus.files import read_folder
from retrieval.corpus.layout import read_documents
from retrieval.corpus.mending import cut
from retrieval.types import Document, Kind, SourceFile
from tests.conftest import ROOT

FIRST = "产业一体化是京津冀协同发展关键支撑"
SECOND = "天津蓟州区实施“四大工程”加快融入京津冀"


def read(text: str) -> list[Document]:
    return read_documents(SourceFile("notes.txt", "0" * 64, text))


@pytest.fixture(scope="module")
def seeds() -> list[Document]:
    return read_documents(read_folder(ROOT / "seeds").read[0])


def test_the_seed_holds_two_articles(seeds: list[Document]) -> None:
    assert [document.title for document in seeds] == [FIRST, SECOND]


def test_the_column_stands_over_the_first_article_alone(seeds: list[Document]) -> None:
    assert [document.column for document in seeds] == ["协同发展看京津冀", ""]


def test_the_second_article_never_names_the_first(seeds: list[Document]) -> None:
    for block in seeds[1].blocks:
        assert FIRST not in block.headings
        assert not any("科技创新" in heading for heading in block.headings)


def test_bare_numbers_belong_to_the_heading_after_them(seeds: list[Document]) -> None:
    headings = dict.fromkeys(heading for block in seeds[0].blocks for heading in block.headings)
    assert list(headings) == [
        "以科技创新为驱动，提升区域产业发展能级",
        "以打造世界级产业集群为抓手，强化区域产业协同能力",
        "以发展数字经济为突破，打造区域产业协同新高地",
        "以推动有效市场和有为政府更好结合为目标，提升区域产业资源配置效率",
    ]


def test_torn_sentences_are_whole_again(seeds: list[Document]) -> None:
    text = "\n".join(block.text for block in seeds[0].blocks)
    assert "积极建立科技合作示范基地" in text
    assert "整体上难以形成" in text
    assert "数字经济核心产业、数字平台建设" in text
    assert "补位作用，也要围绕" in text


def test_bylines_stand_alone(seeds: list[Document]) -> None:
    bylines = [[b.text for b in d.blocks if b.kind is Kind.BYLINE] for d in seeds]
    assert bylines == [["(叶堂林 吴明桓 王雪莹)"], ["本报讯 韩梅"]]
    assert seeds[1].blocks[1].text.startswith("“蓟州区地处")


def test_no_character_of_the_seed_but_markup_is_lost(seeds: list[Document]) -> None:
    source = seeds[0].source.text
    read_spans = sum(s.end - s.start for d in seeds for b in d.blocks for s in b.spans)
    lines = [line for line in source.splitlines() if line.strip() and not line.startswith("#")]
    # The dateline and the text after it are parted by one space.
    assert read_spans == sum(len(line.strip()) for line in lines) - 1


def test_a_file_without_headings_is_named_after_itself() -> None:
    assert [d.title for d in read("只有一段话。")] == ["notes"]


def test_headings_nest_by_level() -> None:
    document = read("# 题\n\n## 甲\n\n### 乙\n\n一。\n\n## 丙\n\n二。")[0]
    assert [block.headings for block in document.blocks] == [("甲", "乙"), ("丙",)]


def test_each_first_level_heading_opens_an_article() -> None:
    assert [d.title for d in read("# 一\n\n甲。\n\n# 二\n\n乙。")] == ["一", "二"]


def test_an_article_after_an_authors_line_may_be_followed_by_its_like() -> None:
    text = "# 一\n\n甲。\n\n(张三 李四)\n\n## 二\n\n乙。\n\n## 三\n\n丙。"
    assert [d.title for d in read(text)] == ["一", "二", "三"]


def test_finished_sentences_are_not_joined() -> None:
    assert len(read("# 题\n\n这一段话到这里就已经说完了。\n\n另一段。")[0].blocks) == 2


def test_list_entries_are_joined_line_by_line() -> None:
    text = "# 题\n\n- 第一项内容比较长一些没有句号\n- 第二项内容\n"
    assert [block.text for block in read(text)[0].blocks] == [
        "- 第一项内容比较长一些没有句号\n- 第二项内容"
    ]


def test_hard_wrapped_english_is_joined_with_spaces() -> None:
    document = read("# T\n\nThe quick brown fox jumps over\nthe lazy dog.\n")[0]
    assert [b.text for b in document.blocks] == ["The quick brown fox jumps over the lazy dog."]


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("新华社北京5月1日电（记者 张三）今天……好。", "新华社北京5月1日电（记者 张三）"),
        ("本报讯 近日，消息来了。", "本报讯"),
        ("本报记者 李四 王五", "本报记者 李四 王五"),
        ("（作者：王小明）", "（作者：王小明）"),
    ],
)
def test_other_papers_bylines_are_seen(line: str, byline: str) -> None:
    blocks = read(f"# 题\n\n{line}\n")[0].blocks
    assert (blocks[0].kind, blocks[0].text) == (Kind.BYLINE, byline)


@pytest.mark.parametrize("text", ["", "\n\n", "#", "# ", "## 1\n", "# 只有标题\n", "\x00\ufeff"])
def test_files_that_say_nothing_give_no_article_or_one(text: str) -> None:
    assert len(read(text)) <= 1


def test_one_word_in_brackets_is_no_author() -> None:
    documents = read("# 管理办法\n\n（试行）\n\n## 第一章\n\n一。\n\n## 第二章\n\n二。")
    assert [d.title for d in documents] == ["管理办法"]


def test_an_empty_section_before_a_wider_heading_is_no_column() -> None:
    text = "# Guide\n\na.\n\n## Install\n\n### Windows\n\n## Usage\n\nb."
    assert [d.title for d in read(text)] == ["Guide"]


def test_comments_in_code_are_no_headings() -> None:
    assert [d.title for d in read("# T\n\na.\n\n```\n# comment\ncode\n```\n")] == ["T"]


def test_code_with_blank_lines_is_read_to_its_end() -> None:
    blocks = read("# T\n\n```\na = 1\n\nb = 2\n```\n\nend.\n")[0].blocks
    assert [block.text for block in blocks] == ["a = 1", "b = 2", "end."]


def test_captions_are_joined_to_nothing() -> None:
    text = "# 题\n\n这一行还没有说完，后面\n图1 民宿在全区各镇的分布情况\n表2 各镇民宿的数量统计\n接着说下去。\n"
    assert [block.text for block in read(text)[0].blocks] == [
        "这一行还没有说完，后面",
        "图1 民宿在全区各镇的分布情况",
        "表2 各镇民宿的数量统计",
        "接着说下去。",
    ]


def test_a_hyphen_that_belongs_to_its_word_stays() -> None:
    text = (
        "The administration ac-\nknowledged the well-\nknown need of a state-of-the-\nart archive "
        "with long-\nterm plans for long-term aims from 1990-\n1995 and so-\ncial ones of that time -\nperhaps.\n"
    )
    assert [block.text for block in read(text)[0].blocks] == [
        "The administration acknowledged the well-known need of a state-of-the-art archive "
        "with long-term plans for long-term aims from 1990-1995 and social ones of that time - perhaps."
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\n\n"])
@pytest.mark.parametrize("marks", ["- - -", "1、 2、 3、", "（一） （二） （三）", "① ② ③"])
def test_a_list_stays_with_the_sentence_that_announces_it(marks: str, line_end: str) -> None:
    entries = [
        f"{mark} {entry}"
        for mark, entry in zip(marks.split(), ("身份证", "一张照片", "押金"), strict=True)
    ]
    text = line_end.join(("# 办证", "", "办证需要带以下材料：", *entries, "", "请咨询前台。"))
    source = SourceFile("notes.txt", "0" * 64, text)
    (document,) = read_documents(source)
    whole = "\n".join(("办证需要带以下材料：", *entries))
    assert [block.text for block in document.blocks] == [whole, "请咨询前台。"]
    for block in document.blocks:
        assert cut(text, block.spans) == block.text


def test_numbered_lines_are_never_glued_together() -> None:
    text = "# 题\n\n1、清洁能源行动，新增光伏装机\n2、绿色出行行动，新增公交车辆\n"
    assert [block.text for block in read(text)[0].blocks] == [
        "1、清洁能源行动，新增光伏装机\n2、绿色出行行动，新增公交车辆"
    ]


def test_a_sentence_torn_before_a_number_goes_on() -> None:
    text = "# 题\n\n全区的几个重点工程都将在今年\n5、6月份开工，年底完工。\n"
    assert [block.text for block in read(text)[0].blocks] == [
        "全区的几个重点工程都将在今年5、6月份开工，年底完工。"
    ]
