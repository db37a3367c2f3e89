"""The nouns of formatted text."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class EntityType(StrEnum):
    """Kinds of entities, named as in the Bot API."""

    MENTION = "mention"
    HASHTAG = "hashtag"
    CASHTAG = "cashtag"
    BOT_COMMAND = "bot_command"
    URL = "url"
    EMAIL = "email"
    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKETHROUGH = "strikethrough"
    SPOILER = "spoiler"
    BLOCKQUOTE = "blockquote"
    EXPANDABLE_BLOCKQUOTE = "expandable_blockquote"
    CODE = "code"
    PRE = "pre"
    TEXT_LINK = "text_link"
    TEXT_MENTION = "text_mention"
    CUSTOM_EMOJI = "custom_emoji"
    DATE_TIME = "date_time"


SPLITTABLE = (
    EntityType.BOLD,
    EntityType.ITALIC,
    EntityType.UNDERLINE,
    EntityType.STRIKETHROUGH,
    EntityType.SPOILER,
)
QUOTES = frozenset({EntityType.BLOCKQUOTE, EntityType.EXPANDABLE_BLOCKQUOTE})
PREFORMATTED = frozenset({EntityType.CODE, EntityType.PRE, EntityType.DATE_TIME})
AUTOMATIC = frozenset(
    {
        EntityType.MENTION,
        EntityType.HASHTAG,
        EntityType.CASHTAG,
        EntityType.BOT_COMMAND,
        EntityType.URL,
        EntityType.EMAIL,
    }
)
CONTINUOUS = AUTOMATIC | {
    EntityType.TEXT_LINK,
    EntityType.TEXT_MENTION,
    EntityType.CUSTOM_EMOJI,
}

# Among entities of the same place and length, the outer one has the lower number.
_ORDER = {
    EntityType.BLOCKQUOTE: 0,
    EntityType.EXPANDABLE_BLOCKQUOTE: 0,
    EntityType.PRE: 11,
    EntityType.CODE: 20,
    EntityType.TEXT_LINK: 49,
    EntityType.TEXT_MENTION: 49,
    EntityType.DATE_TIME: 48,
    EntityType.BOLD: 90,
    EntityType.ITALIC: 91,
    EntityType.UNDERLINE: 92,
    EntityType.STRIKETHROUGH: 93,
    EntityType.SPOILER: 94,
    EntityType.CUSTOM_EMOJI: 99,
}
_ORDER_OF_AUTOMATIC = 50


@dataclass(frozen=True, slots=True)
class Mark:
    """An entity while it is being worked on: ``[start, end)`` in code points."""

    type: EntityType
    start: int
    end: int
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as Telegram stores it: offset and length in UTF-16 units.

    ``argument`` is the URL of a link, the language of a ``pre``, the id of a mentioned user
    or of a custom emoji.
    """

    type: EntityType
    offset: int
    length: int
    argument: str = ""


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text and its entities."""

    text: str
    entities: tuple[Entity, ...] = ()


NO_TEXT = FormattedText("")


def sort_marks(marks: Iterable[Mark]) -> list[Mark]:
    """Return marks in document order, outer before inner."""
    return sorted(marks, key=lambda mark: (mark.start, -mark.end, _order(mark)))


def _order(mark: Mark) -> int:
    is_program = mark.type is EntityType.PRE and bool(mark.argument)
    return _ORDER.get(mark.type, _ORDER_OF_AUTOMATIC) - is_program


def utf16_length(text: str) -> int:
    """Return how many UTF-16 units a text takes."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def to_entities(text: str, marks: Iterable[Mark]) -> tuple[Entity, ...]:
    """Convert marks in code points to entities in UTF-16 units."""
    return tuple(
        Entity(
            mark.type,
            utf16_length(text[: mark.start]),
            utf16_length(text[mark.start : mark.end]),
            mark.argument,
        )
        for mark in marks
    )


def to_marks(text: str, entities: Iterable[Entity]) -> list[Mark]:
    """Convert entities in UTF-16 units to marks in code points.

    Raises:
        ValueError: If an entity leaves the text or cuts a character in two.
    """
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if character > "\uffff" else 1))
    places = {unit: index for index, unit in enumerate(units)}
    marks = []
    for entity in entities:
        start, end = places.get(entity.offset), places.get(entity.offset + entity.length)
        if start is None or end is None:
            raise ValueError(_misplaced(entity, units[-1]))
        marks.append(Mark(entity.type, start, end, entity.argument))
    return marks


def _misplaced(entity: Entity, size: int) -> str:
    end = entity.offset + entity.length
    if entity.offset > size:
        return f"entity begins after the end of the text at UTF-16 offset {entity.offset}"
    if end > size:
        return (
            f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the text "
            f"at UTF-16 offset {end}"
        )
    return f"entity at UTF-16 offset {entity.offset} begins or ends in a middle of a UTF-16 symbol"
