"""Where updates are pushed to, if the bot does not fetch them."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """What setWebhook was told."""

    url: str
    secret: str = ""
    connections: int = 40


class Webhook:
    """The webhook of the bot, and what went wrong with it last."""

    def __init__(self) -> None:
        self.target: Target | None = None
        self.changed = asyncio.Event()
        self.last_error: tuple[int, str] | None = None

    def set(self, target: Target | None) -> None:
        """Set or remove it."""
        self.target = target
        self.last_error = None
        self.changed.set()
