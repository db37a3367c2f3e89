"""Which messages were meant for the bot, and what became of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.simulator.markup.entities import QUOTES
from bot.simulator.world.types import Message

_MOST_KEPT = 50_000
_MOST_SENDS = 2


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
    said: str = ""
    """The first answer, where it quotes none."""
    failed_before: int = 0
    """Sends of an answer that went wrong before Telegram had taken it."""
    failed_after: int = 0
    """Sends that went wrong when Telegram had taken it, which the bot cannot know."""

    @property
    def seconds(self) -> float | None:
        """From the update to the first answer; None while there is none."""
        return self.answers[0] - self.asked if self.answers else None

    @property
    def is_repeated(self) -> bool:
        """Whether it was answered twice because the first time was delivered, then failed."""
        return len(self.answers) == 2 and self.failed_after > 0

    @property
    def is_doubled(self) -> bool:
        """Whether it was answered more than once without that reason."""
        return len(self.answers) > 1 and not self.is_repeated

    @property
    def is_failed(self) -> bool:
        """Whether its answer was sent twice, the most a bot may, and went wrong both times."""
        return not self.answers and self.failed_before >= _MOST_SENDS


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
        question = self._answered_by(message.chat_id, message.reply_to)
        if question is None or message.document is not None:
            self.unasked += 1
            return
        if not question.answers:
            question.is_cited = any(entity.type in QUOTES for entity in message.body.entities)
            question.said = "" if question.is_cited else message.body.text
            self._open[message.chat_id].remove(question)
        question.answers.append(time.perf_counter())
        self._answered[message.chat_id, message.id] = question.message_id

    def fail(self, chat_id: int, reply_to: int | None, *, is_delivered: bool) -> None:
        """Note that the sending of a message to a chat goes wrong, and when."""
        question = self._answered_by(chat_id, reply_to)
        if question is not None and is_delivered:
            question.failed_after += 1
        elif question is not None:
            question.failed_before += 1

    def owes(self, chat_id: int) -> bool:
        """Whether the bot has left something in a chat unanswered, so far."""
        return bool(self._open.get(chat_id))

    def question_of(self, message: Message) -> int | None:
        """Return the message that one of the bot's messages answers."""
        return self._answered.get((message.chat_id, message.id))

    def get(self, chat_id: int, message_id: int) -> Question | None:
        """Return what was asked by a message."""
        return self._questions.get((chat_id, message_id))

    def questions(self) -> Sequence[Question]:
        """Return all that was asked, in order."""
        return tuple(self._questions.values())

    def _answered_by(self, chat_id: int, reply_to: int | None) -> Question | None:
        waiting = self._open.get(chat_id, [])
        if reply_to is None:
            return waiting[0] if waiting else None
        asked = self._questions.get((chat_id, reply_to))
        if asked is not None:
            return asked
        return next((each for each in waiting if each.pointed_at == reply_to), None)
