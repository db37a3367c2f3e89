"""Chinese and English say the same things, and nothing Telegram refuses."""

import re
from dataclasses import asdict

import pytest

from bot.simulator.markup.html import parse_html
from bot.texts import LANGUAGES, language_of, texts


def test_both_languages_fill_in_the_same_fields() -> None:
    fields = [
        {key: sorted(re.findall(r"{\w+}", value)) for key, value in asdict(texts(code)).items()}
        for code in LANGUAGES
    ]
    assert fields[0] == fields[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_valid_and_not_empty(language: str) -> None:
    for value in asdict(texts(language)).values():
        assert parse_html(value).text.strip()


@pytest.mark.parametrize(
    ("code", "language"),
    [("zh-hans", "zh"), ("zh-TW", "zh"), ("en", "en"), ("pt-br", "en"), (None, "zh"), ("", "zh")],
)
def test_the_language_follows_the_user(code: str | None, language: str) -> None:
    assert language_of(code, "zh") == language
