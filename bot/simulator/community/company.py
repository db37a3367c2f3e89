"""Who acts where, and what was asked: what all acts of a community share."""

import random
from collections import deque
from collections.abc import Callable, Sequence

from bot.simulator.community.cast import Cast
from bot.simulator.world.types import Chat, Message, Speech
from bot.simulator.world.world import World

Act = Callable[[], bool]
"""Does something; whether there was anything to do it with."""

_RECENT = 400
_EDITABLE = 100.0
"""Seconds within which people mend what they asked."""
_UNANSWERABLE = ("怎么做红烧肉？", "Who won the chess match?", "量子退火的温度是多少？")


class Company:
    """The people of one community, and chance.

    Args:
        world: Where they live.
        cast: Who they are.
        questions: What they ask.
        seed: Where chance comes from.
    """

    def __init__(self, world: World, cast: Cast, questions: Sequence[str], seed: int) -> None:
        self.world = world
        self.cast = cast
        self.questions = questions
        self.random = random.Random(seed)  # noqa: S311 - must be repeatable
        self.groups = list(cast.groups)
        self.asked: deque[tuple[float, Message]] = deque(maxlen=_RECENT)

    def post(self, chat: Chat, user: int, speech: Speech) -> bool:
        """Let someone say something to the bot, and remember it."""
        message = self.world.people.post(chat, user, speech)
        self.asked.append((self.world.clock.now(), message))
        return True

    def chat_of(self, chat_id: int) -> Chat:
        """A chat as it is now."""
        return self.world.state.chats[chat_id]

    def group(self) -> Chat:
        """Any group that the bot is in."""
        return self.chat_of(self.random.choice(self.groups))

    def member(self, chat: Chat) -> int:
        """Someone of a chat, not the bot."""
        bot = self.world.state.bot.id
        return self.random.choice([user for user in chat.members if user != bot])

    def question(self) -> str:
        """What someone may ask."""
        few = self.random.random() < 0.15
        return self.random.choice(_UNANSWERABLE if few else self.questions)

    def addressed(self, sign: str = "") -> str:
        """A question as it is put to the bot in a group."""
        name = self.world.state.bot.username
        is_mention = bool(sign) or self.random.random() < 0.5
        return f"@{name} {self.question()}" if is_mention else f"/ask@{name} {self.question()}"

    def editable(self) -> Message | None:
        """A question asked a short time ago that still stands."""
        since = self.world.clock.now() - _EDITABLE
        recent = [message for asked, message in self.asked if asked >= since]
        if not recent:
            return None
        chosen = self.random.choice(recent)
        return self.world.state.message(chosen.chat_id, chosen.id)

    def answer(self) -> Message | None:
        """A message of the bot in a chat where someone asked a short time ago."""
        if not self.asked:
            return None
        chat_id = self.random.choice(self.asked)[1].chat_id
        bot = self.world.state.bot.id
        history = self.world.state.histories[chat_id]
        said = [
            m for m in history.after(history.last_id - 20) if m.sender == bot and not m.document
        ]
        return self.random.choice(said) if said else None
