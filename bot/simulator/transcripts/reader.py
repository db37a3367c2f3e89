"""A transcript's text -> who says what, how, and whether the bot should reply."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_LINE = re.compile(r"(?P<who>[^:(]+?)\s*(?:\((?P<how>[^)]*)\))?\s*[:：]\s?(?P<text>.*)")
_EXPECTED = re.compile(r"\s*=>\s*(?P<word>reply|silence)(?:\s+to\s+(?P<place>\S+))?\s*$")
_BOT = re.compile(r"(?P<name>\S+)\s+@(?P<username>\w+)")
_NUMBERED = ("reply", "reply bot", "edit", "delete", "forward")
_FLAGS = frozenset({"anonymous", "channel", "post", "photo", "document", "dice", "inline"})
_SCENES = frozenset({"forum", "private", "admin", "privacy off", "hears bots"})


class TranscriptError(ValueError):
    """A transcript cannot be read; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a transcript, or the edit of one."""

    number: int
    who: str
    text: str
    targets: Mapping[str, int] = field(default_factory=dict)
    """By ``reply``, ``reply bot``, ``edit``, ``delete`` or ``forward``: the number of a line."""
    flags: frozenset[str] = frozenset()
    topic: str = ""
    is_reply_expected: bool | None = None
    """None where the transcript does not say."""
    reply_stands_at: int | None = None
    """The number of the line that the reply stands under, where it is not this one."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation and its scene."""

    name: str
    scenes: frozenset[str]
    bots: Mapping[str, str]
    """Usernames of other bots by name."""
    lines: Sequence[Line]


def read_transcript(name: str, text: str) -> Transcript:
    """Read a transcript.

    Raises:
        TranscriptError: A line is not understood.
    """
    scenes: set[str] = set()
    bots: dict[str, str] = {}
    lines: list[Line] = []
    for row, raw in enumerate(text.splitlines(), start=1):
        content = raw.strip()
        if not content or content.startswith("#"):
            continue
        try:
            if content.startswith("!"):
                _read_scene(content[1:].strip(), scenes, bots)
            else:
                lines.append(_read_line(content, lines))
        except ValueError as error:
            raise TranscriptError(f"{name}, line {row}: {error}") from None
    if not lines:
        raise TranscriptError(f"{name}: no message in it; a line looks like  Name: text => reply")
    return Transcript(name, frozenset(scenes), bots, lines)


def _read_scene(content: str, scenes: set[str], bots: dict[str, str]) -> None:
    if content in _SCENES:
        scenes.add(content)
        return
    match = _BOT.fullmatch(content.removeprefix("bot "))
    if match is None or not content.startswith("bot "):
        known = ", ".join(sorted(_SCENES))
        raise ValueError(f"unknown scene {content!r}; known are {known}, bot NAME @username")
    bots[match["name"]] = match["username"]


def _read_line(content: str, before: Sequence[Line]) -> Line:
    expected = _EXPECTED.search(content)
    spoken = content[: expected.start()] if expected is not None else content
    match = _LINE.fullmatch(spoken)
    if match is None:
        raise ValueError("a message looks like  Name: text => reply  (or => silence)")
    targets: dict[str, int] = {}
    flags: set[str] = set()
    topic = ""
    for part in filter(None, (part.strip() for part in (match["how"] or "").split(","))):
        word, _, number = part.rpartition(" ")
        if part in _FLAGS:
            flags.add(part)
        elif word in _NUMBERED:
            targets[word] = _number(number, before)
        elif part.startswith("topic "):
            topic = part.removeprefix("topic ").strip()
        else:
            raise ValueError(f"unknown mark ({part})")
    return Line(
        len(before) + 1,
        match["who"].strip(),
        match["text"].strip().replace("\\n", "\n"),
        targets,
        frozenset(flags),
        topic,
        None if expected is None else expected["word"] == "reply",
        _number(expected["place"], before) if expected and expected["place"] else None,
    )


def _number(text: str, before: Sequence[Line]) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= len(before):
        raise ValueError(f"{text!r} is not the number of a message before this one")
    return int(text)
