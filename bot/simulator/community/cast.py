"""Who lives in a community: people in private, groups, forums, and groups without the bot."""

from dataclasses import dataclass, replace

from bot.simulator.world.places import group_of
from bot.simulator.world.seed import XIAOMAN
from bot.simulator.world.types import MEMBER, Chat, ChatKind, Membership, Status, User
from bot.simulator.world.world import World

OWNER_ID = XIAOMAN.id
"""Who owns the bot in a community's runs."""
_IN_A_GROUP = 8
_LANGUAGES = ("zh-hans", "zh-hans", "en", "pt-br", "")
_TOPICS = ("文档", "闲聊", "Questions")


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids of chats, by what they are; `State` knows the rest."""

    people: tuple[int, ...]
    """Those who ask in private; a private chat has its person's id."""
    groups: tuple[int, ...]
    forums: tuple[int, ...]
    strange: tuple[int, ...]
    """Groups that the bot is not in."""


def gather(world: World, users: int, groups: int) -> Cast:
    """Let a community come together; the bot is told of its groups."""
    people = []
    for number in range(users):
        language = _LANGUAGES[number % len(_LANGUAGES)]
        user, _ = world.places.add_person(User(0, f"User {number}", language_code=language))
        people.append(user.id)
    plain, forums, strange = [], [], []
    for number in range(groups):
        chat = _group(world, people, number)
        if number % 10 == 9:
            strange.append(chat.id)
        elif chat.is_forum:
            forums.append(chat.id)
        else:
            plain.append(chat.id)
    return Cast(tuple(people), tuple(plain), tuple(forums), tuple(strange))


def _group(world: World, people: list[int], number: int) -> Chat:
    members = [people[(number * _IN_A_GROUP + each) % len(people)] for each in range(_IN_A_GROUP)]
    there = dict.fromkeys(members, MEMBER)
    there[members[-1]] = Membership(Status.ADMINISTRATOR, is_anonymous=True)
    if number % 10 != 9:
        there[world.state.bot.id] = MEMBER
    kind = ChatKind.GROUP if number % 10 == 1 else ChatKind.SUPERGROUP
    chat = group_of(kind, f"Group {number}", there)
    chat = world.places.add_chat(replace(chat, is_forum=number % 10 in (2, 3, 8)))
    if chat.is_forum:
        for name in _TOPICS:
            world.places.open_topic(chat, chat.members[0], name)
    return world.state.chats[chat.id]
