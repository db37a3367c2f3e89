"""What became of many people's questions, as ``/sim/load`` and ``/sim/community`` tell it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Load:
    """What became of the questions of a crowd; times are from update to answer, in ms."""

    is_over: bool
    asked: int
    answered: int
    """With a source."""
    refused: int
    """Answered without one: a polite refusal, or nothing found."""
    turned_away: int
    """Not answered, in a chat where the bot said that it cannot answer them all."""
    failed: int
    """Not answered, as Telegram failed both times that the answer was sent."""
    lost: int
    """Not answered, and nothing said."""
    lost_texts: tuple[str, ...]
    """Some of these."""
    doubled: int
    repeated: int
    """Answered twice, as the first answer was delivered, then failed."""
    words: Mapping[str, int]
    """What was said without a source, and how often."""
    answers_per_second: float
    p50: float | None
    p95: float | None
    p99: float | None
    calls_per_answer: float
    """Calls of the Bot API but getUpdates."""
    unfetched: int
    """Updates that the bot has not taken."""
    done: Mapping[str, int] = field(default_factory=dict)
    """What a community did, and how often."""
    unanswered_queries: int = 0
    """Inline queries of a community without an answer."""


def load_from_json(content: dict[str, Any] | None) -> Load | None:
    """Return the result of ``/sim/load``."""
    if content is None:
        return None
    times = {f"p{percent}": value for percent, value in content.pop("percentiles").items()}
    lost = tuple(content.pop("lost_texts"))
    return Load(**content, **times, lost_texts=lost)
