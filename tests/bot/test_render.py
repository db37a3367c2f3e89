"""What is sent: valid for Telegram, under its limits, free of accidental links and pings."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import Show
from bot.keyboards import Focus
from bot.library import Page
from bot.render import (
    Rendered,
    quote,
    render_page,
    render_passage,
    render_silence,
    render_sources,
)
from bot.simulator.markup.entities import EntityType, FormattedText
from bot.simulator.markup.formatted import RawText, format_text
from bot.texts import texts
from retrieval.answer import Context
from retrieval.index.store import DocumentEntry
from retrieval.types import Answer, Citation, Excerpt, Kind, Passage, Span

SAID = texts("zh")
OWN = {EntityType.BOLD, EntityType.ITALIC, EntityType.CODE, EntityType.BLOCKQUOTE}
OWN |= {EntityType.EXPANDABLE_BLOCKQUOTE}
HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("<>&\"'/@#$.:-\n a1z京。b"), st.characters(exclude_categories=["Cs"])
    ),
    min_size=1,
    max_size=300,
)


def parse(html: str) -> FormattedText:
    """Read HTML as Telegram does; raises what Telegram refuses."""
    return format_text(RawText(html, parse_mode="HTML"), limit=4096, warn=lambda *_: None)


def excerpt(text: str, marked: Span | None = None, **citation: object) -> Excerpt:
    values: dict[str, object] = {
        "title": "题",
        "heading": "节",
        "source": "a.txt",
        "page": None,
        "spans": (),
    }
    return Excerpt(
        "0123456789ab",
        text,
        marked or Span(0, len(text)),
        Citation(**(values | citation)),
        1.0,
        0.9,
    )


def answer(*excerpts: Excerpt) -> Answer:
    return Answer("问", bool(excerpts), 0.9, 0.5, 0.5, excerpts, "0123456789abcdef", 1.0)


def page(*excerpts: Excerpt, number: int = 0, has_more: bool = False) -> Page:
    return Page(answer(*excerpts), excerpts, number, has_more)


def around(before: str, text: str, after: str) -> Context:
    """A passage with what stands round it."""
    passage = Passage(
        "0123456789ab", "d", "a.txt", "题", "", ("节",), None, Kind.PARAGRAPH, text, ()
    )
    return Context(before, passage, after, has_more_before=True)


def focus(before: str, text: str, after: str) -> Focus:
    return Focus(Show("0123456789ab", 1, 1), around(before, text, after))


def labels(rendered: Rendered) -> list[list[str]]:
    assert rendered.keyboard
    return [[button.text for button in row] for row in rendered.keyboard.inline_keyboard]


def test_an_answer_is_quotation_then_citation() -> None:
    rendered = render_page(page(excerpt("甲乙丙。", Span(1, 3), page=4)), SAID)
    assert rendered.text == (
        "<blockquote>甲<b>乙丙</b>。</blockquote>\n"
        "1. <i>《题》</i> · 节 · 第 4 页 · <code>a.txt</code>"
    )


def test_what_was_cut_from_a_changed_file_says_so() -> None:
    rendered = render_page(page(excerpt("甲乙丙。", outdated=True)), SAID)
    assert " · 来源已更改 · <code>a.txt</code>" in rendered.text


def test_the_sentence_that_names_the_subject_stands_before_the_excerpt() -> None:
    one = dataclasses.replace(excerpt("他甲乙。", Span(1, 3)), before="王某来了。")
    assert "<blockquote>王某来了。他<b>甲乙</b>。</blockquote>" in render_page(page(one), SAID).text


def test_places_of_the_same_text_are_named() -> None:
    other = dataclasses.replace(excerpt("甲。").citation, source="b.txt")
    text = render_page(page(dataclasses.replace(excerpt("甲。"), also=(other,))), SAID).text
    assert text.endswith("<code>a.txt</code> · 也见于 <code>b.txt</code>")


def test_an_answer_that_is_not_certain_is_headed_perhaps() -> None:
    doubtful = Page(
        dataclasses.replace(answer(excerpt("甲。")), certain_from=0.95),
        (excerpt("甲。"),),
        0,
        has_more=False,
    )
    assert render_page(doubtful, SAID).text.startswith(f"{SAID.weaker}\n\n")


def test_silence_is_one_line_without_buttons() -> None:
    rendered = render_silence(answer(), SAID, names_nearest=True)
    assert (rendered.text, rendered.keyboard) == (SAID.silent, None)


def test_silence_names_the_nearest_titles_once_where_that_helps() -> None:
    near = answer(excerpt("甲。"), excerpt("乙。"))
    assert render_silence(near, SAID, names_nearest=False).text == SAID.silent
    assert render_silence(near, SAID, names_nearest=True).text.count("《题》") == 1


def test_later_long_quotations_fold() -> None:
    long = "很长的一段话。" * 30
    text = render_page(page(excerpt(long), excerpt(long)), SAID).text
    assert text.count("<blockquote>") == 1
    assert text.count("<blockquote expandable>") == 1


def test_an_unfolded_excerpt_shows_what_stands_round_it() -> None:
    rendered = render_page(page(excerpt("甲。")), SAID, focus("前文。", "甲。", "后文。"))
    assert "前文。\n<b>甲。</b>\n后文。" in rendered.text
    assert labels(rendered)[0] == ["▲ 前文", "收起", "原文", "复制"]


def test_a_passage_alone_is_shown_with_its_surroundings() -> None:
    rendered = render_passage(focus("前文。", "甲。", "后文。"), SAID)
    assert "前文。\n<b>甲。</b>\n后文。" in rendered.text


def test_several_excerpts_can_be_chosen_and_paged_through() -> None:
    others = [dataclasses.replace(excerpt(text), passage_id=text) for text in ("a", "b")]
    rendered = render_page(page(*others, number=1, has_more=True), SAID)
    assert labels(rendered)[0] == ["· 1 ·", "2"]
    assert labels(rendered)[-1] == ["👍", "👎", "‹ 返回", "更多 ›"]
    assert rendered.text.startswith(SAID.weaker)


def test_what_terms_alone_found_is_marked() -> None:
    early = dataclasses.replace(page(excerpt("甲。")), is_lexical=True)
    assert render_page(early, SAID).text.startswith(SAID.lexical)


@given(HOSTILE, HOSTILE)
def test_what_is_copied_is_short_enough(text: str, title: str) -> None:
    rendered = render_page(page(excerpt(text * 3, title=title, source=title)), SAID)
    assert rendered.keyboard
    copy = rendered.keyboard.inline_keyboard[0][-1].copy_text
    assert copy
    assert 1 <= len(copy.text) <= 256


@given(st.lists(HOSTILE, min_size=1, max_size=10), HOSTILE, st.data())
def test_any_text_is_sent_as_it_is(pieces: list[str], name: str, data: st.DataObject) -> None:
    excerpts = []
    for piece in pieces:
        start = data.draw(st.integers(0, len(piece) - 1))
        end = data.draw(st.integers(start + 1, len(piece)))
        excerpts.append(excerpt(piece, Span(start, end), title=name, heading=name, source=name))
    parsed = parse(render_page(page(*excerpts), SAID).text)
    assert {entity.type for entity in parsed.entities} <= OWN


@pytest.mark.parametrize("count", [1, 3, 10])
def test_the_longest_answer_stays_under_every_limit(count: int) -> None:
    long = "<&长>" * 2000
    excerpts = [
        excerpt(long, Span(3000, 7000), title=long, heading=long, source=long, page=9)
    ] * count
    rendered = render_page(page(*excerpts), SAID, focus(long, long, long))
    assert len(rendered.text.encode()) <= 32768
    parsed = parse(rendered.text)
    assert len(parsed.text.encode("utf-16-le")) // 2 <= 4096
    assert len(parsed.entities) <= 100


def test_the_marked_part_is_kept_when_a_passage_is_cut() -> None:
    text = "前" * 5000 + "答案" + "后" * 5000
    rendered = render_page(page(excerpt(text, Span(5000, 5002))), SAID)
    assert "<b>答案</b>" in rendered.text


@pytest.mark.parametrize(
    "text",
    ["@everyone_admin", "请找@admin_x谢谢", "/start", "见 /ask 命令", "main.py", "notes.ru", "http://a.com/b",
     "evil.com", "a@b.com", "#话题", "$USD", "https://intranet/x", "www.x.cn/y?z=1",
     "192.168.0.1", "ftp.gnu.org", "详见百度.com", "政府网.中国", "例子.com/路径", "a.b@例子.com", "ж.рф", "é.com"],
)  # fmt: skip
def test_quoted_text_makes_no_links_pings_or_commands(text: str) -> None:
    assert parse(quote(text)).entities == ()
    assert parse(quote(text)).text.replace("\u2060", "") == text


def test_numbers_are_quoted_without_invisible_signs() -> None:
    assert quote("占21.7%，63.8万人，9:30") == "占21.7%，63.8万人，9:30"


def test_sources_are_listed_and_the_rest_counted() -> None:
    entries = [DocumentEntry(str(n), f"{n}.txt", "", f"题{n}", "") for n in range(1000)]
    parsed = parse(render_sources(entries, SAID).text)
    assert "（1000）" in parsed.text
    assert "还有 970 篇" in parsed.text
