"""Why the bot has to reply to a message, or to be silent: what Telegram tells it, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.simulator.snapshots import Member, Message


@dataclass(frozen=True, slots=True)
class Facts:
    """A message, what it replies to, and the bot it may be meant for."""

    message: Message
    target: Message | None
    bot: Member
    is_private: bool


def reason(facts: Facts) -> str:
    """Say in a few words what a message is to the bot."""
    message = facts.message
    if not message.reached_bot:
        return _why_unseen(facts)
    if message.sender.name == "Telegram":
        return "a post of the linked channel, which Telegram forwarded"
    if message.via_bot:
        return "sent through a bot's inline mode"
    if not message.text:
        return "no words"
    if facts.is_private:
        return "in private everything is for the bot"
    return _to_whom(facts)


def _why_unseen(facts: Facts) -> str:
    if facts.message.sender.is_bot:
        return "another bot wrote it: Telegram does not pass it on"
    return "privacy mode: Telegram does not tell the bot"


def _to_whom(facts: Facts) -> str:
    message, name = facts.message, facts.bot.username.casefold()
    command = next(_covered(message, "bot_command"), "")
    if command and message.text.startswith(command):
        suffix = command.partition("@")[2].casefold()
        if suffix and suffix != name:
            return "a command for another bot"
        return "a command for the bot" if suffix else "a command for nobody in particular"
    if any(each.casefold() == f"@{name}" for each in _covered(message, "mention")):
        return "the bot is mentioned"
    if next(_covered(message, "text_mention"), ""):
        return "someone is mentioned without a username"
    if facts.target is not None:
        is_own = facts.target.sender.id == facts.bot.id
        return "a reply to the bot" if is_own else "a reply to someone else"
    return "nobody addressed the bot"


def _covered(message: Message, kind: str) -> Iterator[str]:
    return (message.covered(entity) for entity in message.entities if entity.type == kind)
