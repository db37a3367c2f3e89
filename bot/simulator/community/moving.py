"""People and the bot come and go, groups change, and Telegram sends odd updates."""

from collections.abc import Mapping

from bot.simulator.community.cast import OWNER_ID
from bot.simulator.community.company import Act, Company
from bot.simulator.world.types import MEMBER, OUTSIDER, Chat, ChatKind, Membership, Status


class Moving:
    """What changes around the bot."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._world = company.world

    def acts(self) -> Mapping[str, tuple[float, Act]]:
        """Every act by its name, with how often it happens among the others."""
        return {
            "member comes or goes": (4, self._move_member),
            "bot is blocked and unblocked": (1, self._block),
            "bot is removed and added": (1, self._remove),
            "group becomes a supergroup": (0.5, self._migrate),
            "topic closes and opens": (0.5, self._close_topic),
            "update that cannot be read": (1, self._poison),
            "repeated update": (2, self._repeat),
            "gap of update ids": (1, self._skip),
        }

    def _move_member(self) -> bool:
        chat = self._company.group()
        user = self._company.random.choice(self._company.cast.people)
        if user in (chat.members[0], OWNER_ID):
            return False
        choices = (OUTSIDER, MEMBER, Membership(Status.ADMINISTRATOR))
        self._world.places.set_member(
            chat, user, self._company.random.choice(choices), chat.members[0]
        )
        return True

    def _block(self) -> bool:
        user = self._company.random.choice(self._company.cast.people)
        return self._send_away(self._company.chat_of(user), Membership(Status.KICKED), user)

    def _remove(self) -> bool:
        chat = self._company.group()
        return self._send_away(chat, OUTSIDER, chat.members[0])

    def _migrate(self) -> bool:
        groups = self._company.groups
        small = [chat for chat in map(self._company.chat_of, groups) if chat.kind is ChatKind.GROUP]
        if not small or self._world.ledger.owes(small[0].id):
            return False
        groups[groups.index(small[0].id)] = self._world.places.migrate(small[0]).id
        return True

    def _close_topic(self) -> bool:
        chat = (
            self._company.chat_of(self._company.random.choice(self._company.cast.forums))
            if self._company.cast.forums
            else None
        )
        if chat is None or self._world.ledger.owes(chat.id):
            return False
        topic = self._company.random.choice(list(self._world.state.topics[chat.id]))
        for is_closed in (True, False):
            self._world.places.set_topic(chat, chat.members[0], topic, is_closed=is_closed)
        return True

    def _send_away(self, chat: Chat, out: Membership, by: int) -> bool:
        """Send the bot away, unless it owes an answer there, and let it back."""
        bot = self._world.state.bot.id
        if self._world.ledger.owes(chat.id):
            return False
        self._world.places.set_member(chat, bot, out, by)
        self._world.places.set_member(self._company.chat_of(chat.id), bot, MEMBER, by)
        return True

    def _poison(self) -> bool:
        poison = {"message_id": 1, "date": 0, "chat": {"id": 1}, "text": "poison"}
        kind, content = self._company.random.choice((("message", poison), ("brand_new", {"a": 1})))
        self._world.updates.force(kind, content, 3600.0)
        return True

    def _repeat(self) -> bool:
        return self._world.updates.repeat(self._company.random.randrange(1, 4)) > 0

    def _skip(self) -> bool:
        self._world.updates.skip(self._company.random.randrange(1, 50))
        return True
