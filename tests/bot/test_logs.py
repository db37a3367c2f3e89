"""No token reaches a log, not even in a traceback."""

import logging

import pytest

from bot.logs import configure_logging

TOKEN = "123456789:AAE-" + "x" * 31


def test_tokens_are_blotted_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    try:
        raise RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except RuntimeError:
        logging.getLogger("x").exception("with %s", TOKEN)
    logged = capsys.readouterr().err
    assert TOKEN not in logged
    assert logged.count("<token>") >= 2
