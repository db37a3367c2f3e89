"""A community lives with the bot while Telegram has bad days: nothing is lost, nothing leaks."""

import os
import re
import subprocess
import sys

import pytest

from retrieval.settings import Settings
from tests.conftest import ROOT

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()"]


def live(settings: Settings, *more: str) -> str:
    """Let a community live with the bot, as people can; the report of a run that went well."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*COMMAND, "simulate", "--load", "--mixed", "--pace", "10", *more],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=900,
        env=os.environ | {"CHUCHU_INDEX__FOLDER": str(settings.index.folder)},
    )
    print(done.stdout)  # noqa: T201 - the figures
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def figure(report: str, name: str) -> int:
    """A figure of the report."""
    found = re.search(rf"^{re.escape(name)} +(\d+)", report, re.MULTILINE)
    assert found, name
    return int(found[1])


def test_two_minutes_with_faults_lose_nothing_and_double_nothing(seed_settings: Settings) -> None:
    plan = ("--seconds", "120", "--users", "60", "--groups", "20", "--faults", "0.05")
    report = live(seed_settings, *plan, "--seed", "1")
    assert figure(report, "asked") > 50
    assert figure(report, "lost") == figure(report, "answered twice") == 0
    assert figure(report, "inline queries missed") == 0
    assert " press\n" in report
    assert " edit\n" in report
    assert "✗" not in report


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_an_hour_with_faults_loses_nothing_and_memory_stays_flat(
    seed_settings: Settings, seed: int
) -> None:
    report = live(seed_settings, "--seconds", "3600", "--faults", "0.03", "--seed", str(seed))
    assert figure(report, "asked") > 2500
    assert figure(report, "lost") == figure(report, "answered twice") == 0
    assert "✗" not in report
