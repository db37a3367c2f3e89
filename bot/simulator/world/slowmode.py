"""Slow mode: in such a group everyone but administrators writes only now and then."""

import math

from bot.simulator.clock import Clock
from bot.simulator.world.types import Chat


class SlowMode:
    """Remembers who wrote when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrote: dict[tuple[int, int], float] = {}

    def note(self, chat: Chat, user_id: int) -> None:
        """Note that someone wrote."""
        if chat.slow_mode:
            self._wrote[chat.id, user_id] = self._clock.now()

    def wait(self, chat: Chat, user_id: int) -> int:
        """Return how many seconds someone must still wait, 0 where they may write."""
        if not chat.slow_mode or chat.is_admin(user_id):
            return 0
        wrote = self._wrote.get((chat.id, user_id), 0.0)
        return max(0, math.ceil(wrote + chat.slow_mode - self._clock.now()))
