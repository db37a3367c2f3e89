"""The messages of one chat."""

from dataclasses import replace

from bot.simulator.world.types import Message


class History:
    """Messages by id; ids start at 1 and are never used again."""

    def __init__(self) -> None:
        self._messages: dict[int, Message] = {}
        self._replies: dict[int, list[int]] = {}
        self._last_id = 0

    def next_id(self) -> int:
        """Return the id of the next message."""
        self._last_id += 1
        return self._last_id

    def reserve(self, message_id: int) -> None:
        """Use no id up to this one for a message."""
        self._last_id = max(self._last_id, message_id)

    @property
    def last_id(self) -> int:
        """The id of the newest message, 0 if nothing was ever written here."""
        return self._last_id

    def get(self, message_id: int) -> Message | None:
        """Return a message, or None if it never was or is deleted."""
        return self._messages.get(message_id)

    def put(self, message: Message) -> Message:
        """Keep a new or changed message."""
        if message.id not in self._messages and message.reply_to is not None:
            self._replies.setdefault(message.reply_to, []).append(message.id)
        self._messages[message.id] = message
        return message

    def delete(self, message_id: int) -> None:
        """Forget a message; replies to it lose their target."""
        del self._messages[message_id]
        for number in self._replies.pop(message_id, ()):
            reply = self._messages.get(number)
            if reply is not None:
                self.put(replace(reply, content=replace(reply.content, reply_to=None)))

    def after(self, message_id: int) -> tuple[Message, ...]:
        """Return the messages with a higher id, in order."""
        first = min(message_id + 1, self._last_id + 1)
        if self._last_id - first < len(self._messages):
            found = (self._messages.get(n) for n in range(max(first, 1), self._last_id + 1))
            return tuple(message for message in found if message is not None)
        return tuple(m for m in self._messages.values() if m.id > message_id)
