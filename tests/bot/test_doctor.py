"""What is wrong is named, with what to do."""

from pathlib import Path

import pytest

from bot.doctor import Finding, Verdict, examine
from bot.settings import BotSettings
from bot.simulator.process import start_simulator
from retrieval.index.generation import open_generation
from retrieval.index.milvus.connection import Connection
from retrieval.index.milvus.mirror import mirror
from retrieval.index.milvus.schema import Names
from retrieval.settings import IndexSettings, Settings
from tests.conftest import settings_for
from tests.milvus import MilvusServer
from tests.postgres import PostgresServer


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.what: finding for finding in findings}


def test_a_sound_bot_has_nothing_bad(
    seed_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start_simulator() as simulator:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", simulator.token)
        found = by_name(
            examine(seed_settings, BotSettings(api_base=simulator.api, folder=tmp_path))
        )
    assert not [each for each in found.values() if each.verdict is Verdict.BAD]
    assert "@ChuchuBot" in found["Telegram"].detail
    assert found["clock"].verdict is Verdict.GOOD
    assert "setprivacy" in found["privacy mode"].detail


def test_what_is_missing_is_named_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:" + "A" * 35)
    settings = settings_for(tmp_path / "none", tmp_path / "index")
    found = by_name(examine(settings, BotSettings(api_base="http://127.0.0.1:9", folder=tmp_path)))
    assert found["documents"].verdict is Verdict.BAD
    assert "run: chuchu index" in found["index"].detail
    assert found["Telegram"].verdict is Verdict.BAD
    assert "A" * 35 not in str(found)


def test_the_database_is_looked_at(
    seed_settings: Settings, tmp_path: Path, postgres: PostgresServer
) -> None:
    def look(address: str, webhook: str = "") -> dict[str, Finding]:
        bot = BotSettings(folder=tmp_path, database=address, webhook=webhook)
        return by_name(examine(seed_settings, bot))

    address = postgres.new_database()
    assert look("")["database"].detail.startswith("SQLite")
    assert look(address)["database"].verdict is Verdict.GOOD
    assert "set [bot] webhook" in look(address)["several bots"].detail
    assert "several bots" not in look(address, "https://bot.example/hook")
    bad = look("postgresql://chuchu@127.0.0.1:1/x")["database"]
    assert bad.verdict is Verdict.BAD
    assert "start it, set PGPASSWORD or ~/.pgpass, or correct [bot] database" in bad.detail


def test_the_server_that_holds_the_index_is_looked_at(
    seed_settings: Settings, tmp_path: Path, lite_server: MilvusServer
) -> None:
    def look(uri: str, timeout: float = 30) -> dict[str, Finding]:
        more = {"uri": uri, "name": "doctor", "timeout": timeout}
        index = seed_settings.index.model_copy(update=more)
        settings = seed_settings.model_copy(update={"index": index})
        return by_name(examine(settings, BotSettings(folder=tmp_path)))

    nothing = look(lite_server.uri)
    assert nothing["index"].verdict is nothing["index server"].verdict is Verdict.BAD
    assert "run: chuchu index" in nothing["index"].detail
    index = seed_settings.index.model_copy(update={"uri": lite_server.uri, "name": "doctor"})
    mirror(open_generation(index.folder), index, grace=0)
    found = look(lite_server.uri)
    assert found["index"].detail.endswith("25 passages")
    assert found["recipe"].verdict is found["index server"].verdict is Verdict.GOOD
    assert f"Milvus milvus_lite-3.2.2 at {lite_server.uri}" in found["index server"].detail
    assert "terms" not in found
    lose_a_passage(index)
    lacking = look(lite_server.uri)["index server"]
    assert lacking.verdict is Verdict.BAD
    assert lacking.detail.endswith("holds 24 passages of 25; run: chuchu index")
    away = look("http://127.0.0.1:1", timeout=1)["index"]
    assert away.verdict is Verdict.BAD
    assert "start it, or correct [index] uri" in away.detail


def lose_a_passage(index: IndexSettings) -> None:
    connection = Connection(index)
    collection = Names(index.name, 1).passages
    connection.delete(collection, [next(connection.each(collection, ["row"]))["row"]])
