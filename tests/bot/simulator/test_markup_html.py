"""Telegram's HTML mode: what it accepts, what it refuses, and in which words."""

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.markup.entities import Entity, EntityType
from bot.simulator.markup.formatted import RawText, format_text
from bot.simulator.markup.html import MarkupError, parse_html

BOLD, ITALIC, PRE = EntityType.BOLD, EntityType.ITALIC, EntityType.PRE


def formatted(source: str) -> tuple[str, list[tuple[str, int, int, str]], list[tuple[str, str]]]:
    """Return text, entities as tuples, and warnings."""
    warnings: list[tuple[str, str]] = []
    result = format_text(
        RawText(source, "HTML"),
        limit=4096,
        warn=lambda rule, detail: warnings.append((rule, detail)),
    )
    entities = [(e.type.value, e.offset, e.length, e.argument) for e in result.entities]
    return result.text, entities, warnings


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<3", "Unclosed start tag at byte offset 0"),
        ("中<p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_wrong_markup_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_html(source)
    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<B>x</B >", "x", [("bold", 0, 1, "")]),
        ("<b>x</>", "x", [("bold", 0, 1, "")]),
        ("😀<b>😀</b>", "😀😀", [("bold", 2, 2, "")]),
        (
            "<b>a<i>b</i>c</b>",
            "abc",
            [("bold", 0, 1, ""), ("bold", 1, 2, ""), ("italic", 1, 1, "")],
        ),
        ("<b>a</b><b>b</b>", "ab", [("bold", 0, 2, "")]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1, "py")]),
        ('<code class="language-py">x</code>', "x", [("code", 0, 1, "")]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1, "")]),
        ("<blockquote>x</blockquote>", "x", [("blockquote", 0, 1, "")]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1, "")]),
        ("<a href='tg://user?id=7'>x</a>", "x", [("text_mention", 0, 1, "7")]),
        ("&lt;&gt;&amp;&quot;&apos;&#8364;&#x20AC;&ltx", '<>&"&apos;€€&ltx', []),
        ("&nbsp;&copy;& &lt", "&nbsp;&copy;& <", []),
        ("<b> x </b> ", " x", [("bold", 0, 2, "")]),
        ("  x\r\n\ty \u202ez", "x\n y z", []),
        ("<b></b>x", "x", []),
    ],
)
def test_markup_becomes_text_and_utf16_entities(
    source: str, text: str, entities: list[tuple[str, int, int, str]]
) -> None:
    assert formatted(source)[:2] == (text, entities)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://example.com", "https://example.com/"),
        ("HTTP://Example.COM:080/A b", "http://example.com:80/A%20b"),
        ("example.com/a", "http://example.com/a"),
        ("http://10.0.0.1", "http://10.0.0.1/"),
        ("http://docs.local/x?y#z", "http://docs.local/x?y#z"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("ftp://example.com", None),
        ("#section", None),
        ("http://intranet/x", None),
        ("http://localhost:8080", None),
        ("http://ex ample.com", None),
    ],
)
def test_links_that_telegram_does_not_like_are_dropped_and_noted(
    address: str, url: str | None
) -> None:
    text, entities, warnings = formatted(f'<a href="{address}">here</a>')
    assert text == "here"
    assert entities == ([("text_link", 0, 4, url)] if url else [])
    assert warnings == ([] if url else [("dropped link", address)])


def test_what_telegram_spoils_silently_is_noted() -> None:
    assert ("nested blockquote", "at character 0") in formatted(
        "<blockquote>a<blockquote>b</blockquote></blockquote>"
    )[2]
    assert ("entity inside code", "bold inside code") in formatted("<code>a<b>b</b></code>")[2]
    _, entities, warnings = formatted("<b>x</b> " * 101)
    assert len(entities) == 100
    assert warnings == [("too many entities", "101; Telegram keeps the first 100")]


def test_characters_that_telegram_changes_are_noted() -> None:
    assert formatted("a\tb\u202e")[2] == [("characters changed", "'\\t\\u202e'")]
    assert formatted("😀" * 2049)[2] == [
        ("long in UTF-16", "some clients count this text as too long")
    ]


def test_an_excerpt_that_pings_or_links_is_noted() -> None:
    warnings = formatted("ask @admin_x about README.md")[2]
    assert warnings == [
        ("automatic entity", "mention: @admin_x"),
        ("automatic entity", "url: README.md"),
    ]
    assert formatted("<code>@admin_x README.md</code>")[2] == []


@pytest.mark.parametrize(
    ("raw", "description"),
    [
        (RawText("\u200b\u200d "), "Bad Request: text must be non-empty"),
        (RawText("x" * 4097), "Bad Request: message is too long"),
        (RawText("x" * 32769), "Bad Request: text is too long"),
        (RawText("\ud800"), "Bad Request: strings must be encoded in UTF-8"),
        (RawText("x", "Foo"), "Bad Request: unsupported parse_mode"),
        (
            RawText("<b>x", "html"),
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            RawText("ab", entities=(Entity(BOLD, 1, 2),)),
            "Bad Request: entity beginning at UTF-16 offset 1 ends after the end of the text "
            "at UTF-16 offset 3",
        ),
        (
            RawText("😀", entities=(Entity(BOLD, 1, 1),)),
            "Bad Request: entity at UTF-16 offset 1 begins or ends in a middle of a UTF-16 symbol",
        ),
    ],
)
def test_texts_that_cannot_be_sent_are_refused(raw: RawText, description: str) -> None:
    with pytest.raises(ApiError) as caught:
        format_text(raw, limit=4096, warn=lambda *_: None)
    assert caught.value.description == description


def test_length_is_counted_in_characters_after_parsing() -> None:
    assert len(formatted("<b>" + "😀" * 4096 + "</b>")[0]) == 4096
