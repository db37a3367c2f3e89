"""What became of questions: answered, refused with a word, turned away, failed, or lost."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.simulator.world.ledger import Question

_MOST_WORDS = 8
_LONGEST_WORDS = 60


def count(questions: Sequence[Question], *, one_word_tells_all: bool = False) -> dict[str, Any]:
    """Count questions by what became of them.

    Args:
        questions: In the order they were asked.
        one_word_tells_all: Whether who was told something without a source, in a chat, speaks for
            its other questions as well: one note a minute says that not all can be answered.
    """
    answered = [question for question in questions if question.answers]
    cited = [question for question in answered if question.is_cited]
    told = {q.chat_id for q in answered if not q.is_cited} if one_word_tells_all else set()
    silent = [question for question in questions if not question.answers]
    failed = sum(question.is_failed for question in silent)
    unsaid = [question for question in silent if not question.is_failed]
    lost = [question for question in unsaid if question.chat_id not in told]
    seconds = sorted(question.seconds or 0.0 for question in cited)
    span = max((q.answers[0] for q in answered), default=0.0) - min(
        (q.asked for q in questions), default=0.0
    )
    words = Counter(_start(q.said) for q in answered if not q.is_cited)
    return {
        "asked": len(questions),
        "answered": len(cited),
        "refused": len(answered) - len(cited),
        "words": dict(words.most_common(_MOST_WORDS)),
        "turned_away": len(unsaid) - len(lost),
        "failed": failed,
        "lost": len(lost),
        "lost_texts": [question.text for question in lost[:_MOST_WORDS]],
        "doubled": sum(question.is_doubled for question in answered),
        "repeated": sum(question.is_repeated for question in answered),
        "answers_per_second": len(cited) / span if span > 0 else 0.0,
        "percentiles": {p: _percentile(seconds, p) for p in (50, 95, 99)},
    }


def _start(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_WORDS]


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """Return the smallest value that so many percent do not exceed, in milliseconds."""
    if not ordered:
        return None
    rank = -(-len(ordered) * percent // 100) - 1
    return round(ordered[max(rank, 0)] * 1000, 1)
