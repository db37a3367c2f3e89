"""What holds for every text, however strange."""

import html
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.simulator.errors import ApiError
from bot.simulator.markup.cleaning import clean, is_blank
from bot.simulator.markup.entities import SPLITTABLE, utf16_length
from bot.simulator.markup.formatted import RawText, format_plain, format_text
from bot.simulator.markup.html import MarkupError, parse_html

PIECES = st.sampled_from(
    [
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<code>",
        "</code>",
        "<pre>",
        "</pre>",
        "<blockquote>",
        "<blockquote expandable>",
        "</blockquote>",
        "<a href='http://a.b/c'>",
        "</a>",
        "<",
        ">",
        "&lt;",
        "&amp",
        "&#128512;",
        "😀",
        " ",
        "\n",
        "x",
        "中",
        "@admin_x",
        "/cmd",
        "a.com",
        "\u202e",
    ]
)
SOURCES = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


def silent(_: str, __: str) -> None:
    """Ignore warnings."""


@settings(max_examples=400, deadline=None, database=None)
@given(SOURCES)
def test_no_markup_crashes_and_entities_lie_inside_the_text(source: str) -> None:
    with suppress(ApiError):
        result = format_text(RawText(source, "HTML"), limit=4096, warn=silent)
        size = utf16_length(result.text)
        for entity in result.entities:
            assert entity.length > 0
            assert 0 <= entity.offset <= entity.offset + entity.length <= size


@settings(max_examples=200, deadline=None, database=None)
@given(SOURCES)
def test_entities_never_cross(source: str) -> None:
    with suppress(ApiError):
        entities = format_text(RawText(source, "HTML"), limit=4096, warn=silent).entities
        for index, outer in enumerate(entities):
            for inner in entities[index + 1 :]:
                end, inner_end = outer.offset + outer.length, inner.offset + inner.length
                is_apart = inner.offset >= end
                is_inside = inner_end <= end
                assert is_apart or is_inside or outer.type in SPLITTABLE


@settings(max_examples=300, deadline=None, database=None)
@given(st.text())
def test_escaping_any_text_gives_it_back(text: str) -> None:
    with suppress(MarkupError):
        parsed = parse_html(html.escape(text))
        assert (parsed.text, parsed.marks) == (text, ())
        return
    assert any("\ud800" <= character <= "\udfff" for character in text)


@settings(max_examples=200, deadline=None, database=None)
@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text, [])[0]
    assert clean(once, [])[0] == once


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(min_size=1))
def test_a_typed_text_is_kept_or_refused(text: str) -> None:
    try:
        body = format_plain(text)
    except ApiError:
        return
    assert not is_blank(body.text)
