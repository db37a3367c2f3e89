"""Presses that change something: who is let in, how a chat is set, which documents there are."""

import logging
from dataclasses import replace

from telegram import Message

from bot.access import Access
from bot.buttons import Approve, Remove, Setting
from bot.chats import Approval, Chat, Chats
from bot.commands import Commands
from bot.letters import Letter
from bot.library import Library
from bot.outbox import Outbox
from bot.render import Rendered, quote
from bot.texts import LANGUAGES, Texts
from bot.uploads import Uploads
from bot.voice import Voice

logger = logging.getLogger(__name__)


class Controls:
    """Does what those may press who may change things."""

    def __init__(
        self,
        access: Access,
        chats: Chats,
        commands: Commands,
        library: Library,
        outbox: Outbox,
        uploads: Uploads,
        voice: Voice,
    ) -> None:
        self._access = access
        self._chats = chats
        self._commands = commands
        self._library = library
        self._outbox = outbox
        self._uploads = uploads
        self._voice = voice

    async def press(
        self, press: Approve | Setting | Remove, message: Message, presser: int, said: Texts
    ) -> str:
        """Do it, if the presser may; what is said to them."""
        if isinstance(press, Setting):
            if not await self._access.may_set(message.chat_id, presser):
                return said.admins_only
            return await self._set(press, message, said)
        if not self._access.is_owner(presser):
            return said.not_allowed
        if isinstance(press, Approve):
            return await self._decide(press, message, said)
        await self._uploads.remove(press, message, said)
        return ""

    async def _set(self, press: Setting, message: Message, said: Texts) -> str:
        chat = changed(self._chats.get(message.chat_id), press, self._library.names)
        if chat is None:
            return said.outdated
        chat = await self._chats.put(chat)
        voice = self._voice.texts(message.chat_id, chat.language or None)
        panel = self._commands.settings_panel(chat, voice if chat.language else said)
        await self._outbox.edit(message.chat_id, message.message_id, panel)
        return voice.setting_saved if chat.language else said.setting_saved

    async def _decide(self, press: Approve, message: Message, said: Texts) -> str:
        approval = Approval.GIVEN if press.is_allowed else Approval.REFUSED
        await self._access.decide(press.chat_id, approval)
        name = self._chats.get(press.chat_id).title or str(press.chat_id)
        text = (said.decided_yes if press.is_allowed else said.decided_no).format(name=quote(name))
        await self._outbox.edit(message.chat_id, message.message_id, Rendered(text))
        if press.is_allowed:
            welcome = self._voice.texts(press.chat_id, None).welcome
            await self._outbox.send(Letter(press.chat_id, Rendered(welcome)))
        logger.info("chat %d: %s by an owner", press.chat_id, approval.value)
        return ""


def changed(chat: Chat, press: Setting, collections: list[str]) -> Chat | None:
    """A chat as a button sets it; ``None`` for a value that no button of ours holds."""
    value = press.value
    match press.name:
        case "language":
            language = next((each for each in LANGUAGES if each == value), None)
            return replace(chat, language=language) if language or not value else None
        case "threshold":
            return _with_threshold(chat, value)
        case "collection" if value.isdecimal() and int(value) < len(collections):
            return replace(chat, collection=collections[int(value)])
    return None


def _with_threshold(chat: Chat, value: str) -> Chat | None:
    if not value:
        return replace(chat, threshold=None)
    try:
        threshold = float(value)
    except ValueError:
        return None
    return replace(chat, threshold=threshold) if 0 <= threshold <= 1 else None
