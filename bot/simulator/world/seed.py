"""The people and chats that a new world begins with."""

from bot.simulator.world.types import Chat, ChatKind, User

BOT_NAME = "出处"
BOT_USERNAME = "ChuchuBot"
XIAOMAN = User(700_000_001, "林小满", username="xiaoman_lin", language_code="zh-hans")
ALICE = User(700_000_002, "Alice", "Hart", username="alice_hart", language_code="en")
GROUP_ID = -1_001_700_000_003


def bot_user(token: str) -> User:
    """Return the bot that a token belongs to: its id is the first part."""
    return User(int(token.partition(":")[0]), BOT_NAME, username=BOT_USERNAME, is_bot=True)


def people() -> tuple[User, ...]:
    """Return the two people of a new world."""
    return (XIAOMAN, ALICE)


def chats(bot: User) -> tuple[Chat, ...]:
    """Return the chats of a new world: one private chat each, and a group of all."""
    group = Chat(
        GROUP_ID,
        ChatKind.SUPERGROUP,
        (XIAOMAN.id, ALICE.id, bot.id),
        title="读书小组 Reading Room",
        owner=XIAOMAN.id,
    )
    private = [Chat(user.id, ChatKind.PRIVATE, (user.id, bot.id)) for user in people()]
    return (private[0], group, *private[1:])
