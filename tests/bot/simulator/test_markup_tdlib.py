"""The simulator's markup and TDLib agree on everything: verdict, words, text and entities."""

import random
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.simulator.markup.automatic import find_marks
from bot.simulator.markup.cleaning import clean
from bot.simulator.markup.entities import (
    Entity,
    EntityType,
    Mark,
    to_entities,
    to_marks,
    utf16_length,
)
from bot.simulator.markup.html import MarkupError, parse_html
from bot.simulator.markup.layering import untangle
from tests.bot.simulator import tdlib

# ruff: noqa: S311 - random numbers that must be repeatable

CORPUS = Path(__file__).with_name("markup_corpus.txt").read_text("utf-8").splitlines()
TAGS = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "span",
    "tg-spoiler",
    "tg-emoji",
    "tg-time",
    "a",
    "code",
    "pre",
    "blockquote",
    "p",
    "B",
    "Tg-Spoiler",
    "x",
]
ATTRIBUTES = [
    *("", " a", " =", " a=", ' "', "  ", "/", " /", ' a="&lt;"', " expandable", ' expandable=""'),
    *(' class="tg-spoiler"', " class=tg-spoiler", ' class="language-py"', " class='language-c++'"),
    *(' href="http://a.b/c"', " href='https://e.com'", ' href="tg://user?id=123"', " href=a.com"),
    *(' href="http://intranet/x"', ' href="javascript:x"', ' href=""', " href", ' href="x y.com"'),
    *(' emoji-id="5"', ' emoji-id="x"', " emoji-id=99999999999999999999", ' format="x"'),
    *(' unix="1700000000"', ' unix=5 format="r"', ' unix="1" format="wDT"', " unix=0", " unix=-5"),
]
WORDS = [
    *(
        "a",
        "b",
        " ",
        "\n",
        "中",
        "😀",
        "é",
        "<",
        ">",
        "</",
        "</>",
        "<>",
        '"',
        "'",
        "=",
        "a<b",
        "\t",
    ),
    *("&lt;", "&amp;", "&", "&#65;", "&#x1F600;", "&#0;", "&#1114111;", "&#1114112;", "&#55357;"),
    *("&quot", "&nbsp;", "&apos;", "&#", "&#x", "&lt", "@abc", "/cmd", "a.com", "\r", "\u202e"),
]
ADDRESSES = [
    *("http", "https", "HTTP", "ftp", "tg", "ton", "tonsite", ":", "//", "://", "/", "?", "#", "@"),
    *(".", "a", "b", "com", "xn--p1ai", "рф", "中", "[", "::1", "]", ":80", ":08", ":65536", " "),
    *("-", "_", "user", "id=5", "&", "=", "localhost", "127.0.0.1", "1", "..", "%20", "%zz", "A"),
    *(
        "\u00a0",
        "😀",
        "\\",
        "'",
        "+",
        "~",
        "`",
        "{",
        "^",
        ";",
        ",",
        "!",
        "$",
        "(",
        "\x7f",
        "\u0130",
    ),
]
PLAIN = [
    *(
        "@",
        "@abc",
        "@admin_x",
        "@gif",
        "@ab",
        "/",
        "/cmd",
        "/cmd@",
        "/cmd@mybot",
        "#",
        "#tag",
        "#1",
    ),
    *("#中文", "##", "$", "$USD", "$usd", "$1INCH", "$USD@chan", "#tag@chan", "a", "B", "1", "_"),
    *("中", "é", "😀", " ", " ", "\n", ".", "..", "com", ".com", ".ru", "README.md", "main.py"),
    *("http://", "https://", "ftp://", "tg://", "ton://", "tonsite://", "www.", "example.com"),
    *("localhost", "127.0.0.1", ":80", "?", "=", "&", "/path", "(", ")", "[", "]", "{", "}", "<"),
    *(">", '"', "'", ",", ";", "!", "-", "–", "user@mail.com", "mailto:", "+", "%20", "\u200b"),
    *("\u200c", "\u202e", "\u2060", "|", "~", "`", "*", ".рф", "xn--p1ai", "1:30", "4242", "。"),
    *("4242424242424242", "4242 4242 4242 4242", "\t", "\xa0", "t.me/x", "«", "»", ".museum"),
]
DIRTY = [
    *("a", "b", "中", "😀", " ", " ", "\n", "\r", "\t", "\u202e", "\u200e", "\u200f", "\u200b"),
    *(
        "\u0333",
        "\ufeff",
        "\u00a0",
        "\u2028",
        "c",
        "\ufff9",
        "\u3000",
        "\x7f",
        "\x85",
        "\U000e0001",
    ),
]
ARGUMENTS = {
    EntityType.TEXT_LINK: "http://a.b/",
    EntityType.TEXT_MENTION: "123",
    EntityType.CUSTOM_EMOJI: "5",
    EntityType.DATE_TIME: "5:",
}
SETTABLE = [
    kind
    for kind in EntityType
    if kind.value not in ("mention", "hashtag", "cashtag", "bot_command", "url", "email")
]


