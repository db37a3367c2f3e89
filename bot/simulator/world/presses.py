"""Presses of buttons that wait for the bot's answer."""

import itertools

from bot.simulator.clock import Clock
from bot.simulator.errors import bad_request, changed
from bot.simulator.world.types import Press
from bot.simulator.world.updates import UpdateQueue

PRESS_LIFETIME = 150.0
_FIRST_ID = 4_000_000_000_000_001
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Presses:
    """Each press is answered once, and in time."""

    def __init__(self, clock: Clock, updates: UpdateQueue) -> None:
        self._clock = clock
        self._updates = updates
        self._ids = itertools.count(_FIRST_ID)
        self._waiting: dict[str, Press] = {}
        self._missed: list[Press] = []
        self._update_ids: dict[str, int] = {}
        self.answered = 0

    def add(self, user: int, place: tuple[int, int], data: str, inline_id: str) -> Press:
        """Note a press; ``place`` is chat and message."""
        number = str(next(self._ids))
        press = Press(number, user, *place, data, self._clock.now(), inline_id)
        self._waiting[number] = press
        return press

    def note_update(self, press: Press, update_id: int | None) -> None:
        """Note by which update the bot learns of a press."""
        if update_id is not None:
            self._update_ids[press.id] = update_id

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
            raise changed(_TOO_OLD)
        self.answered += 1
        return press

    @property
    def unanswered(self) -> tuple[Press, ...]:
        """Presses that reached the bot and have no answer in time, so far."""
        waiting = (press for press in self._waiting.values() if self._has_arrived(press))
        return (*self._missed, *waiting)

    def _has_arrived(self, press: Press) -> bool:
        return self._updates.was_delivered(self._update_ids.get(press.id, 0))
