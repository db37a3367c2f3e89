"""What all of the world shares: its state, its time, and how a message comes to be."""

from dataclasses import dataclass, replace

from bot.simulator.clock import Clock
from bot.simulator.events import EventHub, EventKind
from bot.simulator.findings import Finding, Report
from bot.simulator.world.delivery import Delivery
from bot.simulator.world.ledger import Ledger
from bot.simulator.world.presses import Presses
from bot.simulator.world.slowmode import SlowMode
from bot.simulator.world.state import State
from bot.simulator.world.types import Chat, Message, Outgoing, Sender
from bot.simulator.world.updates import UpdateQueue
from bot.simulator.world.view import message_view


@dataclass(frozen=True, slots=True)
class Core:
    """The parts of one world, and the few ways to change its messages."""

    clock: Clock
    state: State
    events: EventHub
    report: Report
    updates: UpdateQueue
    presses: Presses
    ledger: Ledger
    delivery: Delivery
    slow: SlowMode

    def write(self, chat: Chat, by: Sender, content: Outgoing, date: int | None = None) -> Message:
        """Put a message into a chat, now or as if at another time."""
        history = self.state.history(chat)
        written = self.clock.seconds() if date is None else date
        message = history.put(Message(chat.id, history.next_id(), by, written, content))
        self._tell(EventKind.MESSAGE, message)
        return message

    def change(self, message: Message) -> Message:
        """Replace a message by its changed self."""
        self.state.history(self.state.chats[message.chat_id]).put(message)
        self._tell(EventKind.EDITED, message)
        return message

    def delete(self, chat: Chat, message_id: int) -> None:
        """Delete a message that exists."""
        self.state.history(chat).delete(message_id)
        self.events.tell(EventKind.DELETED, {"chat_id": chat.id, "message_id": message_id})

    def move_to_topic(self, message: Message, thread: int) -> Message:
        """Put a message that opens a topic into it."""
        return self.change(replace(message, content=replace(message.content, thread=thread)))

    def find(self, method: str, rule: str, detail: str) -> None:
        """Note a violation for the report."""
        self.report.add_finding(Finding(method, rule, detail, self.clock.seconds()))

    def _tell(self, kind: EventKind, message: Message) -> None:
        view = message_view(self.state, message)
        self.events.tell(kind, {"chat_id": message.chat_id, "message": view})
