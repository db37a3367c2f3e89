"""Sums a run up: calls, findings, questions and what is still open."""

from typing import Any

from bot.simulator.world.view import faults_view, finding_view, question_view
from bot.simulator.world.world import World


def report_view(world: World) -> dict[str, Any]:
    """Return the report of a run as JSON."""
    asked = [
        question
        for question in world.ledger.questions()
        if world.updates.was_delivered(question.update_id)
    ]
    return {
        "calls": world.report.call_count,
        "finding_count": world.report.finding_count,
        "findings": [finding_view(finding) for finding in world.report.findings],
        "questions": len(asked),
        "unanswered": [question_view(each) for each in asked if not each.answers],
        "doubled": [question_view(each) for each in asked if each.is_doubled],
        "repeated": [question_view(each) for each in asked if each.is_repeated],
        "unanswered_presses": [
            {"chat_id": press.chat_id, "message_id": press.message_id, "data": press.data}
            for press in world.presses.unanswered
        ],
        "unanswered_queries": [query.text for query in world.inline.unanswered],
        "waiting_updates": world.updates.unconfirmed,
        "faults": faults_view(world.faults),
    }
