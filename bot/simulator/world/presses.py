"""Presses of buttons that wait for the bot's answer."""

import itertools

from bot.simulator.clock import Clock
from bot.simulator.errors import bad_request
from bot.simulator.world.types import Press

PRESS_LIFETIME = 150.0
_FIRST_ID = 4_000_000_000_000_001
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Presses:
    """Each press is answered once, and in time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = itertools.count(_FIRST_ID)
        self._waiting: dict[str, Press] = {}
        self._missed: list[Press] = []

    def add(self, user: int, chat_id: int, message_id: int, data: str) -> Press:
        """Note a press."""
        number = str(next(self._ids))
        press = Press(number, user, chat_id, message_id, data, self._clock.now())
        self._waiting[number] = press
        return press

    def answer(self, press_id: str) -> Press:
        """Take an answer.

        Raises:
            ApiError: If the press is unknown, answered already, or too old.
        """
        press = self._waiting.pop(press_id, None)
        if press is None:
            raise bad_request(_TOO_OLD)
        if self._clock.now() - press.time > PRESS_LIFETIME:
            self._missed.append(press)
            raise bad_request(_TOO_OLD)
        return press

    @property
    def unanswered(self) -> tuple[Press, ...]:
        """Presses without an answer in time, so far."""
        return (*self._missed, *self._waiting.values())
