"""What a test sees of the simulator: values made from the answers of ``/sim/``."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Member:
    """A person or bot in a chat."""

    id: int
    name: str
    username: str
    is_bot: bool
    language: str


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat of the simulator; ``commands`` maps a user id to ``(name, description)`` pairs."""

    id: int
    kind: str
    title: str
    members: tuple[Member, ...]
    commands: dict[int, tuple[tuple[str, str], ...]]
    admins: tuple[int, ...] = ()
    topics: tuple["Topic", ...] = ()

    @property
    def people(self) -> tuple[Member, ...]:
        """The members that are not bots."""
        return tuple(member for member in self.members if not member.is_bot)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a forum."""

    id: int
    name: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Entity:
    """Formatting of a part of a text, in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an inline keyboard."""

    text: str
    data: str = ""
    url: str = ""
    copy_text: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as people see it."""

    id: int
    chat_id: int
    sender: Member
    text: str
    entities: tuple[Entity, ...]
    buttons: tuple[tuple[Button, ...], ...]
    reply_to: int | None
    quote: str
    is_edited: bool
    document: str
    file_id: str = ""
    thread: int | None = None
    via_bot: str = ""
    forwarded_from: str = ""
    reached_bot: bool = False
    """Whether the bot was told of it."""
    answers: int | None = None
    """The message that one of the bot's messages answers."""
    extra: tuple[str, ...] = ()
    """What else it carries, such as a photo."""

    def button(self, text: str) -> Button:
        """Return the button with this label.

        Raises:
            LookupError: If there is none; the text names those there are.
        """
        buttons = [button for row in self.buttons for button in row]
        for button in buttons:
            if button.text == text:
                return button
        raise LookupError(f"no button {text!r} among {[button.text for button in buttons]}")

    def covered(self, entity: Entity) -> str:
        """Return the text that an entity covers."""
        units = self.text.encode("utf-16-le")
        return units[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Call:
    """A Bot API call that the bot made."""

    number: int
    method: str
    parameters: dict[str, Any]
    status: int
    description: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the bot did that Telegram refuses or spoils."""

    method: str
    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the simulator has to say about a run."""

    calls: int
    findings: tuple[Finding, ...]
    unanswered_presses: int
    waiting_updates: int
    questions: int
    """Messages that reached the bot and addressed it."""
    unanswered: tuple[str, ...]
    """Texts of questions without an answer so far."""
    doubled: tuple[str, ...]
    """Texts of questions with more than one answer."""
    repeated: tuple[str, ...]
    """Texts of those whose first answer was delivered, then failed; not among ``doubled``."""
    faults_struck: int


@dataclass(frozen=True, slots=True)
class InlineResult:
    """A result of an inline query; ``text`` is the message it becomes."""

    id: str
    title: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """The bot's answer to an inline query."""

    results: tuple[InlineResult, ...]
    next_offset: str
    button: str
    is_personal: bool
    cache_time: float


def chat_from_json(content: dict[str, Any]) -> Chat:
    """Return a chat of ``/sim/chats``."""
    return Chat(
        content["id"],
        content["kind"],
        content["title"],
        tuple(Member(**member) for member in content["members"]),
        {
            int(user): tuple((entry["name"], entry["description"]) for entry in entries)
            for user, entries in content["commands"].items()
        },
        tuple(content["admins"]),
        tuple(Topic(each["id"], each["name"], each["is_closed"]) for each in content["topics"]),
    )


def message_from_json(content: dict[str, Any]) -> Message:
    """Return a message of ``/sim/chats/{id}/messages``."""
    reply = content["reply_to"] or {}
    document = content["document"] or {}
    return Message(
        id=content["id"],
        chat_id=content["chat_id"],
        sender=Member(**content["from"]),
        text=content["text"],
        entities=tuple(_entity(entity) for entity in content["entities"]),
        buttons=tuple(tuple(_button(each) for each in row) for row in content["buttons"]),
        reply_to=reply.get("id"),
        quote=reply["text"] if reply.get("is_quote") else "",
        is_edited=content["edited"],
        document=document.get("name", ""),
        file_id=document.get("file_id", ""),
        thread=content["thread"],
        via_bot=content["via_bot"],
        forwarded_from=content["forwarded_from"],
        reached_bot=content["reached_bot"],
        answers=content["answers"],
        extra=tuple(content["extra"]),
    )


def _entity(content: dict[str, Any]) -> Entity:
    names = ("type", "offset", "length", "url", "language")
    return Entity(**{name: content[name] for name in names if name in content})


def _button(content: dict[str, Any]) -> Button:
    return Button(
        content["text"],
        content.get("callback_data", ""),
        content.get("url", ""),
        content.get("copy_text", {}).get("text", ""),
    )


def call_from_json(content: dict[str, Any]) -> Call:
    """Return a call of ``/sim/calls``."""
    return Call(
        content["number"],
        content["method"],
        content["parameters"],
        content["status"],
        content["description"],
        content["ms"],
    )


def report_from_json(content: dict[str, Any]) -> Report:
    """Return the report of ``/sim/report``."""
    return Report(
        calls=content["calls"],
        findings=tuple(
            Finding(each["method"], each["rule"], each["detail"]) for each in content["findings"]
        ),
        unanswered_presses=len(content["unanswered_presses"]),
        waiting_updates=content["waiting_updates"],
        questions=content["questions"],
        unanswered=tuple(each["text"] for each in content["unanswered"]),
        doubled=tuple(each["text"] for each in content["doubled"]),
        repeated=tuple(each["text"] for each in content["repeated"]),
        faults_struck=content["faults"]["struck"],
    )


def inline_from_json(content: dict[str, Any] | None) -> InlineAnswer | None:
    """Return an answer of ``/sim/inline/{id}``, None while there is none."""
    if content is None:
        return None
    return InlineAnswer(
        tuple(InlineResult(**result) for result in content["results"]),
        content["next_offset"],
        (content["button"] or {}).get("text", ""),
        content["is_personal"],
        content["cache_time"],
    )
