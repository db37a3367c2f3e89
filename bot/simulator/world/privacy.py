"""Privacy mode: which messages of a group a bot gets to see."""

from bot.simulator.markup.entities import Entity, EntityType
from bot.simulator.world.types import Message, User


def is_meant_for(
    message: Message, bot: User, *, replied: Message | None, owns_commands: bool = True
) -> bool:
    """Tell whether a bot in privacy mode sees a message of a group.

    Commands with its name, bare ones where no other bot spoke after it (``owns_commands``),
    mentions of it, replies to it, messages sent through it, service messages.
    """
    if message.is_service or message.content.via_bot == bot.id:
        return True
    if replied is not None and bot.id in (replied.sender, replied.content.via_bot):
        return True
    return any(
        _addresses(message, entity, bot, owns_commands=owns_commands)
        for entity in message.body.entities
    )


def _addresses(message: Message, entity: Entity, bot: User, *, owns_commands: bool) -> bool:
    if entity.type is EntityType.TEXT_MENTION:
        return entity.argument == str(bot.id)
    if entity.type is EntityType.MENTION:
        return covered(message, entity).casefold() == f"@{bot.username}".casefold()
    if entity.type is EntityType.BOT_COMMAND:
        suffix = covered(message, entity).partition("@")[2]
        return suffix.casefold() == bot.username.casefold() if suffix else owns_commands
    return False


def covered(message: Message, entity: Entity) -> str:
    """Return the text that an entity covers."""
    units = message.body.text.encode("utf-16-le")
    return units[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")
