"""No token reaches a log, not even in a traceback."""

import json
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


def test_objects_hold_what_was_given_and_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json")
    logging.getLogger("x").info("with %s", TOKEN, extra={"chat_id": -100})
    logged = json.loads(capsys.readouterr().err)
    assert logged["message"] == "with <token>"
    assert (logged["level"], logged["logger"], logged["chat_id"]) == ("info", "x", -100)


def test_lines_end_with_what_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    logging.getLogger("x").info("done", extra={"ms": 3})
    assert capsys.readouterr().err.endswith("INFO x: done ms=3\n")
