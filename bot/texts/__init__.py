"""Everything the bot says, in Chinese and in English."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.settings import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Texts:
    """What the bot says in one language; fields in braces are filled in where they are used."""

    start: str
    help: str
    sources: str
    sources_more: str
    silent: str
    usage: str
    greeting: str
    busy: str
    failed: str
    context: str
    context_close: str
    outdated: str
    page: str
    source_changed: str
    command_ask: str
    command_sources: str
    command_help: str
    description: str


@cache
def texts(language: Language) -> Texts:
    """Read the texts of a language."""
    content = (Path(__file__).parent / f"{language}.toml").read_text("utf-8")
    return Texts(**{key: value.strip() for key, value in tomllib.loads(content).items()})


def language_of(code: str | None, default: Language) -> Language:
    """Choose a language by Telegram's ``language_code`` (``zh-hans``, ``en``, ``pt-br``, none)."""
    if not code:
        return default
    return "zh" if code.lower().startswith(("zh", "yue")) else "en"
