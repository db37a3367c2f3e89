"""Checks inline keyboards; the other kinds of keyboards are accepted and not shown."""

from collections.abc import Callable, Mapping
from typing import Any

from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit

from bot.simulator.errors import bad_request
from bot.simulator.markup.links import check_link
from bot.simulator.server.arguments import Arguments
from bot.simulator.world.types import Button, Chat, ChatKind, Keyboard

_ACTIONS = (
    "callback_data",
    "url",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
_LONGEST_COPY = 256


def keyboard_of(arguments: Arguments, chat: Chat) -> Keyboard:
    """Return the inline keyboard of a call, empty if there is none.

    Raises:
        ApiError: If Telegram would refuse it.
    """
    markup = arguments.fields("reply_markup")
    return read_keyboard(markup, is_private=chat.kind is ChatKind.PRIVATE)


def read_keyboard(markup: Mapping[str, Any] | None, *, is_private: bool) -> Keyboard:
    """Return the inline keyboard of a ``reply_markup``, empty if there is none.

    Raises:
        ApiError: If Telegram would refuse it.
    """
    if markup is None or "inline_keyboard" not in markup:
        return ()
    rows = tuple(
        tuple(_button(fields, is_private=is_private) for fields in row)
        for row in markup["inline_keyboard"]
        if row
    )
    if sum(len(row) for row in rows) > InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER:
        raise bad_request("reply markup is too long")
    if any(len(row) > InlineKeyboardMarkupLimit.BUTTONS_PER_ROW for row in rows):
        raise bad_request("too many buttons in a row of the inline keyboard")
    return rows


def _button(fields: Mapping[str, Any], *, is_private: bool) -> Button:
    if not str(fields["text"]).strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if name in fields]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request(f"inline keyboard button has several actions: {', '.join(actions)}")
    check = _CHECKS.get(actions[0])
    if check is not None:
        check(fields[actions[0]], is_private)
    return Button(str(fields["text"]), dict(fields))


def _check_data(data: str, _: object) -> None:
    size = len(data.encode())
    if not (
        InlineKeyboardButtonLimit.MIN_CALLBACK_DATA
        <= size
        <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    ):
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: str, _: object) -> None:
    if check_link(url) is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_copy_text(copy: Mapping[str, str], _: object) -> None:
    if not 1 <= len(copy["text"]) <= _LONGEST_COPY:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_private(_: object, is_private: object) -> None:
    if not is_private:
        raise bad_request("BUTTON_TYPE_INVALID")


_CHECKS: dict[str, Callable[[Any, object], None]] = {
    "callback_data": _check_data,
    "url": _check_url,
    "copy_text": _check_copy_text,
    "web_app": _check_private,
}
