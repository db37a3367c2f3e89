"""Many people at once: asks at a rate, or all in one burst, and counts what becomes of it."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.census import count
from bot.simulator.world.ledger import Ledger
from bot.simulator.world.places import group_of
from bot.simulator.world.types import MEMBER, Chat, ChatKind, Speech, User
from bot.simulator.world.world import World

_TICK = 0.01
_QUIET = 5.0
"""Seconds without an answer after which no more are awaited."""
_IN_GROUPS = 5
"""Every fifth question is asked in a group."""
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is asked, and by whom.

    ``rate`` is in questions a second; 0 asks ``count`` questions in one burst.
    """

    users: int
    groups: int
    questions: Sequence[str]
    rate: float = 30.0
    seconds: float = 60.0
    count: int = 0

    @property
    def size(self) -> int:
        """How many questions are asked."""
        return self.count or round(self.rate * self.seconds)


@dataclass(slots=True)
class Progress:
    """How far a run has come; ``asked`` are keys of the ledger."""

    plan: Plan
    asked: list[tuple[int, int]] = field(default_factory=list)
    calls_before: int = 0
    is_over: bool = False


class Crowd:
    """People who are there only to ask."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.progress: Progress | None = None

    async def run(self, plan: Plan) -> None:
        """Ask as planned, then wait until the bot answers no more."""
        chats = self._gather(plan)
        # That people came is no part of the load.
        self._world.updates.drop_all()
        self.progress = progress = Progress(plan, calls_before=self._calls())
        started = asyncio.get_running_loop().time()
        texts = itertools.cycle(plan.questions)
        for number in range(plan.size):
            if plan.rate and not plan.count:
                await self._until(started + number / plan.rate)
            elif number % _BATCH == 0:
                # The bot polls meanwhile, as it would with Telegram.
                await asyncio.sleep(0)
            chat, user = chats[number % len(chats)]
            text = next(texts)
            if chat.is_group:
                text = f"@{self._world.state.bot.username} {text}"
            message = self._world.people.post(chat, user, Speech(text))
            progress.asked.append((chat.id, message.id))
        await self._settle(progress)
        progress.is_over = True

    def result(self) -> dict[str, Any] | None:
        """Count what has become of the questions so far; None before the first run."""
        progress = self.progress
        if progress is None:
            return None
        ledger = self._world.ledger
        questions = [q for key in progress.asked if (q := ledger.get(*key)) is not None]
        counted = count(questions, one_word_tells_all=True)
        answers = counted["answered"] + counted["refused"]
        return {
            "is_over": progress.is_over,
            **counted,
            "calls_per_answer": (self._calls() - progress.calls_before) / max(answers, 1),
            "unfetched": len(self._world.updates),
        }

    def _gather(self, plan: Plan) -> list[tuple[Chat, int]]:
        """Return who asks where, in turn: four in private, then one in a group."""
        places = self._world.places
        private = []
        for number in range(plan.users):
            user, chat = places.add_person(User(0, f"User {number}", language_code="zh-hans"))
            private.append((chat, user.id))
        groups = []
        for number in range(plan.groups):
            owner = private[number % len(private)][1]
            members = dict.fromkeys((owner, self._world.state.bot.id), MEMBER)
            chat = places.add_chat(group_of(ChatKind.SUPERGROUP, f"Group {number}", members))
            groups.append((chat, owner))
        if not groups:
            return private
        turn = itertools.cycle(groups)
        mixed: list[tuple[Chat, int]] = []
        for index, place in enumerate(private * max(1, plan.groups * _IN_GROUPS // len(private))):
            mixed.append(place)
            if index % (_IN_GROUPS - 1) == _IN_GROUPS - 2:
                mixed.append(next(turn))
        return mixed

    async def _until(self, moment: float) -> None:
        wait = moment - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)

    async def _settle(self, progress: Progress) -> None:
        loop = asyncio.get_running_loop()
        last_change, last_count = loop.time(), -1
        while loop.time() - last_change < _QUIET:
            count = self._answers(progress)
            if count == len(progress.asked):
                return
            if count != last_count or len(self._world.updates):
                last_change, last_count = loop.time(), count
            await asyncio.sleep(_TICK * 10)

    def _answers(self, progress: Progress) -> int:
        return sum(_is_answered(self._world.ledger, *key) for key in progress.asked)

    def _calls(self) -> int:
        report = self._world.report
        return report.call_count - report.poll_count


def _is_answered(ledger: Ledger, chat_id: int, message_id: int) -> bool:
    question = ledger.get(chat_id, message_id)
    return question is not None and bool(question.answers)
