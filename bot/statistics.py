"""What people asked, and how it went: figures from the journal."""

import time
from dataclasses import dataclass

from bot.database import Database
from bot.types import State, Wish


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, as often as it was asked."""

    question: str
    count: int
    """How often it was asked."""
    last: float
    """When it was asked last, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of some days."""

    asked: int
    answered: int
    silent: int
    helpful: int
    bad: int
    p95: float
    """Seconds from acceptance to delivery that 95 % of the answers kept within."""

    @property
    def other(self) -> int:
        """Small talk, failures and what could not be delivered."""
        return self.asked - self.answered - self.silent


def read_statistics(database: Database, days: int) -> Statistics:
    """Count what was asked in the last days."""
    since = time.time() - days * 86400
    counts = {
        row["state"]: row["n"]
        for row in database.rows(
            "SELECT state, count(*) AS n FROM requests WHERE wish = ? AND accepted >= ?"
            " GROUP BY state",
            (Wish.ASK.value, since),
        )
    }
    votes = {
        row["is_helpful"]: row["n"]
        for row in database.rows(
            "SELECT is_helpful, count(*) AS n FROM votes WHERE at >= ? GROUP BY is_helpful",
            (since,),
        )
    }
    return Statistics(
        asked=sum(counts.values()),
        answered=counts.get(State.ANSWERED.value, 0),
        silent=counts.get(State.SILENT.value, 0),
        helpful=votes.get(1, 0),
        bad=votes.get(0, 0),
        p95=_p95(database, since),
    )


def read_questions(
    database: Database, days: int, most: int, *, only_unanswered: bool
) -> list[AskedQuestion]:
    """The questions of the last days, most asked first.

    Args:
        database: The bot's.
        days: How many days back.
        most: How many questions at most.
        only_unanswered: Only those that met with silence.
    """
    other = State.SILENT if only_unanswered else State.ANSWERED
    rows = database.rows(
        "SELECT min(trim(text)) AS text, count(*) AS n, max(accepted) AS last FROM requests"
        " WHERE wish = ? AND state IN (?, ?) AND accepted >= ?"
        " GROUP BY lower(trim(text)) ORDER BY n DESC, last DESC LIMIT ?",
        (
            *(Wish.ASK.value, State.SILENT.value, other.value),
            *(time.time() - days * 86400, most),
        ),
    )
    return [AskedQuestion(row["text"], row["n"], row["last"]) for row in rows]


def _p95(database: Database, since: float) -> float:
    """The nearest-rank percentile."""
    seconds = [
        row["seconds"]
        for row in database.rows(
            "SELECT seconds FROM requests WHERE state IN (?, ?) AND accepted >= ? ORDER BY seconds",
            (State.ANSWERED.value, State.SILENT.value, since),
        )
    ]
    return float(seconds[-(-len(seconds) * 95 // 100) - 1]) if seconds else 0.0
