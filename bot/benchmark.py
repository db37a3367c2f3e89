"""How long it takes to tell that a group's message is not for us."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from telegram import Message, User

from bot.addressing import read_request

_ROUNDS = 2000
_ME = User(id=7, is_bot=True, first_name="出处", username="ChuchuBot")
_CHAT = {"id": -1001, "type": "supergroup", "title": "Reading Room"}
_PERSON = {"id": 5, "is_bot": False, "first_name": "王"}


@dataclass(frozen=True, slots=True)
class Dismissal:
    """The cost of one kind of message."""

    kind: str
    microseconds: float
    """Median over many rounds."""


def measure_dismissals() -> list[Dismissal]:
    """Time `read_request` on what a busy group's members write to each other."""
    return [Dismissal(kind, _median(message)) for kind, message in _talk()]


def _median(message: Message) -> float:
    taken = []
    for _ in range(_ROUNDS):
        started = time.perf_counter_ns()
        request = read_request(message, _ME)
        taken.append(time.perf_counter_ns() - started)
        if request is not None:
            raise ValueError(f"{message.text!r} is addressed to the bot")
    return sorted(taken)[len(taken) // 2] / 1000


def _talk() -> Iterator[tuple[str, Message]]:
    yield "plain words", _message("今天吃什么？老地方见。")
    yield "4,096 characters", _message("长" * 4096)
    yield "a link and a hashtag", _message("see https://a.com #tag", ("url", 4), ("hashtag", 18))
    yield "another's mention", _message("@someone_else 你看呢", ("mention", 0))
    yield "another bot's command", _message("/start@OtherBot now", ("bot_command", 0))
    yield "a reply to a person", _message("好的", reply=_PERSON)
    yield "100 mentions", _message("@someone " * 100, *(("mention", 9 * n) for n in range(100)))


def _message(
    text: str, *entities: tuple[str, int], reply: dict[str, object] | None = None
) -> Message:
    raw = {
        "message_id": 11,
        "date": 0,
        "chat": _CHAT,
        "from": _PERSON,
        "text": text,
        "entities": [
            {"type": kind, "offset": offset, "length": len(text[offset:].split()[0])}
            for kind, offset in entities
        ],
    }
    if reply:
        raw["reply_to_message"] = {"message_id": 3, "date": 0, "chat": _CHAT, "from": reply}
    return Message.de_json(raw, None)
