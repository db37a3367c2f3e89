"""Whether the part that is chosen from a right excerpt answers: ours, and two plain choices."""

import random
from collections.abc import Callable, Sequence

import numpy as np

from retrieval.evaluation.labels import is_marked
from retrieval.evaluation.outcomes import Outcome
from retrieval.evaluation.trec import Values
from retrieval.text import sentences
from retrieval.types import Span

_SEED = 1


def mark_values(outcomes: Sequence[Outcome]) -> dict[str, Values]:
    """Judge three ways of marking the first excerpt, where it is right and named by a quote.

    Returns:
        Arrays of 1 and 0, ``NaN`` where nothing can be said, by the name of the figure.
    """
    choices: dict[str, Callable[[Outcome], bool]] = {
        "marked": lambda outcome: outcome.excerpts[0].is_marked_right,
        "marked: first sentence": _marks_first,
        "marked: random sentence": _marks_any,
    }
    return {
        name: np.array([float(is_right(o)) if _can_be_judged(o) else np.nan for o in outcomes])
        for name, is_right in choices.items()
    }


def _can_be_judged(outcome: Outcome) -> bool:
    first = outcome.excerpts[0] if outcome.excerpts else None
    return bool(first and any(first.quotes))


def _marks_first(outcome: Outcome) -> bool:
    return _marks(outcome, _sentences(outcome)[0])


def _marks_any(outcome: Outcome) -> bool:
    drawn = random.Random(f"{_SEED} {outcome.question.question}")  # noqa: S311 - a baseline
    return _marks(outcome, drawn.choice(_sentences(outcome)))


def _sentences(outcome: Outcome) -> list[Span]:
    text = outcome.excerpts[0].text
    return sentences(text) or [Span(0, len(text))]


def _marks(outcome: Outcome, part: Span) -> bool:
    first = outcome.excerpts[0]
    return any(is_marked(quote, first.text[part.start : part.end]) for quote in first.quotes)
