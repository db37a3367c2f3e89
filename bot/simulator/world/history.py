"""The messages of one chat."""

from dataclasses import replace

from bot.simulator.world.types import Message


class History:
    """Messages by id; ids start at 1 and are never used again."""

    def __init__(self) -> None:
        self._messages: dict[int, Message] = {}
        self._last_id = 0

    def next_id(self) -> int:
        """Return the id of the next message."""
        self._last_id += 1
        return self._last_id

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was ever written here."""
        return self._last_id == 0

    def get(self, message_id: int) -> Message | None:
        """Return a message, or None if it never was or is deleted."""
        return self._messages.get(message_id)

    def put(self, message: Message) -> Message:
        """Keep a new or changed message."""
        self._messages[message.id] = message
        return message

    def delete(self, message_id: int) -> None:
        """Forget a message; replies to it lose their target."""
        del self._messages[message_id]
        for reply in [m for m in self._messages.values() if m.reply_to == message_id]:
            self.put(replace(reply, reply_to=None))

    def after(self, message_id: int) -> tuple[Message, ...]:
        """Return the messages with a higher id, in order."""
        return tuple(m for m in self._messages.values() if m.id > message_id)
