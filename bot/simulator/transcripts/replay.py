"""Acts a transcript out in front of a running bot, and sees what it does."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.simulator.client import SimulatorClient
from bot.simulator.snapshots import Chat, Member, Message
from bot.simulator.transcripts.reader import Line, Transcript
from bot.simulator.transcripts.reasons import Facts, reason

_PATIENCE = 15.0
_PAUSE = 0.02
_BY_NAME = re.compile(r"\[(?P<name>[^\]]+)\]\((?P<who>[^)]+)\)")
_PHOTO = [{"file_id": "photo", "file_unique_id": "photo", "width": 800, "height": 600}]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the bot did about one line."""

    line: Line
    replies: Sequence[str]
    """The texts it sent, or changed an answer to; silence if there are none."""
    reason: str
    place: tuple[int, int]
    """Chat and message."""
    is_elsewhere: bool = False
    """Whether the reply stands under another message than it should."""

    @property
    def holds(self) -> bool:
        """Whether it did what was expected: at most one reply in any case, and in its place."""
        expected = self.line.is_reply_expected
        is_right = expected is None or (expected is bool(self.replies) and not self.is_elsewhere)
        return is_right and len(self.replies) <= 1


@dataclass(slots=True)
class _Scene:
    chat: Chat
    bot: Member
    referee: Member
    people: dict[str, Member] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    ids: dict[int, int] = field(default_factory=dict)
    """Message ids by the numbers of lines."""
    channel: int = 0


