"""Which messages were meant for the bot, and what became of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.simulator.markup.entities import QUOTES
from bot.simulator.world.types import Message

_MOST_KEPT = 50_000


@dataclass(slots=True)
class Question:
    """A message that addressed the bot; times are in seconds of one steady clock."""

    chat_id: int
    message_id: int
    update_id: int
    text: str
    asked: float
    pointed_at: int | None
    """The message it replies to: an answer may stand below that one instead."""
    answers: list[float] = field(default_factory=list)
    is_cited: bool = False
    """Whether the first answer quotes a source."""

    @property
    def seconds(self) -> float | None:
        """From the update to the first answer; None while there is none."""
        return self.answers[0] - self.asked if self.answers else None


class Ledger:
    """Matches the bot's messages to the questions they answer."""

    def __init__(self) -> None:
        self._questions: dict[tuple[int, int], Question] = {}
        self._open: dict[int, list[Question]] = {}
        self.unasked = 0
        self._answered: dict[tuple[int, int], int] = {}

    def ask(self, message: Message, update_id: int) -> None:
        """Note a message that addresses the bot; an edited one counts once."""
        key = (message.chat_id, message.id)
        if key in self._questions:
            return
        if len(self._questions) >= _MOST_KEPT:
            self._questions.pop(next(iter(self._questions)))
        question = Question(
            *key, update_id, message.body.text, time.perf_counter(), message.reply_to
        )
        self._questions[key] = question
        self._open.setdefault(message.chat_id, []).append(question)

    def answer(self, message: Message) -> None:
        """Note a message of the bot: it answers what it replies to, or else the oldest question."""
        question = self._answered_by(message)
        if question is None:
            self.unasked += 1
            return
        if not question.answers:
            question.is_cited = any(entity.type in QUOTES for entity in message.body.entities)
            self._open[message.chat_id].remove(question)
        question.answers.append(time.perf_counter())
        self._answered[message.chat_id, message.id] = question.message_id

    def question_of(self, message: Message) -> int | None:
        """Return the message that one of the bot's messages answers."""
        return self._answered.get((message.chat_id, message.id))

    def get(self, chat_id: int, message_id: int) -> Question | None:
        """Return what was asked by a message."""
        return self._questions.get((chat_id, message_id))

    def questions(self) -> Sequence[Question]:
        """Return all that was asked, in order."""
        return tuple(self._questions.values())

    def _answered_by(self, message: Message) -> Question | None:
        waiting = self._open.get(message.chat_id, [])
        if message.reply_to is None:
            return waiting[0] if waiting else None
        asked = self._questions.get((message.chat_id, message.reply_to))
        if asked is not None:
            return asked
        return next((each for each in waiting if each.pointed_at == message.reply_to), None)
