"""The table ``[bot]`` of ``config/chuchu.toml``, and the token, from the environment alone."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import BotError
from bot.types import Language
from retrieval.errors import SettingsError
from retrieval.settings import DEFAULT_FILE, explain, read_tables

TOKEN_VARIABLE = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - the variable's name, not a token
TOKEN_PATTERN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")


class BotSettings(BaseModel):
    """How the bot serves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    api_base: Annotated[str, Field(pattern=r"^https?://[^/\s]+(?:/[^\s]*[^/\s])?$")] = (
        "https://api.telegram.org"
    )
    """Without a slash at its end."""
    language: Language = "zh"
    """Where Telegram does not tell the user's."""
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    """Questions searched at the same time."""
    queue: Annotated[int, Field(ge=1, le=1000)] = 5
    """Questions that may wait in one chat."""
    timeout: Annotated[float, Field(gt=0, le=600)] = 20
    """Seconds until a question is given up."""
    stale: Annotated[int, Field(ge=10, le=86400)] = 120
    """Seconds after which a question is no longer answered."""
    per_user: Annotated[int, Field(ge=1, le=1000)] = 10
    """Questions of one person a minute; half of them at once."""
    per_chat: Annotated[int, Field(ge=1, le=10000)] = 30
    """Questions of one chat a minute; half of them at once."""
    folder: Path = Path(".chuchu/bot")
    """Where the journal and the feedback are kept; of several bots, each has its own."""
    database: str = ""
    """Address of a PostgreSQL database that several bots share; empty for a file in the folder."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Days that questions are remembered."""
    owners: tuple[int, ...] = ()
    """Telegram ids of those who may do everything."""
    private: Literal["open", "listed", "pairing"] = "open"
    """Who may ask in private: everyone, those who are allowed, those whom an owner lets in."""
    allowed: tuple[int, ...] = ()
    """Telegram ids of those who may ask in private where it is not open."""
    groups: Literal["open", "approval"] = "open"
    """In which groups questions are answered: all, or those that an owner approved."""
    leave_after_days: Annotated[int, Field(ge=0, le=365)] = 0
    """Days after which a group that lets nothing be written is left; 0 never leaves."""
    upload_megabytes: Annotated[int, Field(ge=0, le=20)] = 20
    """Largest document that an owner may send; 0 takes none."""
    inline_seconds: Annotated[int, Field(ge=0, le=300)] = 5
    """How long Telegram may keep an inline answer."""
    status_port: Annotated[int, Field(ge=0, le=65535)] = 9464
    """Port of /health and /metrics on 127.0.0.1; 0 serves none."""
    log: Literal["text", "json"] = "text"
    answer_log: bool = False
    """Whether each answer is written to ``answers.jsonl``, for ``chuchu replay``."""
    webhook: Annotated[str, Field(pattern=r"^(?:https?://\S+)?$")] = ""
    """Address that Telegram is to call; empty asks Telegram instead (polling)."""
    webhook_port: Annotated[int, Field(ge=0, le=65535)] = 8443
    """Port that the proxy before the webhook hands on to."""
    webhook_host: str = "127.0.0.1"
    """Address of this machine that it reaches; ``0.0.0.0`` is every one."""
    sample: Annotated[str, Field(min_length=1, max_length=200)] = "四大工程是哪四个？"
    """Asked at start when the bot runs against the Telegram on this machine."""

    @model_validator(mode="after")
    def _someone_can_approve(self) -> Self:
        if not self.owners and (self.private == "pairing" or self.groups == "approval"):
            raise ValueError("pairing and approval need someone in owners")
        return self

    @model_validator(mode="after")
    def _database_is_an_address(self) -> Self:
        if not re.fullmatch(r"(?:postgres(?:ql)?://\S+)?", self.database):
            raise ValueError('database is neither "" nor like postgresql://user@host/name')
        parts = urlsplit(self.database)
        if parts.password or "password" in parse_qs(parts.query):
            raise ValueError(
                "database holds a password: take it out, and set PGPASSWORD or write ~/.pgpass"
            )
        return self


class _File(BaseSettings):
    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_prefix="CHUCHU_", env_nested_delimiter="__"
    )
    bot: BotSettings = BotSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over what the settings file says (``init_settings``)."""
        return env_settings, init_settings


def load_bot_settings(file: Path | None = None) -> BotSettings:
    """Read the table ``[bot]`` and the environment.

    Raises:
        SettingsError: The file is missing or no TOML, a setting is unknown or out of its range.
    """
    try:
        return _File(bot=read_tables(file).get("bot", {})).bot
    except ValidationError as error:
        raise SettingsError(explain(error, file or DEFAULT_FILE, {"bot": BotSettings})) from None


def read_token() -> str | None:
    """Read the bot's token from the environment; ``None`` where there is none.

    Raises:
        BotError: What stands there is not a token.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        return None
    if not TOKEN_PATTERN.fullmatch(token):
        raise BotError(
            f"{TOKEN_VARIABLE} does not hold a bot token (123456789:AAE… with 35 characters after "
            "the colon); get one from @BotFather, or unset it to try the bot on this machine"
        )
    return token
