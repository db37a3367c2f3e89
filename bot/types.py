"""The nouns of the Telegram half: frozen values."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Language = Literal["zh", "en"]


class Wish(Enum):
    """What a message wants of the bot."""

    ASK = "ask"
    START = "start"
    HELP = "help"
    SOURCES = "sources"
    LANG = "lang"
    BAD = "bad"
    STATS = "stats"
    SETTINGS = "settings"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Request:
    """What a message that is meant for the bot asks of it."""

    wish: Wish
    text: str
    """For `Wish.ASK` the question, else what follows the command; may be empty."""
    is_command: bool = False
    """Whether it was asked by ``/ask``: then small talk, too, gets a word."""
    is_quoted: bool = False
    """Whether the question is the message that was replied to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the place it was made in and the person who made it."""

    request: Request
    chat_id: int
    message_id: int
    user_id: int
    """Who asked: a person, or the identity (a channel, the group itself) they speak as."""
    name: str
    """How the asker is called."""
    is_private: bool
    thread_id: int | None
    """The topic, where there is one."""
    replied_to: int | None
    """The message of ours that it replies to."""
    answers_to: int
    """The message that the answer stands under: the question, or the one it points at."""
    language: str | None
    """Telegram's language code of the asker."""
    date: float
    """When it was sent, in seconds since 1970, by Telegram's clock."""


class State(Enum):
    """How far an accepted request has come."""

    WAITING = "waiting"
    WORKING = "working"
    SENDING = "sending"
    AWAY = "away"
    """Told that the documents are out of reach; the answer is put in the place of that."""
    ANSWERED = "answered"
    SILENT = "silent"
    """The documents did not say, and that was said."""
    DONE = "done"
    """Answered by words of the bot's own, or by none: a command, small talk."""
    FAILED = "failed"
    DROPPED = "dropped"
    """The answer could not be delivered."""
    EXPIRED = "expired"
    """Found unfinished, and too old to be answered."""

    @property
    def is_over(self) -> bool:
        """Whether nobody is at work on it any more."""
        return self not in (State.WAITING, State.WORKING, State.SENDING, State.AWAY)


@dataclass(frozen=True, slots=True)
class Entry:
    """A request as it stands in the journal."""

    id: int
    asked: Asked
    state: State
    earlier: str
    """The question before, where this one follows up on an answer."""
    answer_id: int | None
    """The message of ours that answers it."""
    attempts: int
    """How often an answer was given to Telegram to send."""
