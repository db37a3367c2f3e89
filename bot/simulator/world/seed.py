"""The people and chats that a new world begins with."""

from bot.simulator.world.types import MEMBER, OWNER, Chat, ChatKind, Membership, Status, User

BOT_NAME = "出处"
BOT_USERNAME = "ChuchuBot"
XIAOMAN = User(700_000_001, "林小满", username="xiaoman_lin", language_code="zh-hans")
ALICE = User(700_000_002, "Alice", "Hart", username="alice_hart", language_code="en")
ZHOU = User(700_000_003, "周老师", username="teacher_zhou", language_code="zh-hans")
GROUP_ID = -1_001_700_000_003
FORUM_ID = -1_001_700_000_004
TOPICS = ("文档 Documents", "闲聊 Small talk")

# The users that stand for those who write as a group, as a channel or as Telegram itself.
ANONYMOUS_ADMIN = User(1_087_968_824, "Group", username="GroupAnonymousBot", is_bot=True)
CHANNEL_IDENTITY = User(136_817_688, "Channel", username="Channel_Bot", is_bot=True)
TELEGRAM = User(777_000, "Telegram")


def bot_user(token: str) -> User:
    """Return the bot that a token belongs to: its id is the first part."""
    return User(int(token.partition(":")[0]), BOT_NAME, username=BOT_USERNAME, is_bot=True)


def people() -> tuple[User, ...]:
    """Return the people of a new world."""
    return (XIAOMAN, ALICE, ZHOU)


def stand_ins() -> tuple[User, ...]:
    """Return Telegram's own users."""
    return (ANONYMOUS_ADMIN, CHANNEL_IDENTITY, TELEGRAM)


def chats(bot: User) -> tuple[Chat, ...]:
    """Return the chats of a new world: two private ones, a group and a forum of all."""
    members = {XIAOMAN.id: OWNER, ALICE.id: MEMBER, bot.id: MEMBER}
    group = Chat(
        GROUP_ID,
        ChatKind.SUPERGROUP,
        {**members, ZHOU.id: Membership(Status.ADMINISTRATOR)},
        title="读书小组 Reading Room",
    )
    forum = Chat(
        FORUM_ID,
        ChatKind.SUPERGROUP,
        {ZHOU.id: OWNER, **members, XIAOMAN.id: MEMBER},
        title="编辑部 Newsroom",
        is_forum=True,
    )
    private = [
        Chat(user.id, ChatKind.PRIVATE, {user.id: MEMBER, bot.id: MEMBER})
        for user in (XIAOMAN, ALICE)
    ]
    return (private[0], group, private[1], forum)
