"""What the tester measures is what the bot says: every golden question, asked both ways."""

from retrieval.embedding import Embedder
from retrieval.evaluation.labels import read_labels
from retrieval.evaluation.outcomes import Judged, Outcome
from retrieval.evaluation.subject import Subject
from retrieval.settings import Settings
from tests.conftest import ROOT
from tests.simulation.conftest import Rehearsal

JOINER = "\u2060"
"""Invisible; keeps Telegram from making links and mentions of what is quoted."""


def said_by_the_tester(outcome: Outcome) -> list[Judged]:
    """The excerpts that an answer shows."""
    if not outcome.answered:
        return []
    first, *others = outcome.excerpts
    return [first, *(other for other in others if other.confidence >= outcome.threshold)]


async def test_the_bot_says_the_excerpts_that_the_tester_judges(
    rehearsal: Rehearsal, seed_settings: Settings, embedder: Embedder
) -> None:
    subject = Subject.open(seed_settings, embedder)
    questions = read_labels(ROOT / "config/golden.jsonl")
    outcomes = subject.ask(questions).outcomes
    assert len(outcomes) == len(questions) == 140
    for outcome in outcomes:
        asked = f"/ask@ChuchuBot {outcome.question.question}"
        message = await rehearsal.ask(rehearsal.group, asked)
        text = message.text.replace(JOINER, "")
        expected = said_by_the_tester(outcome)
        assert text.count("《") >= len(expected)
        assert outcome.answered or "《" not in text, outcome.question.question
        marked = [message.covered(e) for e in message.entities if e.type == "bold"]
        assert [part.replace(JOINER, "") for part in marked] == [e.marked_text for e in expected]
        places = [text.find(excerpt.text) for excerpt in expected]
        assert -1 not in places, outcome.question.question
        assert places == sorted(places)
