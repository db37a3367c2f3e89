"""A server that is away, or wants a token, is told in one line, within the timeout."""

import sys
import time
from pathlib import Path

import pytest

from retrieval.errors import EngineError, SettingsError
from retrieval.index.milvus.connection import Connection
from retrieval.index.shelf import find_shelf
from retrieval.settings import IndexSettings
from tests.milvus import running_lite

AWAY = "does not answer within 1 s; start it, or correct"


def test_a_server_that_is_away_is_told(tmp_path: Path) -> None:
    shelf = find_shelf(IndexSettings(uri="http://127.0.0.1:9", timeout=1))
    with pytest.raises(EngineError, match=AWAY) as caught:
        shelf.published()
    assert "\n" not in str(caught.value)


def test_a_server_that_accepts_and_says_nothing_is_given_up() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as mute:
        uri = f"http://127.0.0.1:{mute.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(EngineError, match=AWAY):
            Connection(IndexSettings(uri=uri, timeout=1)).collections()
        assert time.monotonic() - started < 20  # not the minute that gRPC would wait


def test_a_server_that_was_killed_is_found_again() -> None:
    with running_lite() as server:
        connection = Connection(IndexSettings(uri=server.uri, timeout=1))
        assert connection.collections() == []
        server.kill()
        with pytest.raises(EngineError, match=AWAY):
            connection.collections()
        server.start()
        deadline = time.monotonic() + 30
        while not answers(connection):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def answers(connection: Connection) -> bool:
    try:
        connection.collections()
    except EngineError:
        return False
    return True


def test_without_its_client_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(SettingsError, match=r"pip install -e '\.\[milvus\]'"):
        Connection(IndexSettings(uri="http://127.0.0.1:9")).collections()


def test_a_token_never_stands_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILVUS_TOKEN", "root:very-secret")
    with pytest.raises(EngineError) as caught:
        Connection(IndexSettings(uri="http://127.0.0.1:9", timeout=1)).collections()
    assert "secret" not in str(caught.value)