class Replay:
    """Replays transcripts, each in a chat of its own.

    Args:
        client: The simulator that the bot serves.
        patience: Seconds to wait for the bot.
    """

    def __init__(self, client: SimulatorClient, patience: float = _PATIENCE) -> None:
        self._client = client
        self._patience = patience

    async def run(self, transcript: Transcript) -> tuple[Outcome, ...]:
        """Replay a transcript.

        Raises:
            TimeoutError: The bot does not even answer a call for help.
        """
        scene = await self._set(transcript)
        await self._client.stage.change_bot(
            can_read_all_group_messages="privacy off" in transcript.scenes,
            hears_bots="hears bots" in transcript.scenes,
        )
        outcomes: dict[int, Outcome] = {}
        for line in transcript.lines:
            if "reply bot" in line.targets:
                await self._answered(scene, scene.ids[line.targets["reply bot"]], {})
            if "edit" in line.targets:
                edited = transcript.lines[line.targets["edit"] - 1]
                # What it says so far is judged before it says something else.
                outcomes[edited.number] = await self._judge(scene, edited, {}, transcript)
            before = await self._said(scene) if "edit" in line.targets else {}
            await self._act(scene, line, transcript)
            if "edit" in line.targets:
                outcomes[line.number] = await self._judge(scene, line, before, transcript)
        await self._wait(scene)
        for line in transcript.lines:
            if line.number not in outcomes:
                said = await self._said(scene)
                outcomes[line.number] = self._outcome(scene, line, said, {}, transcript)
        await self._client.stage.change_bot(can_read_all_group_messages=False, hears_bots=False)
        return tuple(outcomes[line.number] for line in transcript.lines)

    # -- the scene -------------------------------------------------------------------------

    async def _set(self, transcript: Transcript) -> _Scene:
        stage = self._client.stage
        names = {line.who: line for line in transcript.lines}
        people = {
            name: await stage.add_person(
                name, username=transcript.bots.get(name, ""), is_bot=name in transcript.bots
            )
            for name in names
        }
        chats = await self._client.chats()
        bot = next(m for m in chats[0].members if m.is_bot)
        referee = await stage.add_person("Referee")
        if "private" in transcript.scenes:
            person = next(iter(people.values()))
            chat = next(chat for chat in chats if chat.id == person.id)
            return _Scene(chat, bot, person, people)
        owner = await stage.add_person("Owner")
        members = [owner.id, *(person.id for person in people.values()), referee.id]
        is_forum = "forum" in transcript.scenes
        chat = await stage.add_group(transcript.name, members, is_forum=is_forum)
        if "admin" in transcript.scenes:
            await stage.set_member(chat.id, "administrator")
        return _Scene(chat, bot, referee, people)

    # -- acting ----------------------------------------------------------------------------

    async def _act(self, scene: _Scene, line: Line, transcript: Transcript) -> None:
        chat, person = scene.chat.id, scene.people[line.who].id
        if "edit" in line.targets:
            edited = scene.ids[line.targets["edit"]]
            await self._client.edit(chat, person, edited, line.text)
            scene.ids[line.number] = edited
        elif "delete" in line.targets:
            gone = scene.ids[line.targets["delete"]]
            await self._client.delete(chat, person, gone)
            scene.ids[line.number] = gone
        elif "forward" in line.targets:
            source = (await self._said(scene))[scene.ids[line.targets["forward"]]]
            scene.ids[line.number] = await self._client.forward(chat, person, source)
        elif "post" in line.flags:
            scene.ids[line.number] = await self._post(scene, line)
        else:
            scene.ids[line.number] = await self._say(scene, line)

    async def _say(self, scene: _Scene, line: Line) -> int:
        chat, person = scene.chat.id, scene.people[line.who].id
        text, more = await self._content(scene, line)
        if line.topic:
            more["thread"] = await self._topic(scene, line)
        if "channel" in line.flags:
            more["channel"] = await self._channel(scene, person)
        is_anonymous = "anonymous" in line.flags
        if is_anonymous:
            await self._set_anonymous(scene, person, "administrator")
        target = await self._target(scene, line)
        number = await self._client.send(chat, person, text, target, **more)
        if is_anonymous:
            await self._set_anonymous(scene, person, "member")
        return number

    async def _content(self, scene: _Scene, line: Line) -> tuple[str, dict[str, object]]:
        text, mentions = _mentions(line.text, scene)
        more: dict[str, object] = {"mentions": mentions}
        if "inline" in line.flags:
            more["via"] = scene.bot.id
        if "photo" in line.flags:
            more["extra"] = {"photo": _PHOTO}
        if "dice" in line.flags:
            text, more = "", {"extra": {"dice": {"emoji": "🎲", "value": 3}}}
        if "document" in line.flags:
            more["file_id"] = await self._client.stage.upload("notes.txt", b"notes", "text/plain")
        return text, more

    async def _target(self, scene: _Scene, line: Line) -> int | None:
        if "reply" in line.targets:
            return scene.ids[line.targets["reply"]]
        if "reply bot" not in line.targets:
            return None
        asked = scene.ids[line.targets["reply bot"]]
        said = (await self._said(scene)).values()
        own = [m.id for m in said if m.sender.id == scene.bot.id and m.answers == asked]
        # Without an answer there is nothing to reply to: the line is then said to nobody.
        return own[-1] if own else None

    async def _topic(self, scene: _Scene, line: Line) -> int:
        if line.topic not in scene.topics:
            opener = scene.people[line.who].id
            topic = await self._client.stage.open_topic(scene.chat.id, opener, line.topic)
            scene.topics[line.topic] = topic
        return scene.topics[line.topic]

    async def _channel(self, scene: _Scene, person: int) -> int:
        if not scene.channel:
            channel = await self._client.stage.add_group(
                "Channel", [person], kind="channel", linked=scene.chat.id, with_bot=False
            )
            scene.channel = channel.id
        return scene.channel

    async def _post(self, scene: _Scene, line: Line) -> int:
        person = scene.people[line.who].id
        channel = await self._channel(scene, person)
        await self._client.send(channel, person, _mentions(line.text, scene)[0])
        said = (await self._said(scene)).values()
        return max(message.id for message in said if message.sender.name == "Telegram")

    async def _set_anonymous(self, scene: _Scene, person: int, status: str) -> None:
        await self._client.stage.set_member(
            scene.chat.id, status, user_id=person, is_anonymous=status == "administrator"
        )

    # -- seeing ----------------------------------------------------------------------------

    async def _judge(
        self, scene: _Scene, line: Line, before: dict[int, Message], transcript: Transcript
    ) -> Outcome:
        """See what the bot does about a line; ``before`` is what was said before an edit."""
        if line.is_reply_expected:
            await self._answered(scene, scene.ids[line.number], before)
        else:
            await self._wait(scene)
        return self._outcome(scene, line, await self._said(scene), before, transcript)

    async def _answered(self, scene: _Scene, number: int, before: dict[int, Message]) -> None:
        """Wait until a message has a new answer, or until patience ends."""
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            if _answers(scene, number, await self._said(scene), before):
                return
            await asyncio.sleep(_PAUSE)

    async def _wait(self, scene: _Scene) -> None:
        """Wait until the bot has done with everything that was said."""
        # A chat's questions are answered in order: whoever has answered the last has done them all.
        call = f"/help@{scene.bot.username}"
        last = after = await self._client.send(scene.chat.id, scene.referee.id, call)
        while True:
            answer = await self._client.wait_for_message(
                scene.chat.id, after, timeout=self._patience
            )
            if answer.reply_to in (last, None):
                return
            after = answer.id

    def _outcome(
        self,
        scene: _Scene,
        line: Line,
        said: dict[int, Message],
        before: dict[int, Message],
        transcript: Transcript,
    ) -> Outcome:
        number = scene.ids[line.number]
        place = (scene.chat.id, number)
        if number not in said:
            return Outcome(line, (), "deleted", place)
        why = self._reason(scene, said, number, transcript)
        why = f"edited: {why}" if "edit" in line.targets else why
        answers = _answers(scene, number, said, before)
        under = number if line.reply_stands_at is None else scene.ids[line.reply_stands_at]
        is_elsewhere = any(answer.reply_to not in (under, None) for answer in answers)
        return Outcome(line, [answer.text for answer in answers], why, place, is_elsewhere)

    def _reason(
        self, scene: _Scene, said: dict[int, Message], number: int, transcript: Transcript
    ) -> str:
        message = said[number]
        target = said.get(message.reply_to or 0)
        return reason(Facts(message, target, scene.bot, "private" in transcript.scenes))

    async def _said(self, scene: _Scene) -> dict[int, Message]:
        return {message.id: message for message in await self._client.messages(scene.chat.id)}


def _answers(
    scene: _Scene, number: int, said: dict[int, Message], before: dict[int, Message]
) -> Sequence[Message]:
    """The bot's messages about another one that did not say the same before."""
    return tuple(
        message
        for message in said.values()
        if message.sender.id == scene.bot.id
        and number == (message.reply_to if message.answers is None else message.answers)
        and not (message.id in before and before[message.id].text == message.text)
    )


def _mentions(text: str, scene: _Scene) -> tuple[str, list[tuple[int, int, int]]]:
    """Turn ``[name](who)`` into the name, and say where it stands in UTF-16."""
    mentions = []
    while (match := _BY_NAME.search(text)) is not None:
        offset = len(text[: match.start()].encode("utf-16-le")) // 2
        length = len(match["name"].encode("utf-16-le")) // 2
        user = scene.bot if match["who"] == "bot" else scene.people[match["who"]]
        mentions.append((offset, length, user.id))
        text = text[: match.start()] + match["name"] + text[match.end() :]
    return text, mentions
