"""Everything the bot says, in Chinese and in English."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.types import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Texts:
    """What the bot says in one language; fields in braces are filled in where they are used."""

    start: str
    help: str
    sources: str
    sources_more: str
    silent: str
    nearest: str
    weaker: str
    lexical: str
    usage: str
    greeting: str
    busy: str
    away: str
    away_for_now: str
    slow_down: str
    missed: str
    failed: str
    outdated: str
    no_more: str
    page: str
    source_changed: str
    also: str
    file_too_large: str
    button_before: str
    button_after: str
    button_fold: str
    button_file: str
    button_copy: str
    button_more: str
    button_back: str
    button_open: str
    button_allow: str
    button_refuse: str
    button_remove: str
    thanks_helpful: str
    thanks_bad: str
    bad_usage: str
    bad_not_yours: str
    bad_done: str
    not_allowed: str
    pairing: str
    pair_usage: str
    pair_wrong: str
    paired: str
    welcome: str
    wants_in: str
    group_wants_in: str
    group_waiting: str
    decided_yes: str
    decided_no: str
    mute_hint: str
    admins_only: str
    settings: str
    setting_saved: str
    strict: str
    normal: str
    loose: str
    automatic: str
    collection_default: str
    lang_prompt: str
    stats: str
    stats_unanswered: str
    upload_working: str
    upload_done: str
    upload_too_large: str
    upload_empty: str
    upload_no_text: str
    upload_unknown: str
    upload_failed: str
    upload_removed: str
    upload_gone: str
    inline_empty: str
    inline_help: str
    inline_silent: str
    inline_private: str
    inline_button: str
    command_ask: str
    command_sources: str
    command_help: str
    command_lang: str
    command_bad: str
    command_settings: str
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
