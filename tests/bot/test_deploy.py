"""What is shipped to run the bot by names what the bot knows."""

import configparser
import re

from bot.errors import ConflictError, TokenError
from bot.settings import BotSettings
from retrieval.settings import Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "config/deploy"
SERVICE = (DEPLOY / "chuchu.service").read_text("utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")


def test_the_settings_that_are_set_exist() -> None:
    named = set(re.findall(r"CHUCHU_([A-Z]+)__([A-Z_]+)=", SERVICE + DOCKERFILE))
    assert named
    for table, name in named:
        model = BotSettings if table == "BOT" else type(getattr(Settings(), table.lower()))
        assert name.lower() in model.model_fields


def test_the_service_stops_trying_where_trying_does_not_help() -> None:
    line = f"RestartPreventExitStatus={ConflictError.status} {TokenError.status}"
    assert line in SERVICE.splitlines()


def test_the_service_is_well_formed_and_shut_in() -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(SERVICE)
    service = parser["Service"]
    assert service["DynamicUser"] == service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert int(service["TimeoutStopSec"]) > 15


def test_the_container_runs_as_nobody_special_and_asks_the_port_that_is_served() -> None:
    assert "\nUSER chuchu\n" in DOCKERFILE
    assert f":{BotSettings().status_port}/health" in DOCKERFILE
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert all((ROOT / path).exists() for line in copied for path in line.split())
