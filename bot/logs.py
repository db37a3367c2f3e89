"""Logs that never hold a token."""

import logging
import re

_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")


class _Redacting(logging.Formatter):
    """Blots tokens out of the whole line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("<token>", super().format(record))


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keep python-telegram-bot's lines and drop its tracebacks: they show only its own frames."""
    if record.name.startswith("telegram"):
        record.exc_info = None
    return True


def configure_logging() -> None:
    """Log to standard error; libraries only when something is wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_without_traceback)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for library in ("httpx", "httpcore", "telegram", "apscheduler"):
        logging.getLogger(library).setLevel(logging.WARNING)
