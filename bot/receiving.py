"""Updates from Telegram, each taken in once; and polling for them.

python-telegram-bot's own polling confirms updates before they are handled, and is stopped for good
by one that it cannot parse. Here a batch is confirmed by the next call, after it was taken in, and
what cannot be parsed is skipped.
"""

import asyncio
import json
import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlencode

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.request import BaseRequest

from bot.clock import steady
from bot.errors import AwayError, ConflictError, TokenError
from bot.metrics import Metrics
from bot.remedies import Kind, find_remedy
from retrieval.types import Json

logger = logging.getLogger(__name__)

Take = Callable[[list[Update]], Awaitable[None]]

_POLL_SECONDS = 10
"""How long Telegram may hold a poll open; longer hides a dead connection."""
_SLACK_SECONDS = 5
_LONGEST_PAUSE = 30.0
_PAUSE = 1.0
_REMEMBERED = 20_000
"""Update ids by which repetitions are known; they start anew anywhere after a quiet week."""
_CONFLICTS = 3
_CONFLICTS_OF_THE_OLDER = 6
"""In a minute, after which a process gives way: the one that came last sooner."""
_MINUTE = 60.0
_NEW_FOR = 120.0
"""Seconds for which a process counts as the one that came last."""

REFUSED = "Telegram refuses the token in TELEGRAM_BOT_TOKEN; get the current one from @BotFather"
SECOND = (
    "another process polls Telegram with this token; stop it, or give this one a token of its own"
)


class Receiver:
    """Reads raw updates, each once."""

    def __init__(self, bot: Bot, take: Take, metrics: Metrics) -> None:
        self._bot = bot
        self._take = take
        self._metrics = metrics
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def receive(self, raw: Sequence[Json]) -> None:
        """Take a batch in; what cannot be parsed, or came before, is skipped.

        Raises:
            AwayError: The database is; nothing of the batch counts as received.
        """
        fresh = self._new(raw)
        updates = [update for each in fresh.values() if (update := self._parse(each)) is not None]
        if updates:
            await self._take(updates)
        for kind, count in Counter(map(_kind, fresh.values())).items():
            self._metrics.updates.labels(kind).inc(count)
        self._seen.update(dict.fromkeys(fresh))
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def _new(self, raw: Sequence[Json]) -> dict[int, Json]:
        """The updates of a batch that were not received before, by their ids."""
        fresh: dict[int, Json] = {}
        for each in raw:
            number = each.get("update_id")
            if not isinstance(number, int):
                continue
            if number in self._seen or number in fresh:
                self._metrics.skipped.labels("repeated").inc()
            else:
                fresh[number] = each
        return fresh

    def _parse(self, raw: Json) -> Update | None:
        try:
            return Update.de_json(raw, self._bot)
        except Exception as error:
            # Anything may be wrong with what a newer server sends; the next update is not.
            self._metrics.skipped.labels("unreadable").inc()
            logger.warning("update %s cannot be read (%r)", raw.get("update_id"), error)
            return None


class Polling:
    """Asks Telegram for updates until it is told to stop."""

    def __init__(
        self, bot: Bot, request: BaseRequest, receiver: Receiver, kinds: list[str], metrics: Metrics
    ) -> None:
        self._url = f"{bot.base_url}/getUpdates"
        self._request = request
        self._receiver = receiver
        self._kinds = kinds
        self._metrics = metrics
        self._outage = Outage()
        self._offset = 0
        self._since = steady()
        self._conflicts: list[float] = []

    async def run(self) -> None:
        """Poll; an outage is waited out.

        Raises:
            TokenError: Telegram does not accept the token.
            ConflictError: Another process polls.
        """
        while True:
            try:
                raw = await self._poll(self._offset, _POLL_SECONDS)
            except TelegramError as error:
                await self._wait_out(error)
                continue
            self._outage.end()
            try:
                await self._receiver.receive(raw)
            except AwayError:
                await asyncio.sleep(_PAUSE)  # it was not confirmed, so it comes again
                continue
            if raw:
                self._offset = int(raw[-1]["update_id"]) + 1

    async def confirm(self) -> None:
        """Tell Telegram, at the end, what was taken in."""
        if self._offset:
            try:
                await self._poll(self._offset, 0, limit=1)
            except TelegramError as error:
                logger.debug("the last updates were not confirmed (%s)", error)

    async def _poll(self, offset: int, seconds: int, limit: int = 100) -> list[Json]:
        asked = {
            "offset": offset,
            "limit": limit,
            "timeout": seconds,
            # Telegram remembers the last list, so it is always told.
            "allowed_updates": json.dumps(self._kinds),
        }
        answer = await self._request.post(
            f"{self._url}?{urlencode(asked)}", read_timeout=seconds + _SLACK_SECONDS
        )
        if not isinstance(answer, list):
            raise NetworkError("an answer that is no list of updates")
        return answer

    async def _wait_out(self, error: TelegramError) -> None:
        self._metrics.failures.labels(type(error).__name__).inc()
        if isinstance(error, InvalidToken):
            # The error's own words hold the token.
            raise TokenError(REFUSED) from None
        if isinstance(error, Conflict):
            self._count_conflict(steady())
        remedy = find_remedy(error)
        if remedy.kind is Kind.WAIT:
            await asyncio.sleep(remedy.seconds)
        else:
            await asyncio.sleep(self._outage.begin_or_go_on(error))

    def _count_conflict(self, now: float) -> None:
        recent = [then for then in self._conflicts if now - then < _MINUTE]
        self._conflicts = [*recent, now]
        is_new = now - self._since < _NEW_FOR
        if len(self._conflicts) >= (_CONFLICTS if is_new else _CONFLICTS_OF_THE_OLDER):
            raise ConflictError(SECOND)


class Outage:
    """How long to wait while Telegram cannot be reached, and what to say of it: little."""

    def __init__(self) -> None:
        self._since = 0.0
        self._told = 0.0
        self._pause = 0.0

    def begin_or_go_on(self, error: TelegramError) -> float:
        """Note a failed attempt.

        Returns:
            Seconds until the next: 0.2, then half as long again each time, 30 at most.
        """
        now = steady()
        self._since = self._since or now
        if now - self._told >= _MINUTE or not self._told:
            self._told = now
            # What a proxy's page says would follow.
            reason = " ".join(str(error).partition(". Parsing")[0].split())[:120]
            logger.warning("Telegram cannot be reached (%s); trying on", reason)
        self._pause = min(self._pause * 1.5 or 0.2, _LONGEST_PAUSE)
        return self._pause

    def end(self) -> None:
        """Note that an attempt succeeded."""
        if self._since and self._told >= self._since:
            logger.info("Telegram is back after %.0f s", steady() - self._since)
        self._since = self._pause = 0.0


def _kind(raw: Json) -> str:
    return next((key for key in raw if key != "update_id"), "empty")
