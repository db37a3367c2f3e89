"""What people do in a community; each act picks who, where and what at random."""

import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from bot.simulator.community.cast import OWNER_ID, Cast
from bot.simulator.world.types import (
    MEMBER,
    OUTSIDER,
    Chat,
    ChatKind,
    Membership,
    Message,
    Speech,
    Status,
)
from bot.simulator.world.world import World

_RECENT = 400
_EDITABLE = 100.0
"""Seconds within which people mend what they asked."""
_UNANSWERABLE = ("怎么做红烧肉？", "Who won the chess match?", "量子退火的温度是多少？")
_COMMANDS = ("/help", "/sources", "/lang", "/start")
_TALK = (
    "今天吃什么？老地方见。",
    "see https://a.com #tag @someone_else",
    "/start@OtherBot now",
    "好的",
    "😀😀",
    "看了 README.md 没？",
)
_FILES = (
    ("笔记.txt", "text/plain", "社区花园在每周三下午开放。志愿者可以带走一份种子。\n"),
    ("../../evil‮fdp.md", "text/markdown", "# 规则\n\n花园里不可以烧烤。请带走垃圾。\n"),
    ("坏的.pdf", "application/pdf", "%PDF-1.4 no more than a header"),
    ("程序.exe", "application/octet-stream", "MZ"),
)
_PHOTO = {"file_id": "AgACphoto", "file_unique_id": "AQADphoto", "width": 90, "height": 90}

Act = Callable[[], bool]
"""Does something; whether there was anything to do it with."""


