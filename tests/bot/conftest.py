"""Telegram's objects as Telegram sends them, entities computed by the simulator's parser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from telegram import Message, User

from bot.database import Database
from bot.postgres import PostgresDatabase
from bot.simulator.markup.formatted import format_plain
from bot.sqlite import SqliteDatabase
from tests.postgres import PostgresServer

Opening = Callable[[], Database]
"""Opens one database again and again, as the processes of a bot do."""

ME = User(id=7, is_bot=True, first_name="出处", username="ChuchuBot")


def message(text: str, *, caption: bool = False, **more: Any) -> Message:
    """A message of a person in a private chat, or what ``more`` makes of it."""
    raw: dict[str, Any] = {
        "message_id": 11,
        "date": 0,
        "chat": {"id": 3, "type": "private", "first_name": "王"},
        "from": {"id": 3, "is_bot": False, "first_name": "王", "language_code": "zh-hans"},
    }
    raw["caption" if caption else "text"] = text
    raw["caption_entities" if caption else "entities"] = entities(text)
    return Message.de_json(raw | more, None)


def entities(text: str) -> list[dict[str, Any]]:
    """What Telegram finds in a text by itself."""
    return [
        {"type": entity.type.value, "offset": entity.offset, "length": entity.length}
        for entity in (format_plain(text).entities if text.strip() else ())
    ]


@pytest.fixture(params=["sqlite", "postgres"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """One database after the other, with no time of grace for the dead."""
    opened: list[Database] = []
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        address = server.new_database()

    def open_again() -> Database:
        if request.param == "postgres":
            opened.append(PostgresDatabase(address, grace=0))
        else:
            opened.append(SqliteDatabase(tmp_path))
        return opened[-1]

    yield open_again
    for each in opened:
        each.close()


@pytest.fixture
def database(opening: Opening) -> Database:
    """An empty database."""
    return opening()
