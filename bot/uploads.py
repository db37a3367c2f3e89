"""Documents that an owner sends: checked, kept beside the others, indexed, and removable."""

import asyncio
import hashlib
import logging
import re
import unicodedata
from pathlib import Path

from telegram import Bot, Document, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import TelegramError

from bot.buttons import Remove
from bot.letters import Letter
from bot.library import Library
from bot.outbox import Outbox
from bot.render import Rendered, quote
from bot.settings import BotSettings
from bot.texts import Texts
from bot.watch import Build
from retrieval.corpus.readers import FORMATS, format_by_name

logger = logging.getLogger(__name__)

FOLDER = "uploads"
"""In the folder of documents."""
_LONGEST_NAME = 100
_UNSAFE = re.compile(r"[^\w .()（）《》「」、，。·+-]+")


class Uploads:
    """Takes documents in and out."""

    def __init__(
        self,
        settings: BotSettings,
        corpus: Path,
        bot: Bot,
        library: Library,
        outbox: Outbox,
        build: Build,
    ) -> None:
        self._settings = settings
        self._folder = corpus / FOLDER
        self._bot = bot
        self._library = library
        self._outbox = outbox
        self._build = build
        self._turn = asyncio.Lock()

    async def receive(self, message: Message, document: Document, said: Texts) -> None:
        """Take a document in, and report how that went."""
        name = safe_name(document.file_name or "")
        refusal = self._refusal(name, document, said)
        if refusal:
            await self._say(message, Rendered(refusal))
            return
        async with self._turn:
            await self._say(message, Rendered(said.upload_working.format(name=quote(name))))
            await self._say(message, await self._take_in(name, document, said))

    async def remove(self, press: Remove, message: Message, said: Texts) -> None:
        """Take a document out, and say so in the message that reported it."""
        async with self._turn:
            path = await asyncio.to_thread(self._find, press.digest)
            if path is None:
                text = said.upload_gone
            else:
                await asyncio.to_thread(path.unlink, missing_ok=True)
                await self._build()
                text = said.upload_removed.format(name=quote(path.name))
        await self._outbox.edit(message.chat_id, message.message_id, Rendered(text))

    def _refusal(self, name: str, document: Document, said: Texts) -> str:
        """Why a document is not even fetched; empty where it is."""
        largest = self._settings.upload_megabytes
        if (document.file_size or 0) > largest * 1_000_000:
            return said.upload_too_large.format(megabytes=largest)
        if document.file_size == 0:
            return said.upload_empty
        if format_by_name(name) is None:
            known = sorted(suffix for each in FORMATS for suffix in each.suffixes)
            return said.upload_unknown.format(suffixes=quote(" ".join(known)))
        return ""

    async def _take_in(self, name: str, document: Document, said: Texts) -> Rendered:
        try:
            file = await self._bot.get_file(document.file_id)
            content = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            logger.warning("an upload could not be fetched (%s)", error)
            return Rendered(said.upload_failed.format(name=quote(name), reason=said.failed))
        path = self._folder / name
        before = await asyncio.to_thread(_replace, path, content)
        built = await self._build()
        found = 0
        if not built.problem:
            documents = await self._library.documents()
            source = f"{FOLDER}/{name}"
            # Of an archive, each file in it is a source.
            found = sum(f"{each.source}/".startswith(f"{source}/") for each in documents)
        if not found:
            # One document that cannot be read must not keep the others from being found.
            await asyncio.to_thread(_restore, path, before)
            await self._build()
            reason = quote(built.problem or said.upload_no_text)
            return Rendered(said.upload_failed.format(name=quote(name), reason=reason))
        button = InlineKeyboardButton(said.button_remove, callback_data=Remove(_digest(name)).data)
        return Rendered(
            said.upload_done.format(name=quote(name), documents=found),
            InlineKeyboardMarkup([[button]]),
        )

    def _find(self, digest: str) -> Path | None:
        paths = self._folder.iterdir() if self._folder.is_dir() else ()
        return next((path for path in paths if _digest(path.name) == digest), None)

    async def _say(self, message: Message, rendered: Rendered) -> None:
        await self._outbox.send(Letter(message.chat_id, rendered, reply_to=message.message_id))


def safe_name(name: str) -> str:
    """A file name that leads nowhere and shows what it is: no path, no invisible signs."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    stem, dot, suffix = base.rpartition(".")
    clean = _UNSAFE.sub("_", stem or suffix).strip(" ._")[:_LONGEST_NAME] or "document"
    while len(clean.encode()) > 2 * _LONGEST_NAME:
        clean = clean[:-1]
    tail = re.sub(r"[^a-z0-9]", "", suffix.lower())[:10] if stem and dot else ""
    return f"{clean}.{tail}" if tail else clean


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _replace(path: Path, content: bytes) -> bytes | None:
    """Write a file at once or not at all; what stood there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.exists() else None
    # A hidden name: a half-written file is never indexed.
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)
    return before


def _restore(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        _replace(path, before)
