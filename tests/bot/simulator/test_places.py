"""Chats that change: members, topics, channels, migration, and what the bot learns of it."""

from typing import Any

import pytest
from telegram import Bot, ChatFullInfo, ReplyParameters, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.simulator.client import Chat, SimulatorClient
from tests.bot.simulator.library import leftovers

ALL = Update.ALL_TYPES


async def updates_of(bot: Bot) -> list[Update]:
    """What waits for the bot; nothing of it may be unknown to the library."""
    updates = list(await bot.get_updates(allowed_updates=ALL))
    assert leftovers(updates) == []
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    return updates


@pytest.fixture
async def fresh(bot: Bot, people: SimulatorClient) -> Chat:
    """A group of its own with the first two people."""
    first, second = (await people.chats())[1].people[:2]
    group = await people.stage.add_group("Fresh", [first.id, second.id])
    await updates_of(bot)
    return group


async def test_who_shuts_the_bot_out_is_told_in_telegrams_words(
    bot: Bot, people: SimulatorClient, fresh: Chat
) -> None:
    for status, words in (
        ("kicked", "bot was kicked from the supergroup chat"),
        ("left", "bot is not a member of the supergroup chat"),
    ):
        await people.stage.set_member(fresh.id, status)
        with pytest.raises(Forbidden, match=words):
            await bot.send_message(fresh.id, "x")
    await people.stage.set_member(fresh.id, "member")
    assert await bot.send_message(fresh.id, "back")
    await people.stage.change_chat(fresh.id, is_deleted=True)
    with pytest.raises(Forbidden, match="the group chat was deleted"):
        await bot.send_message(fresh.id, "x")
    person = await people.stage.add_person("Mei")
    await people.send(person.id, person.id, "/start")
    await people.stage.set_member(person.id, "kicked", by=person.id)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(person.id, "x")
    await people.stage.deactivate(person.id)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(person.id, "x")
    changes = [update.my_chat_member for update in await updates_of(bot) if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == [
        "kicked",
        "left",
        "member",
        "kicked",
    ]


async def test_only_knocking_again_at_a_shut_door_is_a_finding(
    bot: Bot, people: SimulatorClient, fresh: Chat
) -> None:
    await people.stage.set_member(fresh.id, "kicked")
    before = len((await people.report()).findings)
    for expected in (0, 1):
        with pytest.raises(Forbidden):
            await bot.send_message(fresh.id, "x")
        assert len((await people.report()).findings) == before + expected


async def test_a_group_in_which_the_bot_may_not_write(
    bot: Bot, people: SimulatorClient, fresh: Chat
) -> None:
    await people.stage.change_chat(fresh.id, is_read_only=True)
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to send text messages"):
        await bot.send_message(fresh.id, "x")
    await people.stage.set_member(fresh.id, "administrator")
    assert await bot.send_message(fresh.id, "x")
    await people.stage.change_chat(fresh.id, is_read_only=False)
    await people.stage.set_member(fresh.id, "restricted")
    with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
        await bot.send_message(fresh.id, "x")
    member = await bot.get_chat_member(fresh.id, bot.id)
    assert member.status == "restricted"
    assert leftovers([member, await bot.get_chat_administrators(fresh.id)]) == []


async def test_a_group_that_grows_gets_another_id(bot: Bot, people: SimulatorClient) -> None:
    first = (await people.chats())[0].people[0]
    group = await people.stage.add_group("Small", [first.id], kind="group")
    assert await bot.send_message(group.id, "x")
    grown = await people.stage.migrate(group.id)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == grown.id
    assert await bot.send_message(grown.id, "x")
    messages = [update.message for update in await updates_of(bot) if update.message]
    moved = [(m.migrate_to_chat_id, m.migrate_from_chat_id) for m in messages[-2:]]
    assert moved == [(grown.id, None), (None, group.id)]


async def test_messages_of_a_topic_are_marked_and_answered_in_it(
    bot: Bot, people: SimulatorClient
) -> None:
    forum = next(chat for chat in await people.chats() if chat.topics)
    owner = forum.people[0].id
    topic = await people.stage.open_topic(forum.id, owner, "规章")
    asked = await people.send(forum.id, owner, "@ChuchuBot 第一条", thread=topic)
    general = await people.send(forum.id, owner, "@ChuchuBot 第二条")
    created, inside, outside = (update.message for update in await updates_of(bot))
    assert created is not None
    assert created.forum_topic_created is not None
    assert inside is not None
    assert (inside.message_thread_id, inside.is_topic_message) == (topic, True)
    assert outside is not None
    assert (outside.message_thread_id, outside.is_topic_message) == (None, None)
    reply = await inside.reply_text("x", reply_parameters=ReplyParameters(asked))
    assert reply.message_thread_id == topic
    followed = await bot.send_message(forum.id, "y", reply_parameters=ReplyParameters(asked))
    assert followed.message_thread_id == topic
    for thread in (1, 9999):
        with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
            await bot.send_message(forum.id, "x", message_thread_id=thread)
    await people.stage.close_topic(forum.id, topic)
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(forum.id, "x", message_thread_id=topic)
    await people.stage.delete_topic(forum.id, topic)
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(forum.id, "x", message_thread_id=topic)
    assert general in [message.id for message in await people.messages(forum.id)]


async def test_an_admin_bot_manages_topics(bot: Bot, people: SimulatorClient) -> None:
    forum = next(chat for chat in await people.chats() if chat.topics)
    with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
        await bot.create_forum_topic(forum.id, "x")
    await people.stage.set_member(forum.id, "administrator")
    topic = await bot.create_forum_topic(forum.id, "新 topic")
    assert leftovers(topic) == []
    assert await bot.close_forum_topic(forum.id, topic.message_thread_id)
    assert await bot.reopen_forum_topic(forum.id, topic.message_thread_id)
    assert await bot.delete_forum_topic(forum.id, topic.message_thread_id)
    await people.stage.set_member(forum.id, "member")


async def test_anonymous_admins_and_channels_write_under_names_that_are_not_theirs(
    bot: Bot, people: SimulatorClient, fresh: Chat
) -> None:
    owner = fresh.people[0].id
    channel = await people.stage.add_group("News", [owner], kind="channel", linked=fresh.id)
    await people.stage.set_member(channel.id, "administrator")
    await people.stage.set_member(fresh.id, "administrator")
    await people.stage.set_member(
        fresh.id, "administrator", user_id=owner, is_anonymous=True, by=owner
    )
    await updates_of(bot)
    await people.send(fresh.id, owner, "anonymous")
    await people.send(fresh.id, fresh.people[1].id, "as a channel", channel=channel.id)
    await people.send(channel.id, owner, "a post")
    told = await updates_of(bot)
    anonymous, as_channel, post, copied = (update.effective_message for update in told)
    assert _author(anonymous) == ("GroupAnonymousBot", True, "supergroup")
    assert _author(as_channel) == ("Channel_Bot", True, "channel")
    assert told[2].channel_post is post
    assert _author(post) == (None, None, "channel")
    assert copied is not None
    assert copied.is_automatic_forward
    assert copied.forward_origin is not None
    assert copied.forward_origin.type == "channel"


def _author(message: Any) -> tuple[str | None, bool | None, str]:
    user = message.from_user
    return (user and user.username, user and user.is_bot, message.sender_chat.type)


async def test_a_bot_does_not_hear_other_bots_unless_it_is_told_to(
    bot: Bot, people: SimulatorClient, fresh: Chat
) -> None:
    other = await people.stage.add_person("Other", username="OtherBot", is_bot=True)
    await people.stage.set_member(fresh.id, "member", user_id=other.id)
    asker = fresh.people[0].id
    await updates_of(bot)
    await people.send(fresh.id, other.id, "/ask@ChuchuBot loop")
    await people.send(fresh.id, asker, "/ask after another bot spoke")
    assert await updates_of(bot) == []
    await bot.send_message(fresh.id, "now it was our bot")
    await people.send(fresh.id, asker, "/ask again")
    await people.stage.change_bot(hears_bots=True)
    await people.send(fresh.id, other.id, "/ask@ChuchuBot loop")
    await people.stage.change_bot(hears_bots=False)
    assert [update.message.text for update in await updates_of(bot) if update.message] == [
        "/ask again",
        "/ask@ChuchuBot loop",
    ]


async def test_without_privacy_mode_and_as_admin_the_bot_sees_everything(
    bot: Bot, people: SimulatorClient, fresh: Chat
) -> None:
    asker = fresh.people[0].id
    await people.send(fresh.id, asker, "unseen")
    await people.stage.change_bot(can_read_all_group_messages=True)
    assert (await bot.get_me()).can_read_all_group_messages
    await people.send(fresh.id, asker, "seen")
    await people.stage.change_bot(can_read_all_group_messages=False)
    await people.stage.set_member(fresh.id, "administrator")
    await people.send(fresh.id, asker, "seen by an admin")
    told = [update.message.text for update in await updates_of(bot) if update.message]
    assert told == ["seen", "seen by an admin"]


async def test_people_send_files_forwards_and_things_that_bots_do_not_know(
    bot: Bot, people: SimulatorClient, private: Chat
) -> None:
    person = private.people[0].id
    await updates_of(bot)
    file_id = await people.stage.upload("../法.md", "第一条".encode(), "text/markdown")
    huge = await people.stage.upload("huge.zip", b"x", size=21 << 20)
    sent = await people.send(private.id, person, "@ChuchuBot 看看", file_id=file_id)
    await people.send(private.id, person, "", file_id=huge)
    photo = [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]
    await people.send(private.id, person, "图里是什么", extra={"photo": photo})
    await people.send(private.id, person, "", extra={"dice": {"emoji": "🎲", "value": 3}})
    (source,) = [m for m in await people.messages(private.id) if m.id == sent]
    await people.forward(private.id, person, source)
    await people.stage.add_update("brand_new_kind", {"x": 1})
    updates = list(await bot.get_updates(allowed_updates=[]))
    document, large, picture, dice, forwarded, unknown = (u.message for u in updates)
    assert document is not None
    assert document.document is not None
    assert (document.caption, document.document.file_name) == ("@ChuchuBot 看看", "../法.md")
    got = await document.document.get_file()
    assert bytes(await got.download_as_bytearray()) == "第一条".encode()
    assert large is not None
    assert large.document is not None
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await large.document.get_file()
    assert picture is not None
    assert (picture.text, picture.caption) == (None, "图里是什么")
    assert dice is not None
    assert dice.dice is not None
    assert forwarded is not None
    assert forwarded.forward_origin is not None
    assert unknown is None


async def test_links_to_files_expire(bot: Bot, people: SimulatorClient, private: Chat) -> None:
    from telegram.error import InvalidToken, TelegramError

    sent = await bot.send_document(private.id, b"content", filename="a.txt")
    assert sent.document is not None
    file = await bot.get_file(sent.document)
    await people.advance_clock(3601)
    with pytest.raises((TelegramError, InvalidToken)):
        await file.download_as_bytearray()
    assert await (await bot.get_file(sent.document)).download_as_bytearray() == b"content"


async def test_the_other_methods_answer_as_the_library_expects(
    bot: Bot, people: SimulatorClient, private: Chat, fresh: Chat
) -> None:
    sent = await bot.send_photo(private.id, b"picture", caption="<b>x</b>", parse_mode="HTML")
    edited = await bot.edit_message_caption(private.id, sent.message_id, caption="y")
    forwarded = await bot.forward_message(fresh.id, private.id, sent.message_id)
    copied = await bot.copy_message(fresh.id, private.id, sent.message_id, caption="z")
    assert await bot.set_message_reaction(private.id, sent.message_id, "👍")
    assert await bot.get_chat_member_count(fresh.id) == 3
    assert await bot.delete_messages(fresh.id, [forwarded.message_id, copied.message_id])
    assert isinstance(await bot.get_chat(fresh.id), ChatFullInfo)
    assert leftovers([sent, edited, forwarded, copied]) == []
