"""Methods that move files."""

from typing import Any

from telegram.constants import FileSizeLimit, MessageLimit

from bot.simulator.errors import ApiError, bad_request
from bot.simulator.markup.entities import NO_TEXT
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.methods.sending import body_of, deliver, has_text
from bot.simulator.world.types import Document
from bot.simulator.world.world import World


def send_document(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer sendDocument, with an uploaded file or one that is known by its id."""
    chat = world.chat_to_write(arguments.chat_id())
    body = NO_TEXT
    if has_text(arguments, "caption"):
        body = body_of(world, arguments, "caption", MessageLimit.CAPTION_LENGTH)
    document = _document(world, arguments)
    return deliver(world, chat, arguments, body, document)


def get_file(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer getFile."""
    stored = world.state.files.get(arguments.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.document.size > FileSizeLimit.FILESIZE_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": stored.document.file_id,
        "file_unique_id": stored.document.unique_id,
        "file_size": stored.document.size,
        "file_path": stored.path,
    }


def _document(world: World, arguments: Arguments) -> Document:
    upload = arguments.upload("document")
    if upload is None:
        stored = world.state.files.get(arguments.text("document"))
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return stored.document
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > FileSizeLimit.FILESIZE_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    return world.state.store_file(upload.name, upload.mime_type, upload.content)
