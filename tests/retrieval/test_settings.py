"""Settings: the file, the environment, and clear words about what is wrong."""

from pathlib import Path

import pytest

from retrieval.errors import SettingsError
from retrieval.settings import Settings, load_settings
from tests.conftest import ROOT


def test_the_shipped_file_holds_the_defaults() -> None:
    assert load_settings(ROOT / "config/chuchu.toml") == Settings()


def test_the_shipped_file_names_every_setting() -> None:
    import tomllib

    from bot.settings import BotSettings

    text = (ROOT / "config/chuchu.toml").read_text("utf-8")
    # What is not set by default stands as a comment, for TOML has no word for nothing.
    tables = tomllib.loads(text.replace("\n# threshold =", "\nthreshold ="))
    known = Settings().model_dump() | {"bot": BotSettings().model_dump()}
    assert {t: set(keys) for t, keys in tables.items()} == {t: set(k) for t, k in known.items()}


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[corpus]\nfolder = "a"\n[answer]\nexcerpts = 2\n')
    monkeypatch.setenv("CHUCHU_CORPUS__FOLDER", "b")
    settings = load_settings(file)
    assert settings.corpus.folder == Path("b")
    assert settings.answer.excerpts == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[corpus\n", "not valid TOML"),
        ("[search]\ncandidats = 3\n", "[search] candidats: unknown setting; did you mean 'candid"),
        ("[serach]\n", "[serach]: unknown table; did you mean 'search'?"),
        ("[answer]\nthreshold = 7\n", "[answer] threshold: Input should be less than or equal"),
        ("corpus = 3\n", "[corpus]: Input should be"),
    ],
)
def test_bad_settings_are_named_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(content)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such settings file"):
        load_settings(tmp_path / "none.toml")


def test_a_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "chuchu.toml"
    file.write_text('[index]\nuri = "http://root:hunter2@milvus:19530"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"\[index\] uri: .*//…@milvus:19530") as raised:
        load_settings(file)
    assert "hunter2" not in str(raised.value)
