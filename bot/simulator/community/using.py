"""People press buttons, type after the bot's name, and send files."""

from collections.abc import Mapping

from bot.simulator.community.cast import OWNER_ID
from bot.simulator.community.company import Act, Company
from bot.simulator.world.types import Speech

_FILES = (
    ("笔记.txt", "text/plain", "社区花园在每周三下午开放。志愿者可以带走一份种子。\n"),
    ("../../evil\u202efdp.md", "text/markdown", "# 规则\n\n花园里不可以烧烤。请带走垃圾。\n"),
    ("坏的.pdf", "application/pdf", "%PDF-1.4 no more than a header"),
    ("程序.exe", "application/octet-stream", "MZ"),
)


class Using:
    """What people do with what the bot offers."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._world = company.world
        self.queries: list[str] = []
        """Inline queries that are to be answered: the last of each burst of typing."""

    def acts(self) -> Mapping[str, tuple[float, Act]]:
        """Every act by its name, with how often it happens among the others."""
        return {
            "press": (25, self._press),
            "forged press": (2, self._forge),
            "inline query": (15, self._type),
            "upload by an owner": (0.6, self._upload),
            "removal of an upload": (0.4, self._take_back),
            "upload by a stranger": (0.6, self._upload_strangely),
        }

    def _press(self) -> bool:
        answer = self._company.answer()
        data = [b.data for row in answer.keyboard for b in row if b.data] if answer else []
        if answer is None or not data:
            return False
        chat = self._company.chat_of(answer.chat_id)
        self._world.people.press(
            chat, self._company.member(chat), answer.id, self._company.random.choice(data)
        )
        return True

    def _forge(self) -> bool:
        answer = self._company.answer()
        if answer is None:
            return False
        chat = self._company.chat_of(answer.chat_id)
        data = self._company.random.choice(("x", "s:1:2:3", "f\x00", "长" * 20))
        self._world.people.press(chat, self._company.member(chat), answer.id, data)
        return True

    def _type(self) -> bool:
        user = self._company.random.choice(self._company.cast.people)
        chat, text = self._company.chat_of(user), self._company.question()
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
        self._world.people.press(self._company.chat_of(OWNER_ID), OWNER_ID, done[-1].id, data)
        return True

    def _upload_strangely(self) -> bool:
        return self._send_file(self._company.random.choice(self._company.cast.people))

    def _send_file(self, user: int) -> bool:
        name, kind, text = self._company.random.choice(_FILES)
        content = text.encode() * self._company.random.randrange(1, 30)
        document = self._world.state.store_file(name, kind, content)
        self._world.people.post(self._company.chat_of(user), user, Speech(document=document))
        return True