class Acts:
    """The acts of one community.

    Args:
        world: Where they happen.
        cast: Who lives there.
        questions: What is asked.
        seed: Where chance comes from.
    """

    def __init__(self, world: World, cast: Cast, questions: Sequence[str], seed: int) -> None:
        self._world = world
        self._cast = cast
        self._questions = questions
        self._random = random.Random(seed)  # noqa: S311 - must be repeatable
        self._groups = list(cast.groups)
        self._asked: deque[tuple[float, Message]] = deque(maxlen=_RECENT)
        self.queries: list[str] = []
        """Inline queries that are to be answered: the last of each burst of typing."""

    def all(self) -> Mapping[str, tuple[float, Act]]:
        """Every act by its name, with how often it happens among the others."""
        return {
            "question in private": (50, self._ask_in_private),
            "question in a group": (26, self._ask_in_group),
            "question in a topic": (14, self._ask_in_topic),
            "question under a photo": (2, self._ask_under_photo),
            "question as a guest": (2, self._ask_as_guest),
            "follow-up": (6, self._follow_up),
            "command": (5, self._command),
            "chatter": (60, self._chat),
            "edit": (6, self._edit),
            "unseen edit": (3, self._touch),
            "deletion": (2, self._delete),
            "press": (25, self._press),
            "forged press": (2, self._forge),
            "inline query": (15, self._type),
            "upload by an owner": (0.6, self._upload),
            "removal of an upload": (0.4, self._take_back),
            "upload by a stranger": (0.6, self._upload_strangely),
            "member comes or goes": (4, self._move_member),
            "bot is blocked and unblocked": (1, self._block),
            "bot is removed and added": (1, self._remove),
            "group becomes a supergroup": (0.2, self._migrate),
            "topic closes and opens": (0.5, self._close_topic),
            "update that cannot be read": (1, self._poison),
            "repeated update": (2, self._repeat),
            "gap of update ids": (1, self._skip),
        }

    # -- questions -------------------------------------------------------------------------

    def _ask_in_private(self) -> bool:
        user = self._random.choice(self._cast.people)
        return self._say(self._chat_of(user), user, self._question())

    def _ask_in_group(self) -> bool:
        chat = self._group()
        return self._say(chat, self._member(chat), self._addressed())

    def _ask_in_topic(self) -> bool:
        if not self._cast.forums:
            return False
        chat = self._chat_of(self._random.choice(self._cast.forums))
        topics = [*self._world.state.topics[chat.id], None]
        return self._say(chat, self._member(chat), self._addressed(), self._random.choice(topics))

    def _ask_under_photo(self) -> bool:
        chat = self._group()
        speech = Speech(self._addressed(), extra={"photo": [_PHOTO]})
        return self._post(chat, self._member(chat), speech)

    def _ask_as_guest(self) -> bool:
        if not self._cast.strange:
            return False
        chat = self._chat_of(self._random.choice(self._cast.strange))
        message = self._world.people.post(chat, chat.members[0], Speech(self._addressed("@")))
        return self._world.inline.call_as_guest(message) is not None

    def _follow_up(self) -> bool:
        answer = self._answer()
        if answer is None:
            return False
        chat = self._chat_of(answer.chat_id)
        speech = Speech(f"那{self._question()}", reply_to=answer.id)
        return self._post(chat, self._member(chat), speech)

    def _command(self) -> bool:
        command = self._random.choice(_COMMANDS)
        if self._random.random() < 0.5:
            user = self._random.choice(self._cast.people)
            return self._say(self._chat_of(user), user, command)
        chat = self._group()
        command = f"{command}@{self._world.state.bot.username}"
        return self._say(chat, self._member(chat), command)

    # -- what is no question ---------------------------------------------------------------

    def _chat(self) -> bool:
        chat = self._group()
        extra = {"dice": {"emoji": "🎲", "value": 3}} if self._random.random() < 0.1 else {}
        text = "" if extra else self._random.choice(_TALK)
        self._world.people.post(chat, self._named_member(chat), Speech(text, extra=extra))
        return True

    def _edit(self) -> bool:
        message = self._editable()
        if message is None:
            return False
        self._change(message, f"{message.body.text}（改{self._random.randrange(1000)}）")
        return True

    def _touch(self) -> bool:
        message = self._editable()
        if message is not None:
            self._change(message, None)
        return message is not None

    def _delete(self) -> bool:
        message = self._editable()
        if message is None:
            return False
        self._world.people.withdraw(self._chat_of(message.chat_id), message.by.author, message.id)
        return True

    # -- buttons, inline mode, files -------------------------------------------------------

    def _press(self) -> bool:
        answer = self._answer()
        data = [b.data for row in answer.keyboard for b in row if b.data] if answer else []
        if answer is None or not data:
            return False
        chat = self._chat_of(answer.chat_id)
        self._world.people.press(chat, self._member(chat), answer.id, self._random.choice(data))
        return True

    def _forge(self) -> bool:
        answer = self._answer()
        if answer is None:
            return False
        chat = self._chat_of(answer.chat_id)
        data = self._random.choice(("x", "s:1:2:3", "f\x00", "长" * 20))
        self._world.people.press(chat, self._member(chat), answer.id, data)
        return True

    def _type(self) -> bool:
        user = self._random.choice(self._cast.people)
        chat, text = self._chat_of(user), self._question()
        for length in (0, 1, 3, len(text)):
            query, answer = self._world.inline.ask(chat, user, text[:length])
        if answer is None:
            self.queries.append(query.id)
        return True

    def _upload(self) -> bool:
        return self._send_file(OWNER_ID)

    def _take_back(self) -> bool:
        history = self._world.state.histories[OWNER_ID]
        done = [m for m in history.after(0) if m.keyboard and m.sender == self._world.state.bot.id]
        if not done:
            return False
        data = done[-1].keyboard[0][0].data or ""
        self._world.people.press(self._chat_of(OWNER_ID), OWNER_ID, done[-1].id, data)
        return True

    def _upload_strangely(self) -> bool:
        return self._send_file(self._random.choice(self._cast.people))

    def _send_file(self, user: int) -> bool:
        name, kind, text = self._random.choice(_FILES)
        content = text.encode() * self._random.randrange(1, 30)
        document = self._world.state.store_file(name, kind, content)
        self._world.people.post(self._chat_of(user), user, Speech(document=document))
        return True

    # -- who is there ----------------------------------------------------------------------

    def _move_member(self) -> bool:
        chat = self._group()
        user = self._random.choice(self._cast.people)
        if user in (chat.members[0], OWNER_ID):
            return False
        choices = (OUTSIDER, MEMBER, Membership(Status.ADMINISTRATOR))
        self._world.places.set_member(chat, user, self._random.choice(choices), chat.members[0])
        return True

    def _block(self) -> bool:
        user = self._random.choice(self._cast.people)
        return self._send_away(self._chat_of(user), Membership(Status.KICKED), user)

    def _remove(self) -> bool:
        chat = self._group()
        return self._send_away(chat, OUTSIDER, chat.members[0])

    def _migrate(self) -> bool:
        chat = self._group()
        if chat.kind is not ChatKind.GROUP or self._world.ledger.owes(chat.id):
            return False
        grown = self._world.places.migrate(chat)
        self._groups[self._groups.index(chat.id)] = grown.id
        return True

    def _close_topic(self) -> bool:
        chat = self._chat_of(self._random.choice(self._cast.forums)) if self._cast.forums else None
        if chat is None or self._world.ledger.owes(chat.id):
            return False
        topic = self._random.choice(list(self._world.state.topics[chat.id]))
        for is_closed in (True, False):
            self._world.places.set_topic(chat, chat.members[0], topic, is_closed=is_closed)
        return True

    def _send_away(self, chat: Chat, out: Membership, by: int) -> bool:
        """Send the bot away, unless it owes an answer there, and let it back."""
        bot = self._world.state.bot.id
        if self._world.ledger.owes(chat.id):
            return False
        self._world.places.set_member(chat, bot, out, by)
        self._world.places.set_member(self._chat_of(chat.id), bot, MEMBER, by)
        return True

    # -- what Telegram does ----------------------------------------------------------------

    def _poison(self) -> bool:
        poison = {"message_id": 1, "date": 0, "chat": {"id": 1}, "text": "poison"}
        kind, content = self._random.choice((("message", poison), ("brand_new", {"a": 1})))
        self._world.updates.force(kind, content, 3600.0)
        return True

    def _repeat(self) -> bool:
        return self._world.updates.repeat(self._random.randrange(1, 4)) > 0

    def _skip(self) -> bool:
        self._world.updates.skip(self._random.randrange(1, 50))
        return True

    # -- inside ----------------------------------------------------------------------------

    def _say(self, chat: Chat, user: int, text: str, thread: int | None = None) -> bool:
        return self._post(chat, user, Speech(text, thread=thread))

    def _post(self, chat: Chat, user: int, speech: Speech) -> bool:
        message = self._world.people.post(chat, user, speech)
        self._asked.append((self._world.clock.now(), message))
        return True

    def _change(self, message: Message, text: str | None) -> None:
        chat = self._chat_of(message.chat_id)
        self._world.people.rewrite(chat, message.by.author, message.id, text)

    def _chat_of(self, chat_id: int) -> Chat:
        return self._world.state.chats[chat_id]

    def _group(self) -> Chat:
        return self._chat_of(self._random.choice(self._groups))

    def _member(self, chat: Chat) -> int:
        bot = self._world.state.bot.id
        return self._random.choice([user for user in chat.members if user != bot])

    def _named_member(self, chat: Chat) -> int:
        return (
            chat.members[0]
            if chat.membership(self._member(chat)).is_anonymous
            else (self._member(chat))
        )

    def _question(self) -> str:
        few = self._random.random() < 0.15
        return self._random.choice(_UNANSWERABLE if few else self._questions)

    def _addressed(self, sign: str = "") -> str:
        name = self._world.state.bot.username
        is_mention = bool(sign) or self._random.random() < 0.5
        return f"@{name} {self._question()}" if is_mention else f"/ask@{name} {self._question()}"

    def _editable(self) -> Message | None:
        """A question asked a short time ago that still stands."""
        since = self._world.clock.now() - _EDITABLE
        recent = [message for asked, message in self._asked if asked >= since]
        if not recent:
            return None
        chosen = self._random.choice(recent)
        return self._world.state.message(chosen.chat_id, chosen.id)

    def _answer(self) -> Message | None:
        """A message of the bot in a chat where someone asked a short time ago."""
        if not self._asked:
            return None
        chat_id = self._random.choice(self._asked)[1].chat_id
        bot = self._world.state.bot.id
        history = self._world.state.histories[chat_id]
        said = [
            m for m in history.after(history.last_id - 20) if m.sender == bot and not m.document
        ]
        return self._random.choice(said) if said else None
