"""Methods that answer inline and guest queries."""

import re
from collections.abc import Mapping
from typing import Any

from telegram.constants import (
    InlineQueryLimit,
    InlineQueryResultLimit,
    InlineQueryResultsButtonLimit,
    MessageLimit,
)

from bot.simulator.errors import bad_request
from bot.simulator.markup.entities import NO_TEXT
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.methods.keyboards import read_keyboard
from bot.simulator.server.methods.sending import body_from
from bot.simulator.world.inline import InlineAnswer, InlineResult
from bot.simulator.world.types import Document, Outgoing
from bot.simulator.world.world import World

_PARAMETER = re.compile(r"[A-Za-z0-9_-]+")
_DEFAULT_CACHE_SECONDS = 300
_LONGEST_TITLE = 256


def answer_inline_query(world: World, arguments: Arguments) -> bool:
    """Answer answerInlineQuery."""
    items = arguments.items("results")
    if len(items) > InlineQueryLimit.RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    results = [_result(world, arguments.method, fields) for fields in items]
    if len({result.id for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    next_offset = arguments.text("next_offset")
    if len(next_offset.encode()) > InlineQueryLimit.MAX_OFFSET_LENGTH:
        raise bad_request("NEXT_OFFSET_INVALID")
    answer = InlineAnswer(
        results,
        next_offset,
        _button(arguments.fields("button")),
        arguments.number("cache_time", _DEFAULT_CACHE_SECONDS),
        arguments.flag("is_personal"),
    )
    world.inline.answer(arguments.text("inline_query_id"), answer)
    return True


def answer_guest_query(world: World, arguments: Arguments) -> dict[str, str]:
    """Answer answerGuestQuery."""
    result = _result(world, arguments.method, arguments.fields("result") or {})
    inline_id = world.inline.answer_guest(arguments.text("guest_query_id"), result.content)
    return {"inline_message_id": inline_id}


def _result(world: World, method: str, fields: Mapping[str, Any]) -> InlineResult:
    number = str(fields["id"])
    limits = InlineQueryResultLimit
    if not limits.MIN_ID_LENGTH <= len(number.encode()) <= limits.MAX_ID_LENGTH:
        raise bad_request("RESULT_ID_INVALID")
    if fields.get("type") == "article" and not str(fields.get("title", "")).strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    if len(str(fields.get("title", ""))) > _LONGEST_TITLE:
        world.find(method, "long title", f"{len(str(fields['title']))} characters are cut")
    return InlineResult(number, fields, _content(world, method, fields))


def _content(world: World, method: str, fields: Mapping[str, Any]) -> Outgoing:
    keyboard = read_keyboard(fields.get("reply_markup"), is_private=False)
    told = fields.get("input_message_content")
    if told is None:
        document = _document(world, fields)
        body = NO_TEXT
        if fields.get("caption"):
            body = body_from(world, method, fields, "caption", MessageLimit.CAPTION_LENGTH)
        return Outgoing(body, keyboard=keyboard, document=document)
    if "message_text" not in told:
        raise bad_request("the simulator knows no inline result without a text or a document")
    body = body_from(world, method, told, "message_text", MessageLimit.MAX_TEXT_LENGTH)
    preview = told.get("link_preview_options")
    return Outgoing(body, keyboard=keyboard, link_preview=preview)


def _document(world: World, fields: Mapping[str, Any]) -> Document:
    stored = world.state.files.get(str(fields.get("document_file_id", "")))
    if stored is None:
        raise bad_request("MESSAGE_EMPTY")
    return stored.document


def _button(fields: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if fields is None:
        return None
    parameter = fields.get("start_parameter")
    if parameter is None and "web_app" not in fields:
        raise bad_request("BUTTON_TYPE_INVALID")
    limits = InlineQueryResultsButtonLimit
    if parameter is not None and not (
        limits.MIN_START_PARAMETER_LENGTH <= len(parameter) <= limits.MAX_START_PARAMETER_LENGTH
        and _PARAMETER.fullmatch(parameter)
    ):
        raise bad_request("START_PARAM_INVALID")
    return fields
