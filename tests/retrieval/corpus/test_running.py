"""What parts sentences again and again is left out; what is only repeated stays."""

from pathlib import Path

import pytest

from retrieval.corpus.files import read_folder
from retrieval.corpus.items import Line
from retrieval.corpus.running import without_running
from retrieval.types import Span

PLACES = ["书院", "文庙", "鼓楼", "白塔", "独乐寺", "钟楼", "长城", "渡口", "古桥", "园林"]


def sentence(n: int) -> str:
    """A sentence like no other."""
    place = PLACES[n]
    return f"{place}在本年度共接待游人{n}万人次，举办{place}讲座{n}场，修缮{place}房屋若干间，均已登记在册。"


def lines(text: str) -> list[Line]:
    found, at = [], 0
    for line in text.splitlines():
        if line:
            found.append(Line((Span(at, at + len(line)),), line, after_blank=False))
        at += len(line) + 1
    return found


def left(text: str) -> tuple[list[str], tuple[str, ...]]:
    items, notes = without_running(lines(text))
    return [item.text for item in items], notes


def torn(furniture: str, pages: int = 7) -> str:
    """Pages whose last sentence goes on on the next, over what stands between them."""
    text = sentence(1)[:16]
    for n in range(2, pages + 2):
        text += f"\n{furniture.replace('#', str(n))}\n{sentence(n - 1)[16:]}\n{sentence(n)[:16]}"
    return text


def test_running_heads_between_pages_go_and_the_report_names_them() -> None:
    found, notes = left(torn("- # -\n渔阳年鉴 2023"))
    assert "".join(found).startswith(sentence(1) + sentence(2))
    assert notes == ("left out, for it parts sentences again and again: - # -; 渔阳年鉴 #",)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"第{n}店在滨河路，门前可以停车\n营业时间\n九点到十七点，周一休息\n" for n in range(20)),
        "".join(f"{sentence(n % 10)}\n返回目录\n" for n in range(20)),
        "".join(f"2024-05-0{n} 12:00 连接，重试\n无法连接服务器\n" for n in range(9)),
        torn("渔阳年鉴", pages=3),
        torn("（一）认定"),
        torn("- 出处见下"),
        "".join(f"问题{n}是什么，请回答一下这个问题\n是\n" for n in range(20)),
    ],
    ids=["labels", "after sentences", "logs", "thrice", "entries", "dashes", "answers"],
)  # fmt: skip
def test_what_is_only_repeated_stays(text: str) -> None:
    assert left(text) == ([line.text for line in lines(text)], ())


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_sentence_over_a_page_is_whole_again(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("# 书院\n\n" + torn("\n渔阳年鉴 #\n"), "utf-8")
    source = read_folder(tmp_path).read[0]
    assert source.notes == ("left out, for it parts sentences again and again: 渔阳年鉴 #",)


def test_lines_of_programs_stay(tmp_path: Path) -> None:
    program = "".join(
        f"choose the {name} of all, and every age\norder by name\nlimit that to ten of them, or less\n"
        for name in "abcdefgh"
    )
    (tmp_path / "a.md").write_text(f"# 查询\n\n```\n{program}```\n", "utf-8")
    (tmp_path / "b.md").write_text(f"# 查询\n\n{program}", "utf-8")
    read = {source.path: source.notes for source in read_folder(tmp_path).read}
    assert read["a.md"] == ()
    assert read["b.md"] != ()
