"""What Telegram makes clickable by itself."""

import pytest

from bot.simulator.markup.entities import EntityType, Mark
from bot.simulator.markup.formatted import format_plain
from bot.simulator.markup.layering import untangle


def found(text: str) -> list[tuple[str, str]]:
    """Return the entities of a typed text with what they cover."""
    result = format_plain(text)
    units = result.text.encode("utf-16-le")
    return [
        (e.type.value, units[e.offset * 2 : (e.offset + e.length) * 2].decode("utf-16-le"))
        for e in result.entities
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", [("bot_command", "/start")]),
        ("/ask@ChuchuBot 你好", [("bot_command", "/ask@ChuchuBot")]),
        ("a/b 1/2 </x> //y", []),
        ("问 /ask，好", [("bot_command", "/ask")]),
        ("@ChuchuBot hi", [("mention", "@ChuchuBot")]),
        ("😀 @ChuchuBot", [("mention", "@ChuchuBot")]),
        ("a@b @abc @gif", [("mention", "@gif")]),
        ("@\u2060admin_x", []),
        ("#标签 #1 #a_1# x#y", [("hashtag", "#标签")]),
        ("$USD $usd", [("cashtag", "$USD")]),
        ("me@mail.example.org.", [("email", "me@mail.example.org")]),
        ("see https://a.example/x_(y)).", [("url", "https://a.example/x_(y)")]),
        (
            "main.py notes.ru evil.com",
            [("url", "main.py"), ("url", "notes.ru"), ("url", "evil.com")],
        ),
        ("End.Next 3.14 a.b v1.2.3", []),
        ("10.0.0.1 256.0.0.1", [("url", "10.0.0.1")]),
        ("http://localhost/x", []),
        ("http://docs.local:8080/x?y=1#z", [("url", "http://docs.local:8080/x?y=1#z")]),
        ("sftp://a.com", []),
        ("tg://resolve?domain=x", [("url", "tg://resolve?domain=x")]),
        ("中文网址 例子.中国/页", [("url", "例子.中国/页")]),
    ],
)
def test_automatic_entities(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_bold_that_reaches_into_code_is_cut_there() -> None:
    marks = [Mark(EntityType.BOLD, 0, 10), Mark(EntityType.CODE, 4, 6)]
    assert untangle(marks) == [
        Mark(EntityType.BOLD, 0, 4),
        Mark(EntityType.CODE, 4, 6),
        Mark(EntityType.BOLD, 6, 10),
    ]


def test_a_link_across_the_edge_of_a_quotation_is_dropped() -> None:
    quote = Mark(EntityType.BLOCKQUOTE, 0, 5)
    assert untangle([quote, Mark(EntityType.TEXT_LINK, 3, 8, "http://x.org/")]) == [quote]
