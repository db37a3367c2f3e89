"""An hour in a community: acts at random moments, then what became of it all."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.simulator.census import count
from bot.simulator.community.asking import Asking
from bot.simulator.community.cast import gather
from bot.simulator.community.company import Company
from bot.simulator.community.moving import Moving
from bot.simulator.community.using import Using
from bot.simulator.errors import ApiError
from bot.simulator.world.ledger import Question
from bot.simulator.world.world import World

_TICK = 0.5
_QUIET = 20.0
"""Seconds without news after which no more are awaited."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a community lives with the bot, and how lively it is."""

    users: int
    groups: int
    questions: Sequence[str]
    seconds: float
    rate: float
    """Acts a second; about half of them ask something."""
    seed: int = 0


@dataclass(slots=True)
class _Progress:
    using: Using
    before: int
    """Questions that were asked before."""
    done: Counter[str] = field(default_factory=Counter)
    calls_before: int = 0
    is_over: bool = False


class Community:
    """People who live with the bot."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._progress: _Progress | None = None

    async def run(self, plan: Plan) -> None:
        """Live as planned, then wait until the bot has nothing more to say."""
        world = self._world
        # The bot is to see the talk between people too.
        world.state.abilities = replace(world.state.abilities, can_read_all_group_messages=True)
        cast = gather(world, plan.users, plan.groups)
        company = Company(world, cast, plan.questions, plan.seed)
        using = Using(company)
        before = len(world.ledger.questions())
        self._progress = progress = _Progress(using, before, calls_before=self._calls())
        chance = random.Random(plan.seed)  # noqa: S311 - must be repeatable
        every = {**Asking(company).acts(), **using.acts(), **Moving(company).acts()}
        names, weights = list(every), [weight for weight, _ in every.values()]
        loop = asyncio.get_running_loop()
        moment, end = loop.time(), loop.time() + plan.seconds
        while (moment := moment + chance.expovariate(plan.rate)) < end:
            await asyncio.sleep(max(0.0, moment - loop.time()))
            name = chance.choices(names, weights)[0]
            try:
                progress.done[name] += every[name][1]()
            except ApiError:
                # People, too, are told that they cannot do that now.
                progress.done["what Telegram did not let people do"] += 1
        await self._settle()
        progress.is_over = True

    def result(self) -> dict[str, Any] | None:
        """Count what has become of it so far; None before the first run."""
        progress = self._progress
        if progress is None:
            return None
        counted = count(self._questions(progress))
        return {
            "is_over": progress.is_over,
            **counted,
            "calls_per_answer": (self._calls() - progress.calls_before)
            / max(counted["answered"] + counted["refused"], 1),
            "unfetched": len(self._world.updates),
            "done": dict(progress.done),
            "unanswered_queries": len(self._unanswered_queries(progress)),
        }

    def _questions(self, progress: _Progress) -> list[Question]:
        return list(self._world.ledger.questions()[progress.before :])

    def _unanswered_queries(self, progress: _Progress) -> list[str]:
        inline = self._world.inline
        return [query for query in progress.using.queries if inline.answer_to(query) is None]

    async def _settle(self) -> None:
        loop = asyncio.get_running_loop()
        last_change, last_calls = loop.time(), -1
        while loop.time() - last_change < _QUIET:
            calls = self._calls()
            if calls != last_calls or len(self._world.updates):
                last_change, last_calls = loop.time(), calls
            await asyncio.sleep(_TICK)

    def _calls(self) -> int:
        report = self._world.report
        return report.call_count - report.poll_count
