"""Methods about the topics of a forum."""

from typing import Any

from telegram.constants import ForumTopicLimit

from bot.simulator.errors import bad_request, changed
from bot.simulator.server.arguments import Arguments
from bot.simulator.world.types import Chat
from bot.simulator.world.world import World


def create_topic(world: World, arguments: Arguments) -> dict[str, Any]:
    """Answer createForumTopic."""
    chat = _managed(world, arguments)
    name = arguments.text("name").strip()
    if not ForumTopicLimit.MIN_NAME_LENGTH <= len(name) <= ForumTopicLimit.MAX_NAME_LENGTH:
        raise bad_request("TOPIC_TITLE_EMPTY")
    topic = world.places.open_topic(chat, world.state.bot.id, name)
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.icon_color}


def close_topic(world: World, arguments: Arguments) -> bool:
    """Answer closeForumTopic."""
    return _set(world, arguments, is_closed=True)


def reopen_topic(world: World, arguments: Arguments) -> bool:
    """Answer reopenForumTopic."""
    return _set(world, arguments, is_closed=False)


def delete_topic(world: World, arguments: Arguments) -> bool:
    """Answer deleteForumTopic."""
    chat = _managed(world, arguments)
    world.places.delete_topic(chat, arguments.number("message_thread_id"))
    return True


def _set(world: World, arguments: Arguments, *, is_closed: bool) -> bool:
    chat = _managed(world, arguments)
    number = arguments.number("message_thread_id")
    world.places.set_topic(chat, world.state.bot.id, number, is_closed=is_closed)
    return True


def _managed(world: World, arguments: Arguments) -> Chat:
    chat = world.chat_of_bot(arguments.chat_id())
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not chat.is_admin(world.state.bot.id):
        raise changed("not enough rights to manage topics")
    return chat
