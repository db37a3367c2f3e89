"""Methods that move files."""

from typing import Any

from telegram.constants import FileSizeLimit

from bot.simulator.errors import ApiError, bad_request
from bot.simulator.server.arguments import Arguments
from bot.simulator.server.methods.sending import caption_of, deliver
from bot.simulator.world.types import Document
from bot.simulator.world.wire import photo_json
from bot.simulator.world.world import World


def send_document(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer sendDocument, with an uploaded file or one that is known by its id."""
    chat = world.chat_to_write(arguments.chat_id())
    document = _stored(world, arguments, "document")
    return deliver(world, chat, arguments, caption_of(world, arguments), document)


def send_photo(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer sendPhoto; the simulator keeps the picture as it is and never looks at it."""
    chat = world.chat_to_write(arguments.chat_id())
    stored = _stored(world, arguments, "photo")
    if stored.size > FileSizeLimit.PHOTOSIZE_UPLOAD:
        raise bad_request("file is too big")
    photo = photo_json(stored)
    return deliver(world, chat, arguments, caption_of(world, arguments), extra={"photo": photo})


def get_file(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer getFile."""
    stored = world.state.files.get(arguments.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.document.size > FileSizeLimit.FILESIZE_DOWNLOAD:
        raise bad_request("file is too big")
    world.links.open(stored.path)
    return {
        "file_id": stored.document.file_id,
        "file_unique_id": stored.document.unique_id,
        "file_size": stored.document.size,
        "file_path": stored.path,
    }


def _stored(world: World, arguments: Arguments, name: str) -> Document:
    upload = arguments.upload(name)
    if upload is None:
        stored = world.state.files.get(arguments.text(name))
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return stored.document
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > FileSizeLimit.FILESIZE_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    return world.state.store_file(upload.name, upload.mime_type, upload.content)
