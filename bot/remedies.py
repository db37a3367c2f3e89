"""What to do when Telegram, or the way to it, refuses a call. Pure: an error -> a remedy.

Telegram tells most errors apart by their words alone, and python-telegram-bot changes their
capitals, so phrases are compared in lower case (telegram-bot-api, ``Client.cpp``).
"""

import os
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)


class Kind(Enum):
    """Kinds of remedy."""

    WAIT = "wait"
    """Telegram asks to wait, and has not done it."""
    UNSENT = "unsent"
    """It surely never reached Telegram: try again."""
    UNSURE = "unsure"
    """It may have been done: try again only where doing it twice does no harm, or once."""
    MIGRATED = "migrated"
    """The group has another id now."""
    PLAIN = "plain"
    """The formatting is refused."""
    NO_REPLY = "no reply"
    """What it replies to is gone."""
    NO_BUTTONS = "no buttons"
    TOPIC_GONE = "topic gone"
    """The topic is closed or deleted."""
    MUTE = "mute"
    """The chat lets us write nothing."""
    GONE = "gone"
    """The chat or person cannot be reached any more."""
    NOTHING = "nothing"
    """It is so already, or it matters no more."""
    REFUSED = "refused"
    """The token is not accepted."""
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do."""

    kind: Kind
    seconds: float = 0.0
    """For `Kind.WAIT`."""
    chat_id: int = 0
    """For `Kind.MIGRATED`: the new id."""


# python-telegram-bot tells waiting times as `timedelta` then, and warns of nothing.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_PHRASES = (
    # A refusal that was cut off on its way: nobody knows which.
    ("parsing the server response", Kind.UNSURE),
    ("not modified", Kind.NOTHING),
    ("query is too old", Kind.NOTHING),
    ("query id is invalid", Kind.NOTHING),
    ("to edit not found", Kind.NOTHING),
    ("can't be edited", Kind.NOTHING),
    ("to delete not found", Kind.NOTHING),
    ("can't be deleted", Kind.NOTHING),
    ("parse entities", Kind.PLAIN),
    ("replied not found", Kind.NO_REPLY),
    ("reply not found", Kind.NO_REPLY),
    ("quote", Kind.NO_REPLY),
    ("button_", Kind.NO_BUTTONS),
    ("thread not found", Kind.TOPIC_GONE),
    ("topic_closed", Kind.TOPIC_GONE),
    ("topic_deleted", Kind.TOPIC_GONE),
    ("not enough rights", Kind.MUTE),
    ("no rights to send", Kind.MUTE),
    ("write_forbidden", Kind.MUTE),
    ("chat_restricted", Kind.MUTE),
    ("administrator rights", Kind.MUTE),
    ("chat not found", Kind.GONE),
    ("deactivated", Kind.GONE),
    ("was deleted", Kind.GONE),
    ("peer_id_invalid", Kind.GONE),
)


def find_remedy(error: TelegramError) -> Remedy:
    """Tell what an error of python-telegram-bot asks for."""
    match error:
        case RetryAfter():
            return Remedy(Kind.WAIT, seconds=_seconds(error.retry_after))
        case ChatMigrated():
            return Remedy(Kind.MIGRATED, chat_id=error.new_chat_id)
        case Forbidden():
            return Remedy(Kind.GONE)
        case InvalidToken():
            return Remedy(Kind.REFUSED)
        case BadRequest():
            return Remedy(_kind_of(str(error).lower()))
        case NetworkError() if isinstance(error.__cause__, _NEVER_SENT):
            return Remedy(Kind.UNSENT)
        case NetworkError():
            return Remedy(Kind.UNSURE)
    # Anything else is an answer that could not be read.
    return Remedy(Kind.UNSURE)


def _kind_of(said: str) -> Kind:
    return next((kind for phrase, kind in _PHRASES if phrase in said), Kind.FAIL)


def _seconds(retry_after: int | timedelta) -> float:
    if isinstance(retry_after, timedelta):
        return retry_after.total_seconds()
    return float(retry_after)
