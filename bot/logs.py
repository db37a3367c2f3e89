"""Logs for people or for machines, that never hold a token."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Literal

from bot.errors import AwayError

_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
"""What every record holds; anything else was given by ``extra``."""


def redact(text: str) -> str:
    """Blot tokens out."""
    return _TOKEN.sub("<token>", text)


class _Lines(logging.Formatter):
    """One readable line, what was given by ``extra`` at its end."""

    def format(self, record: logging.LogRecord) -> str:
        more = "".join(f" {key}={value}" for key, value in _extra(record).items())
        return redact(super().format(record) + more)


class _Objects(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        content = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info:
            content["traceback"] = self.formatException(record.exc_info)
        return redact(json.dumps(content, ensure_ascii=False, default=str))


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in record.__dict__.items() if key not in _OWN}


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keep the line and drop the traceback where it tells nothing.

    python-telegram-bot's show only its own frames, and a database that is away is told of once.
    """
    error = record.exc_info[1] if record.exc_info else None
    if record.name.startswith("telegram") or isinstance(error, AwayError):
        record.exc_info = None
    return True


def configure_logging(form: Literal["text", "json"] = "text") -> None:
    """Log to standard error; libraries only when something is wrong."""
    handler = logging.StreamHandler()
    lines = _Lines("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_Objects() if form == "json" else lines)
    handler.addFilter(_without_traceback)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for library in ("httpx", "httpcore", "telegram", "apscheduler", "aiohttp"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # Its errors show what Telegram answered, people's words included; ours follow with less.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
