"""People ask, talk, mend and withdraw what they said."""

from collections.abc import Mapping

from bot.simulator.community.company import Act, Company
from bot.simulator.world.types import Chat, Message, Speech

_COMMANDS = ("/help", "/sources", "/lang", "/start")
_TALK = (
    "今天吃什么？老地方见。",
    "see https://a.com #tag @someone_else",
    "/start@OtherBot now",
    "好的",
    "😀😀",
    "看了 README.md 没？",
)
_PHOTO = {"file_id": "AgACphoto", "file_unique_id": "AQADphoto", "width": 90, "height": 90}


class Asking:
    """What people say."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._world = company.world

    def acts(self) -> Mapping[str, tuple[float, Act]]:
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
        }

    def _ask_in_private(self) -> bool:
        user = self._company.random.choice(self._company.cast.people)
        return self._say(self._company.chat_of(user), user, self._company.question())

    def _ask_in_group(self) -> bool:
        chat = self._company.group()
        return self._say(chat, self._company.member(chat), self._company.addressed())

    def _ask_in_topic(self) -> bool:
        if not self._company.cast.forums:
            return False
        chat = self._company.chat_of(self._company.random.choice(self._company.cast.forums))
        topics = [*self._world.state.topics[chat.id], None]
        return self._say(
            chat,
            self._company.member(chat),
            self._company.addressed(),
            self._company.random.choice(topics),
        )

    def _ask_under_photo(self) -> bool:
        chat = self._company.group()
        speech = Speech(self._company.addressed(), extra={"photo": [_PHOTO]})
        return self._company.post(chat, self._company.member(chat), speech)

    def _ask_as_guest(self) -> bool:
        if not self._company.cast.strange:
            return False
        chat = self._company.chat_of(self._company.random.choice(self._company.cast.strange))
        message = self._world.people.post(
            chat, chat.members[0], Speech(self._company.addressed("@"))
        )
        return self._world.inline.call_as_guest(message) is not None

    def _follow_up(self) -> bool:
        answer = self._company.answer()
        if answer is None:
            return False
        chat = self._company.chat_of(answer.chat_id)
        speech = Speech(f"那{self._company.question()}", reply_to=answer.id)
        return self._company.post(chat, self._company.member(chat), speech)

    def _command(self) -> bool:
        command = self._company.random.choice(_COMMANDS)
        if self._company.random.random() < 0.5:
            user = self._company.random.choice(self._company.cast.people)
            return self._say(self._company.chat_of(user), user, command)
        chat = self._company.group()
        command = f"{command}@{self._world.state.bot.username}"
        return self._say(chat, self._company.member(chat), command)

    def _chat(self) -> bool:
        chat = self._company.group()
        extra = {"dice": {"emoji": "🎲", "value": 3}} if self._company.random.random() < 0.1 else {}
        text = "" if extra else self._company.random.choice(_TALK)
        self._world.people.post(chat, self._company.member(chat), Speech(text, extra=extra))
        return True

    def _edit(self) -> bool:
        message = self._company.editable()
        if message is None:
            return False
        self._change(message, f"{message.body.text}（改{self._company.random.randrange(1000)}）")
        return True

    def _touch(self) -> bool:
        message = self._company.editable()
        if message is not None:
            self._change(message, None)
        return message is not None

    def _delete(self) -> bool:
        message = self._company.editable()
        if message is None:
            return False
        self._world.people.withdraw(
            self._company.chat_of(message.chat_id), message.by.author, message.id
        )
        return True

    def _say(self, chat: Chat, user: int, text: str, thread: int | None = None) -> bool:
        return self._company.post(chat, user, Speech(text, thread=thread))

    def _change(self, message: Message, text: str | None) -> None:
        chat = self._company.chat_of(message.chat_id)
        self._world.people.rewrite(chat, message.by.author, message.id, text)