def ours(source: str) -> str | tuple[str, list[tdlib.Found]]:
    """What the simulator makes of HTML."""
    try:
        parsed = parse_html(source)
    except MarkupError as error:
        return str(error)
    return parsed.text, found(parsed.text, parsed.marks)


def found(text: str, marks: tuple[Mark, ...] | list[Mark]) -> list[tdlib.Found]:
    """Marks as the oracle writes them."""
    return [(e.type.value, e.offset, e.length, e.argument) for e in to_entities(text, marks)]


def disagreements(
    count: int, seed: int, make: Callable[[random.Random], str], same: Callable[[str], bool]
) -> list[str]:
    """The random texts on which the two differ."""
    source = random.Random(seed)
    texts = (make(source) for _ in range(count))
    return [text for text in texts if not same(text)]


def same_html(source: str) -> bool:
    return tdlib.parse_html(source) == ours(source)


def same_entities(text: str) -> bool:
    return tdlib.find_entities(text) == found(text, find_marks(text))


def random_html(source: random.Random) -> str:
    """Mostly well-formed markup, with something wrong here and there."""
    parts, open_tags = [], []
    for _ in range(source.choice([1, 2, 3, 4, 6, 9, 14])):
        dice = source.random()
        if dice < 0.3:
            open_tags.append(source.choice(TAGS))
            attributes = (source.choice(ATTRIBUTES) for _ in range(source.choice([0, 1, 1, 1, 2])))
            parts.append(f"<{open_tags[-1]}{''.join(attributes)}>")
        elif dice < 0.5 and open_tags:
            parts.append(f"</{open_tags.pop()}{source.choice(['>', '>', '>', ' >', ''])}")
        else:
            parts.append(source.choice(WORDS))
    if source.random() < 0.8:
        parts += [f"</{tag}>" for tag in reversed(open_tags)]
    return "".join(parts)


def random_link(source: random.Random) -> str:
    return f'<a href="{"".join(source.choices(ADDRESSES, k=source.randint(0, 7)))}">x</a>'


def random_plain(source: random.Random) -> str:
    return "".join(source.choices(PLAIN, k=source.randint(1, 9)))


def random_unicode(source: random.Random) -> str:
    """Characters from everywhere, as far as this Python knows them, between signs that matter."""
    parts: list[str] = []
    while len(parts) < 6:
        character = chr(source.choice([source.randrange(1, 0x600), source.randrange(1, 0x1FFFF)]))
        if unicodedata.category(character) not in ("Cn", "Cs"):
            parts += [
                character,
                source.choice(["@", "#", "/", ".com", "a", "http://", " ", "$", ":"]),
            ]
    return "".join(parts)


@pytest.mark.parametrize("source", CORPUS)
def test_they_agree_on_the_corpus(source: str) -> None:
    text = source.replace("\\n", "\n")
    assert ours(text) == tdlib.parse_html(text)
    assert found(text, find_marks(text)) == tdlib.find_entities(text)


def test_they_agree_on_twenty_thousand_random_texts_in_html() -> None:
    assert disagreements(20_000, 20_261_125, random_html, same_html) == []


def test_they_agree_on_random_addresses_of_links() -> None:
    assert disagreements(10_000, 1, random_link, same_html) == []


def test_they_agree_on_what_becomes_clickable_by_itself() -> None:
    assert disagreements(20_000, 2, random_plain, same_entities) == []
    assert disagreements(5_000, 3, random_unicode, same_entities) == []


def test_they_agree_on_cleaning_and_untangling() -> None:
    source = random.Random(4)
    for _ in range(20_000):
        text = "".join(source.choices(DIRTY, k=source.randint(1, 10)))
        entities = [_random_entity(source, text) for _ in range(source.randint(0, 4))]
        cleaned, marks = clean(
            text, untangle([m for m in to_marks(text, entities) if m.end > m.start])
        )
        expected = (cleaned, found(cleaned, untangle(marks))) if cleaned.strip(" \n") else ("", [])
        assert tdlib.fix(text, entities) == expected, (text, entities)


def _random_entity(source: random.Random, text: str) -> Entity:
    start, end = sorted(source.choices(range(len(text) + 1), k=2))
    kind = source.choice(SETTABLE)
    argument = source.choice(["", "py"]) if kind is EntityType.PRE else ARGUMENTS.get(kind, "")
    return Entity(kind, utf16_length(text[:start]), utf16_length(text[start:end]), argument)
