"""The queue of updates that wait for the bot, with Telegram's rules of confirmation."""

import asyncio
import random
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError

MESSAGE_LIFETIME = 24 * 3600.0
_FIRST_UPDATE_ID = 500_000_001
_KEPT = 1000
# An offset beyond this distance is from another time: Telegram then starts at the oldest one.
_FUTURE = 10
_HASTE = 3.0
_AT_ONCE = 0.5
# Without an explicit list Telegram leaves these out.
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
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
    """Updates in order; one poller at a time waits for them, or a webhook takes them.

    Args:
        clock: The time of the world.
        is_patient: Whether a poller that asks the same again at once is slowed down.
    """

    def __init__(self, clock: Clock, *, is_patient: bool = False) -> None:
        self._clock = clock
        self._is_patient = is_patient
        self._updates: list[Update] = []
        self._in_flight = 0
        self._delivered: deque[Update] = deque(maxlen=_KEPT)
        self._delivered_ids: set[int] = set()
        self._next_id = _FIRST_UPDATE_ID
        self._poller: asyncio.Future[bool] | None = None
        self._last_poll = (0, float("-inf"))
        self._last_answer = float("-inf")
        self._is_closed = False
        self._has_webhook = False
        self.allowed: tuple[str, ...] = ()

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._updates)

    @property
    def unconfirmed(self) -> int:
        """How many wait, or are on their way to a webhook."""
        return len(self) + self._in_flight

    def add(self, kind: str, content: Mapping[str, Any], lifetime: float) -> int | None:
        """Queue an update and return its id, or None if the bot has not asked for its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        return self.force(kind, content, lifetime) if wanted else None

    def force(self, kind: str, content: Mapping[str, Any], lifetime: float) -> int:
        """Queue an update of any kind, known or not, and return its id."""
        expires = self._clock.now() + lifetime
        self._updates.append(Update(self._next_id, kind, content, expires))
        self._next_id += 1
        self._wake(has_more=True)
        return self._next_id - 1

    def was_delivered(self, update_id: int) -> bool:
        """Tell whether the bot got an update at least once."""
        return update_id in self._delivered_ids

    async def poll(self, offset: int, limit: int, seconds: float) -> Sequence[Update]:
        """Confirm what lies before the offset and return what follows, waiting if need be.

        Raises:
            ApiError: 409, if another poller comes meanwhile or a webhook is set.
        """
        if self._has_webhook:
            raise ApiError(409, _WEBHOOK, is_circumstance=True)
        self._wake(has_more=False)
        self._confirm(offset)
        seconds, limit = self._slow_down(offset, seconds, limit)
        if not self._pending(limit) and seconds > 0 and not self._is_closed:
            await self._wait(seconds)
        self._last_answer = self._clock.now()
        return self.deliver(self._pending(limit))

    async def take(self, seconds: float) -> Sequence[Update]:
        """Take all updates out of the queue, as a webhook does; wait for the first of them."""
        if not len(self) and not self._is_closed:
            with suppress(ApiError):
                await self._wait(seconds)
        taken, self._updates = self._updates, []
        self._in_flight += len(taken)
        return taken

    def confirm(self, update: Update) -> None:
        """Forget an update that a webhook took, or that came too late for it."""
        self._in_flight -= 1

    def put_back(self, updates: Collection[Update]) -> None:
        """Queue again what was taken and not delivered."""
        self._in_flight -= len(updates)
        self._updates = sorted([*self._updates, *updates], key=lambda update: update.id)
        self._wake(has_more=True)

    def use_webhook(self, *, is_set: bool) -> None:
        """Let a webhook take the updates, or pollers again."""
        self._wake(has_more=False)
        self._has_webhook = is_set

    def deliver(self, updates: Sequence[Update]) -> Sequence[Update]:
        """Note that updates were handed to the bot."""
        for update in updates:
            if update.id not in self._delivered_ids:
                self._delivered.append(update)
                self._delivered_ids.add(update.id)
        return updates

    def drop_all(self) -> None:
        """Throw all waiting updates away."""
        self._updates.clear()

    def close(self) -> None:
        """Let the waiting poller go, at the end of the simulator."""
        self._is_closed = True
        self._wake(has_more=True)

    # -- what goes wrong -------------------------------------------------------------------

    def repeat(self, count: int) -> int:
        """Queue the newest delivered updates again under their old ids; return how many."""
        again = list(self._delivered)[-count:]
        self._updates = [*again, *self._updates]
        self._wake(has_more=True)
        return len(again)

    def shuffle(self, seed: int) -> None:
        """Bring the waiting updates out of order; their ids stay ascending."""
        contents = list(self._updates)
        random.Random(seed).shuffle(contents)  # noqa: S311 - must be repeatable
        ids = [update.id for update in self._updates]
        self._updates = [replace(u, id=n) for u, n in zip(contents, ids, strict=True)]

    def skip(self, count: int) -> None:
        """Leave a gap of ids, as for kinds of updates that the bot does not get."""
        self._next_id += count

    def restart(self, update_id: int) -> None:
        """Go on with another id, as Telegram does after a week without updates."""
        self._next_id = update_id

    # -- inside ----------------------------------------------------------------------------

    def _pending(self, limit: int) -> Sequence[Update]:
        self._drop_expired()
        return tuple(self._updates[:limit])

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._updates = self._updates[offset:]
        elif 0 < offset <= self._next_id + _FUTURE:
            self._updates = [update for update in self._updates if update.id >= offset]

    def _slow_down(self, offset: int, seconds: float, limit: int) -> tuple[float, int]:
        """Who asks for the same again at once waits three seconds, or gets one update only."""
        now = self._clock.now()
        last_offset, last_time = self._last_poll
        self._last_poll = (offset, now)
        if not self._is_patient or offset != last_offset:
            return seconds, limit
        is_hasty, is_at_once = now < last_time + _HASTE, now < self._last_answer + _AT_ONCE
        return max(seconds, _HASTE) if is_hasty else seconds, 1 if is_at_once else limit

    def _drop_expired(self) -> None:
        now = self._clock.now()
        if any(update.expires <= now for update in self._updates):
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
            raise ApiError(409, _CONFLICT, is_circumstance=True)
