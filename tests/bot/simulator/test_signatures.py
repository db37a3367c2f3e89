"""The parameters derived from python-telegram-bot are those of the Bot API."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.errors import ApiError
from bot.simulator.server.conversion import check_parameters
from bot.simulator.server.methods import find_method, method_names
from bot.simulator.server.signatures import method_parameters

SPECIFICATION = Path(__file__).parents[4] / "shared/telegram/api.json"
# Newer than the library.
NOT_YET = {"rich_message"}


@pytest.fixture(scope="module")
def methods() -> dict[str, Any]:
    """The methods of the Bot API's specification."""
    if not SPECIFICATION.exists():
        pytest.skip(f"needs {SPECIFICATION}")
    content: dict[str, Any] = json.loads(SPECIFICATION.read_text(encoding="utf-8"))["methods"]
    return content


@pytest.mark.parametrize("name", method_names())
def test_parameters_are_those_of_the_specification(methods: dict[str, Any], name: str) -> None:
    documented = {field["name"]: field["required"] for field in methods[name].get("fields", [])}
    derived = {p.name: p.is_required for p in method_parameters(name).values()}
    assert derived.keys() == documented.keys() - NOT_YET
    optional = {name for name, is_required in documented.items() if not is_required}
    assert not {name for name, is_required in derived.items() if is_required} & (
        optional - {"text"}
    )


def test_method_names_may_be_written_in_any_case() -> None:
    found = find_method("SENDmessage")
    assert found is not None
    assert found[0] == "sendMessage"


@pytest.mark.parametrize(
    ("method", "raw", "complaint"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "1"}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": "x", "txt": 1}, 'unknown parameter "txt"'),
        ("sendMessage", {"chat_id": 1, "text": []}, "text: expected a string"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "disable_notification": "maybe"},
            "disable_notification: expected true or false",
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_parameters": "{}"},
            'reply_parameters: field "message_id" is missing',
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_parameters": {"message_id": 1, "qoute": "x"}},
            'reply_parameters: unknown field "qoute"',
        ),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"txt": "x"}]]}},
            'reply_markup.inline_keyboard[0][0]: unknown field "txt"',
        ),
        ("sendMessage", {"chat_id": 1, "text": "x", "entities": "nonsense"}, "expected JSON"),
        ("getUpdates", {"timeout": "soon"}, "timeout: expected an integer"),
        ("setMyCommands", {"commands": [{"command": "x"}]}, 'field "description" is missing'),
    ],
)
def test_wrong_parameters_are_refused(method: str, raw: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_parameters(method, raw)
    assert caught.value.code == 400
    assert complaint in caught.value.description


def test_values_come_as_strings_from_forms_and_as_they_are_from_json() -> None:
    as_form = {"chat_id": "5", "text": "7", "protect_content": "true", "entities": "[]"}
    as_json = {"chat_id": 5, "text": 7, "protect_content": True, "entities": []}
    expected = {"chat_id": 5, "text": "7", "protect_content": True, "entities": []}
    assert check_parameters("sendMessage", as_form) == expected
    assert check_parameters("sendMessage", as_json) == expected


@pytest.mark.parametrize(
    "scope",
    [
        {"type": "default"},
        {"type": "chat", "chat_id": 5},
        {"type": "chat_member", "chat_id": 5, "user_id": 6},
    ],
)
def test_objects_of_several_shapes_are_told_apart(scope: dict[str, Any]) -> None:
    raw = {"commands": [], "scope": json.dumps(scope)}
    assert check_parameters("setMyCommands", raw)["scope"] == scope
