"""The bot's table and token."""

from pathlib import Path

import pytest

from bot.errors import BotError
from bot.settings import BotSettings, load_bot_settings, read_token
from retrieval.errors import SettingsError
from tests.conftest import ROOT

TOKEN = "123456789:" + "A" * 35


def test_the_shipped_file_holds_the_defaults() -> None:
    assert load_bot_settings(ROOT / "config/chuchu.toml") == BotSettings()


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUCHU_BOT__LANGUAGE", "en")
    assert load_bot_settings(ROOT / "config/chuchu.toml").language == "en"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("workers = 0", r"\[bot\] workers: Input should be greater than or equal to 1 \(it is 0\)"),
        ('groups = "approval"', r"\[bot\]: .*need someone in owners"),
        ('database = "mysql://a@b/c"', r"\[bot\]: .*neither \"\" nor like postgresql://user@host"),
        ("wrokers = 1", r"\[bot\] wrokers: unknown setting; did you mean 'workers'\?"),
    ],
)
def test_bad_settings_are_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(f"[bot]\n{line}\n")
    with pytest.raises(SettingsError, match=message):
        load_bot_settings(file)


def test_no_token_is_none_and_a_token_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_token() is None
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", f" {TOKEN}\n")
    assert read_token() == TOKEN


@pytest.mark.parametrize("value", ["abcdefgh", "987654321", "123456789:short", f"x{TOKEN}"])
def test_a_wrong_token_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", value)
    with pytest.raises(BotError, match="does not hold a bot token") as caught:
        read_token()
    assert value not in str(caught.value)


@pytest.mark.parametrize("address", ["postgresql://a:hush-1@b/c", "postgres://b/c?password=hush-1"])
def test_a_password_in_the_settings_is_refused_without_being_shown(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "c.toml"
    file.write_text(f'[bot]\ndatabase = "{address}"\n')
    with pytest.raises(SettingsError, match=r"set PGPASSWORD or write ~/\.pgpass") as caught:
        load_bot_settings(file)
    assert "hush" not in str(caught.value)
    monkeypatch.setenv("CHUCHU_BOT__DATABASE", address)
    with pytest.raises(SettingsError, match="holds a password") as caught:
        load_bot_settings(ROOT / "config/chuchu.toml")
    assert "hush" not in str(caught.value)
