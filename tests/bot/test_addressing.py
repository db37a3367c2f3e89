"""Who is spoken to: a message is ours or it is not."""

from typing import Any

import pytest
from telegram import Message

from bot.addressing import read_request
from bot.types import Request, Wish
from tests.bot.conftest import ME, message

GROUP = {"chat": {"id": -100, "type": "supergroup", "title": "群"}}
OURS = {"message_id": 5, "date": 0, "chat": GROUP["chat"], "from": ME.to_dict(), "text": "答"}
THEIRS = OURS | {"from": {"id": 9, "is_bot": False, "first_name": "王"}, "text": "有多少民宿？"}


def ask(question: str, **more: bool) -> Request:
    return Request(Wish.ASK, question, **more)


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("有多少民宿", {}, ask("有多少民宿")),
        ("/ask 有多少民宿", {}, ask("有多少民宿", is_command=True)),
        ("/ASK@chuchubot 有多少民宿", {}, ask("有多少民宿", is_command=True)),
        ("/start", {}, Request(Wish.START, "", is_command=True)),
        ("/sources", {}, Request(Wish.SOURCES, "", is_command=True)),
        ("/lang zh", {}, Request(Wish.LANG, "zh", is_command=True)),
        ("/unknown", {}, Request(Wish.HELP, "")),
        ("/ask@OtherBot 问", {}, None),
        ("有多少民宿", GROUP, None),
        ("/ask 有多少民宿", GROUP, ask("有多少民宿", is_command=True)),
        ("/ask", GROUP, ask("", is_command=True)),
        ("/ask@ChuchuBot 有多少民宿", GROUP, ask("有多少民宿", is_command=True)),
        ("/ask@OtherBot 有多少民宿", GROUP, None),
        ("/unknown", GROUP, None),
        ("@CHUCHUBOT 有多少民宿", GROUP, ask("有多少民宿")),
        ("有多少民宿 @chuchubot？", GROUP, ask("有多少民宿 ？")),
        ("@ChuchuBots 有多少民宿", GROUP, None),
        ("😀😀 @chuchubot 有多少民宿", GROUP, ask("😀😀 有多少民宿")),
        ("有多少民宿", GROUP | {"reply_to_message": OURS}, ask("有多少民宿")),
        ("有多少民宿", GROUP | {"reply_to_message": THEIRS}, None),
        ("@chuchubot", GROUP | {"reply_to_message": THEIRS}, ask("有多少民宿？", is_quoted=True)),
    ],
)
def test_requests(text: str, more: dict[str, Any], expected: Request | None) -> None:
    assert read_request(message(text, **more), ME) == expected


def test_a_caption_is_read_like_text() -> None:
    assert read_request(message("@chuchubot 有多少民宿", caption=True, **GROUP), ME) == ask(
        "有多少民宿"
    )


@pytest.mark.parametrize(
    "more",
    [
        {"from": {"id": 8, "is_bot": True, "first_name": "other"}},
        {"from": ME.to_dict()},
        {"is_automatic_forward": True},
        {"via_bot": {"id": 8, "is_bot": True, "first_name": "other"}},
    ],
)
def test_machines_are_not_answered(more: dict[str, Any]) -> None:
    assert read_request(message("/ask 问", **(GROUP | more)), ME) is None


def test_an_anonymous_admin_is_answered() -> None:
    fake = {
        "id": 1087968824,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }
    told = message("/ask 问", **(GROUP | {"from": fake, "sender_chat": GROUP["chat"]}))
    assert read_request(told, ME) == ask("问", is_command=True)


def test_a_mention_by_id_is_read() -> None:
    entity = {"type": "text_mention", "offset": 0, "length": 2, "user": ME.to_dict()}
    raw = message("出处 有多少民宿", **GROUP).to_dict() | {"entities": [entity]}
    assert read_request(Message.de_json(raw, None), ME) == ask("有多少民宿")


def test_a_message_without_text_is_nothing() -> None:
    assert read_request(message("", **GROUP), ME) is None
