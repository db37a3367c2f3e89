"""Group etiquette: every transcript holds, and none of the rules can be broken unnoticed."""

import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType

import pytest
from telegram import Message, User

from bot import addressing, reading
from bot.simulator.client import SimulatorClient
from bot.simulator.process import RunningSimulator
from bot.simulator.transcripts.reader import Transcript, TranscriptError, read_transcript
from bot.simulator.transcripts.replay import Outcome, Replay
from bot.types import Request
from retrieval.answer import Answerer
from tests.simulation.conftest import serving
from tests.simulation.mutants import mutants_of

FILES = sorted(Path(__file__).with_name("transcripts").glob("*.txt"))
NO_LIMITS = {"per_user": 1000, "per_chat": 10_000, "queue": 100}


# What decides nothing: short cuts, guards against what groups never hold (a message without an
# author, an own message), blanks at the ends, and what a question follows up on.
HARMLESS = {
    "not (private or pointing or _replies_to_us(message, me)) or _is_foreign(message, me)"
    " -> _is_foreign(message, me)",
    "mentions and (not question) and (not private) -> not question and (not private)",
    "author is not None and author.id == me.id -> author.id == me.id",
    "author is not None -> not author is not None",
    "author is not None and author.is_bot and (message.sender_chat is None)"
    " -> author.is_bot and message.sender_chat is None",
    "part.entity.type == MessageEntityType.TEXT_MENTION and part.entity.user == me"
    " -> part.entity.user == me",
    "replied is not None and replied.from_user is not None and (replied.from_user.id == me.id)"
    " -> replied is not None and replied.from_user.id == me.id",
    "(replied.text or replied.caption or '').strip() -> replied.text or replied.caption or ''",
    "replied is not None and _replies_to_us(message, me)"
    " -> not (replied is not None and _replies_to_us(message, me))",
    "replied is not None and _replies_to_us(message, me) -> _replies_to_us(message, me)",
    "replied is not None and _replies_to_us(message, me) -> replied is not None",
    "replied is not None -> not replied is not None",
    "text[command.end:].strip() -> text[command.end:]",
    "replied.from_user is not None and replied.from_user.id == me.id"
    " -> replied.from_user.id == me.id",
    "text[:part.start].strip() -> text[:part.start]",
    "me.username or '' -> me.username",
}


def read(file: Path) -> Transcript:
    return read_transcript(file.stem, file.read_text("utf-8"))


@pytest.fixture
async def replay(
    simulator: RunningSimulator, answerer: Answerer, tmp_path: Path
) -> AsyncIterator[Replay]:
    """Transcripts in front of the whole bot."""
    async with (
        serving(simulator, answerer, tmp_path, **NO_LIMITS),
        SimulatorClient(simulator.api) as client,
    ):
        yield Replay(client)


async def test_every_transcript_holds_and_no_rule_can_be_broken_unnoticed(
    replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(FILES) >= 20
    heard: list[tuple[Message, User]] = []

    def listening(message: Message, me: User) -> Request | None:
        heard.append((message, me))
        return addressing.read_request(message, me)

    monkeypatch.setattr(reading, "read_request", listening)
    expected: dict[tuple[int, int], set[bool]] = {}
    for file in FILES:
        for outcome in await replay.run(read(file)):
            assert outcome.holds, (file.name, outcome)
            expected.setdefault(outcome.place, set()).add(bool(outcome.line.is_reply_expected))
    unnoticed = [
        f"line {mutant.line}: {mutant.what}"
        for mutant in mutants_of(addressing, inspect.getsource(addressing))
        if mutant.what not in HARMLESS and not _is_noticed(mutant.module, heard, expected)
    ]
    assert unnoticed == []


def _is_noticed(
    module: ModuleType,
    heard: list[tuple[Message, User]],
    expected: dict[tuple[int, int], set[bool]],
) -> bool:
    """Whether a broken rule decides otherwise about a message than its transcript says."""
    for message, me in heard:
        says = expected.get((message.chat_id, message.message_id))
        if says is None or len(says) > 1:
            continue
        right = addressing.read_request(message, me)
        try:
            wrong = module.read_request(message, me)
        except Exception:
            return True
        if wrong is None and says == {False}:
            # Silence is what the transcript says; the rule may call it small talk.
            continue
        if (wrong is None, _is_quoted(wrong)) != (right is None, _is_quoted(right)):
            return True
    return False


def _is_quoted(request: Request | None) -> bool:
    return request is not None and request.is_quoted


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no message in it"),
        ("! circus\nA: x", "line 1: unknown scene 'circus'"),
        ("A x", "line 1: a message looks like"),
        ("A: x\nB (reply 2): y", "line 2: '2' is not the number of a message before this one"),
        ("A (sings): x", r"line 1: unknown mark \(sings\)"),
        ("A: x => reply to 1", "line 1: '1' is not the number"),
    ],
)
def test_what_is_no_transcript_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(TranscriptError, match=complaint):
        read_transcript("t", text)


def test_marks_targets_and_expectations_are_read() -> None:
    transcript = read_transcript(
        "t",
        "# remark\n! forum\n! bot T @TBot\n"
        "A: x: y\\nz => reply\nB（x）: no\nC (reply bot 1, topic 规 章): w => reply to 1",
    )
    first, second, third = transcript.lines
    assert (transcript.scenes, transcript.bots) == ({"forum"}, {"T": "TBot"})
    assert (first.who, first.text, first.is_reply_expected) == ("A", "x: y\nz", True)
    assert (second.who, second.is_reply_expected) == ("B（x）", None)
    assert (third.targets, third.topic, third.reply_stands_at) == ({"reply bot": 1}, "规 章", 1)


async def test_a_wrong_decision_and_a_second_answer_do_not_hold() -> None:
    line = read_transcript("t", "A: x => reply").lines[0]
    for replies, is_elsewhere, holds in (
        ([], False, False),
        (["x"], False, True),
        (["x"], True, False),
        (["x", "x"], False, False),
    ):
        assert Outcome(line, replies, "", (1, 1), is_elsewhere).holds is holds
