"""One question through the whole way, before anyone asks: person, Bot API, bot, search, answer."""

from collections.abc import Callable

from bot.simulator.client import Message, SimulatorClient

_PATIENCE = 15.0
"""Seconds until the answer is given up."""


async def rehearse(client: SimulatorClient, question: str, say: Callable[[str], None]) -> None:
    """Ask a question in the private chat of a simulator, and say what came back.

    Args:
        client: Speaks for the simulator's people.
        question: What is asked.
        say: Takes each line.
    """
    chat = next(chat for chat in await client.chats() if chat.kind == "private")
    asked = await client.send(chat.id, chat.people[0].id, question)
    try:
        answer = await client.wait_for_message(chat.id, asked, timeout=_PATIENCE)
    except TimeoutError:
        say(f"No answer to {question!r} within {_PATIENCE:.0f} seconds; see the log above.")
        return
    say(f"\n{chat.people[0].name} asks:  {question}\n")
    say(_emphasised(answer))


def _emphasised(message: Message) -> str:
    """The message's text, what is bold between asterisks."""
    units = message.text.encode("utf-16-le")
    marks = []
    for entity in message.entities:
        if entity.type == "bold":
            marks += [(entity.offset, "**"), (entity.offset + entity.length, "**")]
    for offset, mark in sorted(marks, reverse=True):
        units = units[: 2 * offset] + mark.encode("utf-16-le") + units[2 * offset :]
    return units.decode("utf-16-le")
