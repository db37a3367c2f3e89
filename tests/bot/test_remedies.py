"""Every refusal has its remedy."""

from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.remedies import Kind, Remedy, find_remedy


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (RetryAfter(timedelta(seconds=5)), Remedy(Kind.WAIT, seconds=5)),
        (ChatMigrated(-1009), Remedy(Kind.MIGRATED, chat_id=-1009)),
        (Forbidden("Forbidden: bot was blocked by the user"), Remedy(Kind.GONE)),
        (InvalidToken("Unauthorized"), Remedy(Kind.REFUSED)),
        (caused(NetworkError("x"), httpx.ConnectError("x")), Remedy(Kind.UNSENT)),
        (caused(TimedOut(), httpx.PoolTimeout("x")), Remedy(Kind.UNSENT)),
        (caused(TimedOut(), httpx.ReadTimeout("x")), Remedy(Kind.UNSURE)),
        (caused(NetworkError("x"), httpx.ReadError("x")), Remedy(Kind.UNSURE)),
        (NetworkError("Bad Gateway (502)"), Remedy(Kind.UNSURE)),
        (TelegramError("Invalid server response"), Remedy(Kind.UNSURE)),
    ],
)
def test_errors_by_class(error: TelegramError, remedy: Remedy) -> None:
    assert find_remedy(error) == remedy


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ('Can\'t parse entities: unsupported start tag "p" at byte offset 0', Kind.PLAIN),
        ("Message to be replied not found", Kind.NO_REPLY),
        ("Message thread not found", Kind.TOPIC_GONE),
        ("TOPIC_CLOSED", Kind.TOPIC_GONE),
        ("Not enough rights to send text messages to the chat", Kind.MUTE),
        ("Chat not found", Kind.GONE),
        ("Message is not modified: specified new message content ...", Kind.NOTHING),
        ("Query is too old and response timeout expired or query id is invalid", Kind.NOTHING),
        ("Button_data_invalid", Kind.NO_BUTTONS),
        ("Message is too long", Kind.FAIL),
        ("Bad Request (400). Parsing the server response b'{\"ok\": fal' failed", Kind.UNSURE),
    ],
)
def test_bad_requests_by_their_words(said: str, kind: Kind) -> None:
    assert find_remedy(BadRequest(said)).kind is kind
