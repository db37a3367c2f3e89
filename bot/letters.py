"""A message on its way, and what becomes of it where Telegram does not take it as it is."""

from dataclasses import dataclass, replace
from pathlib import Path

from bot.remedies import Kind, Remedy
from bot.render import Rendered, plain, quote


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent."""

    chat_id: int
    rendered: Rendered
    thread_id: int | None = None
    reply_to: int | None = None
    addressee: str = ""
    """Named in the message where what it replies to is gone."""
    file: Path | None = None
    """Sent as a document, the text as its caption."""


def changed(letter: Letter, remedy: Remedy) -> Letter | None:
    """The letter as Telegram may take it; ``None`` where there is no such form."""
    rendered = letter.rendered
    match remedy.kind:
        case Kind.MIGRATED:
            # Messages have other numbers there.
            return replace(_without_reply(letter), chat_id=remedy.chat_id)
        case Kind.PLAIN:
            return replace(
                letter, rendered=replace(rendered, text=plain(rendered.text), parse_mode=None)
            )
        case Kind.NO_BUTTONS:
            return replace(letter, rendered=replace(rendered, keyboard=None))
        case Kind.NO_REPLY:
            return _without_reply(letter)
    return None


def _without_reply(letter: Letter) -> Letter:
    """The letter by itself, its addressee named in it."""
    if not letter.reply_to or not letter.addressee:
        return replace(letter, reply_to=None)
    rendered = letter.rendered
    name = quote(letter.addressee) if rendered.parse_mode else letter.addressee
    text = f"{name}:\n{rendered.text}"
    return replace(letter, reply_to=None, rendered=replace(rendered, text=text))
