"""The world in memory: who sees what, how long things live, how fast a bot may talk."""

import asyncio
from dataclasses import replace

import pytest

from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError
from bot.simulator.markup.formatted import format_plain
from bot.simulator.world.flood import NO_LIMITS, FloodControl, FloodLimits
from bot.simulator.world.seed import ALICE, GROUP_ID, XIAOMAN
from bot.simulator.world.types import (
    GENERAL_TOPIC,
    MEMBER,
    OWNER,
    Button,
    Chat,
    ChatKind,
    Outgoing,
    Speech,
)
from bot.simulator.world.updates import UpdateQueue
from bot.simulator.world.world import World


@pytest.fixture
def world() -> World:
    """A fresh world without flood limits."""
    return World("123456789:" + "A" * 35, Clock(), NO_LIMITS)


@pytest.fixture
def group(world: World) -> Chat:
    """Its group."""
    return world.state.chat(GROUP_ID)


@pytest.mark.parametrize(
    ("text", "is_seen"),
    [
        ("good morning", False),
        ("@ChuchuBot how?", True),
        ("how, @CHUCHUBOT?", True),
        ("@ChuchuBot2 how?", False),
        ("/ask how", True),
        ("/ask@chuchubot how", True),
        ("/ask@otherbot how", False),
        ("mail chuchubot@example.com", False),
    ],
)
def test_privacy_mode_shows_the_bot_only_what_is_meant_for_it(
    world: World, group: Chat, text: str, is_seen: bool
) -> None:
    world.people.post(group, XIAOMAN.id, Speech(text))
    assert len(world.updates) == (1 if is_seen else 0)


def test_privacy_mode_shows_replies_to_the_bot_and_no_others(world: World, group: Chat) -> None:
    answer = world.send(group, Outgoing(format_plain("an answer")))
    remark = world.people.post(group, ALICE.id, Speech("interesting"))
    world.people.post(group, XIAOMAN.id, Speech("and in 2023?", reply_to=answer.id))
    world.people.post(group, XIAOMAN.id, Speech("indeed", reply_to=remark.id))
    assert len(world.updates) == 1


def test_everything_in_a_private_chat_is_seen_edits_included(world: World) -> None:
    chat = world.state.chat(XIAOMAN.id)
    message = world.people.post(chat, XIAOMAN.id, Speech("question"))
    world.people.rewrite(chat, XIAOMAN.id, message.id, "better question")
    assert len(world.updates) == 2


def test_people_can_only_change_their_own_messages(world: World, group: Chat) -> None:
    message = world.people.post(group, XIAOMAN.id, Speech("mine"))
    for change in (
        lambda: world.people.rewrite(group, ALICE.id, message.id, "not yours"),
        lambda: world.people.withdraw(group, ALICE.id, message.id),
        lambda: world.people.post(world.state.chat(ALICE.id), XIAOMAN.id, Speech("wrong chat")),
    ):
        with pytest.raises(ApiError):
            change()


def test_a_reply_loses_its_target_when_that_is_deleted(world: World, group: Chat) -> None:
    question = world.people.post(group, ALICE.id, Speech("question"))
    answer = world.people.post(group, XIAOMAN.id, Speech("answer", reply_to=question.id))
    world.people.withdraw(group, ALICE.id, question.id)
    kept = world.state.message(group.id, answer.id)
    assert kept is not None
    assert kept.reply_to is None


def press_of(world: World) -> str:
    """Let the bot show a button and a person press it."""
    chat = world.state.chat(XIAOMAN.id)
    keyboard = ((Button("more", {"text": "more", "callback_data": "m"}),),)
    message = world.send(chat, Outgoing(format_plain("x"), keyboard=keyboard))
    return world.people.press(chat, XIAOMAN.id, message.id, "m").id


def test_a_press_is_answered_once_and_within_150_seconds(world: World) -> None:
    in_time, too_late = press_of(world), press_of(world)
    world.clock.advance(149)
    world.answer_press(in_time, text="", is_alert=False, url="")
    world.clock.advance(2)
    for number in (in_time, too_late, "unknown"):
        with pytest.raises(ApiError, match="query is too old"):
            world.answer_press(number, text="", is_alert=False, url="")
    assert [press.id for press in world.presses.unanswered] == [too_late]


def test_old_updates_are_gone(world: World) -> None:
    world.people.post(world.state.chat(XIAOMAN.id), XIAOMAN.id, Speech("question"))
    press_of(world)
    assert len(world.updates) == 2
    world.clock.advance(151)
    assert len(world.updates) == 1
    world.clock.advance(24 * 3600)
    assert len(world.updates) == 0


def test_a_clock_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="cannot go back"):
        Clock().advance(-1)


