"""The queue of updates that wait for the bot, with Telegram's rules of confirmation."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError

MESSAGE_LIFETIME = 24 * 3600.0
_FIRST_UPDATE_ID = 500_000_001
# Without an explicit list Telegram leaves these out.
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


@dataclass(frozen=True, slots=True)
class Update:
    """One update as JSON, and when Telegram throws it away."""

    id: int
    kind: str
    content: Mapping[str, Any]
    expires: float

    def to_json(self) -> dict[str, Any]:
        """Return the Bot API's ``Update``."""
        return {"update_id": self.id, self.kind: self.content}


class UpdateQueue:
    """Updates in order; one poller at a time waits for them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._updates: list[Update] = []
        self._next_id = _FIRST_UPDATE_ID
        self._poller: asyncio.Future[bool] | None = None
        self._is_closed = False
        self.allowed: tuple[str, ...] = ()

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._updates)

    def add(self, kind: str, content: Mapping[str, Any], lifetime: float) -> None:
        """Queue an update, unless the bot has not asked for its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        if not wanted:
            return
        expires = self._clock.now() + lifetime
        self._updates.append(Update(self._next_id, kind, content, expires))
        self._next_id += 1
        self._wake(has_more=True)

    async def poll(self, offset: int, limit: int, seconds: float) -> Sequence[Update]:
        """Confirm what lies before the offset and return what follows, waiting if need be.

        Raises:
            ApiError: 409, if another poller comes meanwhile.
        """
        self._wake(has_more=False)
        self._confirm(offset)
        if not self._pending(limit) and seconds > 0 and not self._is_closed:
            await self._wait(seconds)
        return self._pending(limit)

    def drop_all(self) -> None:
        """Throw all waiting updates away."""
        self._updates.clear()

    def close(self) -> None:
        """Let the waiting poller go, at the end of the simulator."""
        self._is_closed = True
        self._wake(has_more=True)

    def _pending(self, limit: int) -> Sequence[Update]:
        self._drop_expired()
        return tuple(self._updates[:limit])

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._updates = self._updates[offset:]
        elif offset > 0:
            self._updates = [update for update in self._updates if update.id >= offset]

    def _drop_expired(self) -> None:
        now = self._clock.now()
        self._updates = [update for update in self._updates if update.expires > now]

    def _wake(self, *, has_more: bool) -> None:
        poller = self._poller
        if poller is not None and not poller.done():
            poller.set_result(has_more)

    async def _wait(self, seconds: float) -> None:
        poller: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._poller = poller
        try:
            is_still_mine = await asyncio.wait_for(poller, seconds)
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None
        if not is_still_mine:
            raise ApiError(409, _CONFLICT)
