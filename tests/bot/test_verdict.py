"""The report at the end of a run: what is broken is said, and what is not is not."""

import asyncio
import logging

import pytest

from bot.logs import configure_logging
from bot.simulator.client import Finding, Report
from bot.verdict import Witness, rules_of, write_rules

TOKEN = "123456789:" + "A" * 35
GOOD = Report(
    calls=3,
    findings=(),
    unanswered_presses=0,
    waiting_updates=0,
    questions=2,
    unanswered=(),
    doubled=(),
    repeated=(),
    faults_struck=0,
)


def broken(report: Report) -> list[str]:
    return [rule.name for rule in rules_of(report) if not rule.holds]


def test_a_good_run_breaks_no_rule() -> None:
    assert broken(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"unanswered": ("why?",)}, "every question has an answer"),
        ({"doubled": ("why?",)}, "no question has two"),
        ({"unanswered_presses": 1}, "every button press is answered"),
        ({"findings": (Finding("sendMessage", "flood", "429"),)}, "never too fast for Telegram"),
        (
            {"findings": (Finding("sendMessage", "refused", "x"),)},
            "nothing that Telegram refuses or spoils",
        ),
    ],
)
def test_each_rule_is_broken_by_one_thing(changes: dict[str, object], rule: str) -> None:
    from dataclasses import replace

    report = replace(GOOD, **changes)  # type: ignore[arg-type]
    assert broken(report) == [rule]
    said: list[str] = []
    write_rules(rules_of(report), said.append)
    assert [line[0] for line in said[1:]].count("✗") == 1


@pytest.fixture
def witness() -> Witness:
    """A witness beside the bot's own way to write its log."""
    configure_logging("text")
    return Witness(TOKEN, logging.getLogger().handlers[0])


def rules(witness: Witness) -> dict[str, bool]:
    return {rule.name: rule.holds for rule in witness.rules()}


def record(text: str, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, None) if error is not None else None
    return logging.LogRecord("bot", logging.INFO, __file__, 1, text, None, info)


def test_a_token_that_is_written_is_seen_and_a_redacted_one_is_not(witness: Witness) -> None:
    witness.handle(record(f"calling /bot{TOKEN}/getMe"))
    assert rules(witness)["no token in the logs"]
    witness.setFormatter(logging.Formatter("%(message)s"))
    witness.handle(record(f"calling /bot{TOKEN}/getMe"))
    assert not rules(witness)["no token in the logs"]


def test_a_traceback_is_seen(witness: Witness) -> None:
    try:
        raise ValueError("x")
    except ValueError as error:
        line = logging.LogRecord("bot", logging.ERROR, __file__, 1, "failed", None, None)
        line.exc_info = (type(error), error, error.__traceback__)
        witness.handle(line)
    assert not rules(witness)["no traceback in the logs"]


async def test_the_stop_is_timed(witness: Witness) -> None:
    stop = asyncio.Event()
    waiting = asyncio.create_task(witness.wait_for_stop(stop))
    stop.set()
    await waiting
    await asyncio.sleep(0.05)
    witness.stopped()
    assert 0.04 < witness.stop_seconds < 5
    assert rules(witness)["a clean stop"]
    witness.stop_seconds = 16
    assert not rules(witness)["a clean stop"]