async def test_an_update_stays_until_it_is_confirmed() -> None:
    queue = UpdateQueue(Clock())
    for number in range(3):
        queue.add("message", {"number": number}, 60.0)
    first = await queue.poll(0, 2, 0)
    assert [update.content["number"] for update in first] == [0, 1]
    assert await queue.poll(0, 100, 0) == await queue.poll(first[0].id, 100, 0)
    rest = await queue.poll(first[1].id + 1, 100, 0)
    assert [update.content["number"] for update in rest] == [2]


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest() -> None:
    queue = UpdateQueue(Clock())
    for number in range(5):
        queue.add("message", {"number": number}, 60.0)
    assert [update.content["number"] for update in await queue.poll(-2, 100, 0)] == [3, 4]
    assert len(queue) == 2


async def test_a_long_poll_ends_as_soon_as_something_happens() -> None:
    queue = UpdateQueue(Clock())
    poll = asyncio.create_task(queue.poll(0, 100, 30))
    await asyncio.sleep(0)
    queue.add("message", {}, 60.0)
    assert len(await asyncio.wait_for(poll, 1)) == 1


async def test_of_two_pollers_the_older_one_gets_the_conflict() -> None:
    queue = UpdateQueue(Clock())
    older = asyncio.create_task(queue.poll(0, 100, 30))
    await asyncio.sleep(0)
    newer = asyncio.create_task(queue.poll(0, 100, 30))
    with pytest.raises(ApiError, match="terminated by other getUpdates request"):
        await asyncio.wait_for(older, 1)
    queue.add("message", {}, 60.0)
    assert len(await asyncio.wait_for(newer, 1)) == 1


def test_only_wanted_kinds_of_updates_are_kept() -> None:
    queue = UpdateQueue(Clock())
    queue.allowed = ("callback_query",)
    queue.add("message", {}, 60.0)
    queue.add("callback_query", {}, 60.0)
    assert len(queue) == 1


def test_three_messages_at_once_then_one_a_second_in_a_private_chat() -> None:
    clock = Clock()
    flood = FloodControl(clock, FloodLimits())
    chat = World("123456789:" + "A" * 35, clock, NO_LIMITS).state.chat(XIAOMAN.id)
    for _ in range(3):
        flood.count(chat)
    with pytest.raises(ApiError, match="Too Many Requests: retry after 1") as caught:
        flood.count(chat)
    assert (caught.value.code, caught.value.retry_after) == (429, 1)
    clock.advance(1.01)
    flood.count(chat)


def test_twenty_messages_a_minute_in_a_group_and_impatience_is_punished() -> None:
    clock = Clock()
    flood = FloodControl(clock, FloodLimits())
    group = World("123456789:" + "A" * 35, clock, NO_LIMITS).state.chat(GROUP_ID)
    for _ in range(20):
        flood.count(group)
        clock.advance(0.01)
    waits = []
    for _ in range(3):
        with pytest.raises(ApiError) as caught:
            flood.count(group)
        waits.append(caught.value.retry_after)
    assert waits == [3, 4, 5]
    clock.advance(6)
    flood.count(group)


def test_a_topic_that_opens_a_forum_is_not_taken_for_general(world: World) -> None:
    members = {XIAOMAN.id: OWNER, world.state.bot.id: MEMBER}
    forum = world.state.add_chat(Chat(0, ChatKind.SUPERGROUP, members, is_forum=True))
    topic = world.places.open_topic(forum, XIAOMAN.id, "First")
    assert topic.id != GENERAL_TOPIC
    message = world.people.post(forum, XIAOMAN.id, Speech("here", thread=topic.id))
    assert message.thread == topic.id
    assert world.thread_to_write(forum, topic.id) == topic.id


def test_slow_mode_lets_everyone_but_administrators_write_now_and_then(
    world: World, group: Chat
) -> None:
    slow = world.places.change_chat(replace(group, slow_mode=30))
    world.people.post(slow, XIAOMAN.id, Speech("an owner"))
    world.people.post(slow, XIAOMAN.id, Speech("writes on"))
    world.people.post(slow, ALICE.id, Speech("a member"))
    with pytest.raises(ApiError, match="slow mode is on: wait 30 s"):
        world.people.post(slow, ALICE.id, Speech("must wait"))
    world.send(slow, Outgoing(format_plain("and so")))
    with pytest.raises(ApiError, match="Too Many Requests: retry after 30") as refused:
        world.check_slow_mode(slow)
    assert (refused.value.retry_after, refused.value.is_circumstance) == (30, True)
    world.clock.advance(30)
    world.people.post(slow, ALICE.id, Speech("again"))
    world.check_slow_mode(slow)


def test_nobody_writes_into_a_group_that_became_a_supergroup(world: World) -> None:
    members = {XIAOMAN.id: OWNER, world.state.bot.id: MEMBER}
    small = world.places.add_chat(Chat(0, ChatKind.GROUP, members))
    grown = world.places.migrate(small)
    with pytest.raises(ApiError, match="upgraded to a supergroup"):
        world.people.post(world.state.chats[small.id], XIAOMAN.id, Speech("hello?"))
    assert world.people.post(grown, XIAOMAN.id, Speech("hello"))
