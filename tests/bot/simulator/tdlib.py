"""TDLib, the code that Telegram itself parses with, as an oracle; it works offline."""

import json
from typing import Any

import tdjson

from bot.simulator.markup.entities import Entity

Found = tuple[str, int, int, str]
"""Kind as in the Bot API, offset, length, argument."""

_KINDS = {
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
    "BotCommand": "bot_command",
    "Url": "url",
    "EmailAddress": "email",
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
}
_NAMES = {kind: name for name, kind in _KINDS.items() if name != "PreCode"}
# Bots are not told of these.
_UNSEEN = {"BankCardNumber", "MediaTimestamp"}
_DATES = {"None": "", "Short": "d", "Long": "D"}
_TIMES = {"None": "", "Short": "t", "Long": "T"}


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    answer = tdjson.td_execute(json.dumps(request).encode())
    assert answer is not None
    decoded: dict[str, Any] = json.loads(answer)
    return decoded


_execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def parse_html(source: str) -> str | tuple[str, list[Found]]:
    """Text and entities of a text in HTML mode, or the complaint."""
    mode = {"@type": "textParseModeHTML"}
    answer = _execute({"@type": "parseTextEntities", "text": source, "parse_mode": mode})
    if answer["@type"] == "error":
        return str(answer["message"]).removeprefix("Can't parse entities: ")
    return answer["text"], _found(answer)


def find_entities(text: str) -> list[Found]:
    """What becomes clickable by itself."""
    return _found(_execute({"@type": "getTextEntities", "text": text}))


def fix(text: str, entities: list[Entity]) -> tuple[str, list[Found]]:
    """Text and entities after cleaning and untangling; the text must hold no Markdown."""
    formatted = {
        "@type": "formattedText",
        "text": text,
        "entities": [_written(entity) for entity in entities],
    }
    answer = _execute({"@type": "parseMarkdown", "text": formatted})
    assert answer["@type"] == "formattedText", answer
    return answer["text"], _found(answer)


def _found(answer: dict[str, Any]) -> list[Found]:
    named = (
        (each, each["type"]["@type"].removeprefix("textEntityType")) for each in answer["entities"]
    )
    return [
        (_KINDS[name], each["offset"], each["length"], _argument(each["type"]))
        for each, name in named
        if name not in _UNSEEN
    ]


def _argument(kind: dict[str, Any]) -> str:
    if "unix_time" in kind:
        return f"{kind['unix_time']}:{_format(kind.get('formatting_type'))}"
    names = ("url", "language", "user_id", "custom_emoji_id")
    return str(next((kind[name] for name in names if kind.get(name)), ""))


def _format(form: dict[str, Any] | None) -> str:
    if form is None:
        return ""
    if form["@type"].endswith("Relative"):
        return "r"
    prefix = "dateTimePartPrecision"
    date = _DATES[form["date_precision"]["@type"].removeprefix(prefix)]
    time = _TIMES[form["time_precision"]["@type"].removeprefix(prefix)]
    return ("w" if form["show_day_of_week"] else "") + date + time


def _written(entity: Entity) -> dict[str, Any]:
    name = _NAMES[entity.type.value]
    if name == "Pre" and entity.argument:
        name = "PreCode"
    fields = {
        "PreCode": {"language": entity.argument},
        "TextUrl": {"url": entity.argument},
        "MentionName": {"user_id": entity.argument},
        "CustomEmoji": {"custom_emoji_id": entity.argument},
        "DateTime": {"unix_time": entity.argument.partition(":")[0]},
    }
    kind = {"@type": f"textEntityType{name}", **fields.get(name, {})}
    return {"@type": "textEntity", "offset": entity.offset, "length": entity.length, "type": kind}
