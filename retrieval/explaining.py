"""Why a passage came first, and why the bot spoke or was silent: features and what each added."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answer import Consulted
from retrieval.ranking import Ranking, contributions
from retrieval.types import Features, Hit, Json

if TYPE_CHECKING:
    from rich.table import Table

MOST = 5
"""Hits that are explained."""
_LISTED_TEXT = 46


@dataclass(frozen=True, slots=True)
class Explained:
    """A hit with what each of its features added."""

    hit: Hit
    order: Features
    """To the score."""
    confidence: Features
    """To the log-odds that it answers."""
    probability: float
    """That it answers, 0 to 1."""


def explain(hits: Sequence[Hit], ranking: Ranking) -> list[Explained]:
    """Explain the best hits."""
    return [
        Explained(
            hit,
            contributions(ranking.weights, hit.features),
            contributions(ranking.confidence, hit.features),
            ranking.probability(hit.features),
        )
        for hit in hits[:MOST]
    ]


def explanation_json(consulted: Consulted) -> list[Json]:
    """What ``ask --explain --json`` prints beside the answer."""
    return [
        {
            "source": one.hit.passage.source,
            "spans": [list(span) for span in one.hit.passage.spans],
            "score": round(one.hit.score, 4),
            "confidence": round(one.probability, 4),
            "features": {
                name: {
                    "value": round(value, 4),
                    "order": round(order, 4),
                    "confidence": round(confidence, 4),
                }
                for name, value, order, confidence in _rows(one)
            },
        }
        for one in explain(consulted.hits, consulted.ranking)
    ]


def explanation_tables(consulted: Consulted) -> Iterator["Table"]:
    """A table for each of the best hits, the strongest features first."""
    from rich.table import Table

    answer = consulted.answer
    for number, one in enumerate(explain(consulted.hits, consulted.ranking), start=1):
        text = one.hit.passage.text[:_LISTED_TEXT].replace("\n", " ")
        side = "at or above" if one.probability >= answer.threshold else "below"
        table = Table(
            title=f"{number}  {text}…",
            title_justify="left",
            caption=(
                f"score {one.hit.score:.2f}; confidence {one.probability:.2f}, "
                f"{side} the line of {answer.threshold:.2f}"
            ),
            caption_justify="left",
        )
        for name in ("feature", "value", "to the order", "to the confidence"):
            table.add_column(name, justify="left" if name == "feature" else "right")
        rows = sorted(_rows(one), key=lambda row: -max(abs(row[2]), abs(row[3])))
        for name, value, order, confidence in rows:
            if order or confidence:
                table.add_row(name, f"{value:.2f}", f"{order:+.2f}", f"{confidence:+.2f}")
        yield table


def _rows(one: Explained) -> Iterator[tuple[str, float, float, float]]:
    return zip(Features._fields, one.hit.features, one.order, one.confidence, strict=True)
