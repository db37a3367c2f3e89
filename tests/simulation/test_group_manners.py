"""Who is answered, where, how, and who is not: every turn that people give a conversation."""

import asyncio
from typing import Any

import pytest

from bot.texts import texts
from tests.conftest import SEED
from tests.simulation.conftest import Scene

QUESTION = "乡村精品民宿有多少家？"
TITLE = "《天津蓟州区实施“四大工程”加快融入京津冀》"
SAID = texts("zh")


async def test_08_an_edited_question_is_answered_by_its_newest_text(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        # The first answer waits, and the second question is edited while it is queued.
        await scene.stage.add_fault("429", "sendMessage", chat_id=person.id, seconds=1)
        await scene.say(person, "规划面积多少平方公里")
        asked = await scene.say(person, "怎么做红烧肉？")
        await scene.refused(person)
        await scene.people.edit(person.id, person.id, asked, QUESTION)
        answer = await scene.answer_to(person, asked)
        assert "271家" in answer.text
        # Edited after the answer, it is the answer that changes.
        await scene.people.edit(person.id, person.id, asked, "怎么做红烧肉？")
        edited = await scene.people.wait_for_edit(person.id, answer, timeout=10)
        assert edited.text.startswith(SAID.silent)
        await scene.quiet(person)
        assert len(await scene.said(person)) == 2


async def test_09_an_edit_that_changes_no_text_is_ignored(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        answer = await scene.ask(person, QUESTION)
        await scene.people.edit(person.id, person.id, answer.id - 1, None)
        await scene.quiet(person)
        assert await scene.said(person) == [answer]


async def test_10_a_reply_to_an_answer_follows_up_on_its_question(scene: Scene) -> None:
    one, other = await scene.person(), await scene.person()
    group = await scene.group(one, other)
    async with scene.bot():
        first = await scene.ask(group, f"/ask@ChuchuBot 蓟州区{QUESTION}", by=one)
        # Without the words before, this names nothing that could be found.
        more = await scene.ask(group, "景区呢？", by=other, reply_to=first.id)
        assert "景区23家" in more.text
        again = await scene.ask(group, "那国家呢？", by=one, reply_to=more.id)
        assert again.reply_to == again.id - 1
        person = await scene.say(group, "我觉得不错", by=one)
        await scene.say(group, QUESTION, by=other, reply_to=person)
        await scene.quiet(group)
        assert len(await scene.said(group)) == 3


async def test_11_a_question_in_a_caption_is_answered_and_the_file_left_alone(
    scene: Scene,
) -> None:
    person = await scene.person()
    group = await scene.group(person)
    file = await scene.stage.upload("x.txt", "民宿9家。".encode(), "text/plain")
    async with scene.bot():
        answer = await scene.ask(group, f"@ChuchuBot {QUESTION}", by=person, file_id=file)
        assert "271家" in answer.text
        assert await scene.calls("getFile") == []


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        (f"/ask@OtherBot {QUESTION}", False),
        (f"@ChuchuBots {QUESTION}", False),
        (f"@CHUCHUBOT {QUESTION}", True),
        (f"/ASK@chuchubot {QUESTION}", True),
        (f"/ask {QUESTION}", True),
    ],
)
async def test_12_only_what_names_us_is_ours(scene: Scene, text: str, is_ours: bool) -> None:
    person = await scene.person()
    group = await scene.group(person)
    async with scene.bot():
        # Telegram hands a bare command to the bot that spoke last.
        await scene.ask(group, "/help@ChuchuBot", by=person)
        asked = await scene.say(group, text, by=person)
        if is_ours:
            assert "271家" in (await scene.answer_to(group, asked)).text
        await scene.quiet(group)
        assert len(await scene.said(group)) == 1 + is_ours


@pytest.mark.parametrize("text", ["", "😂", "？！。", "\u200d\u200f\ufe0f", "a"])
async def test_13_an_empty_question_gets_one_hint_a_minute(scene: Scene, text: str) -> None:
    person = await scene.person()
    group = await scene.group(person)
    async with scene.bot():
        hint = await scene.ask(group, f"/ask@ChuchuBot {text}".strip(), by=person)
        assert "《" not in hint.text
        await scene.say(group, f"/ask@ChuchuBot {text}".strip(), by=person)
        await scene.quiet(group)
        assert "《" not in "".join(message.text for message in await scene.said(group))
        assert len(await scene.said(group)) == 1


@pytest.mark.parametrize(
    "text",
    [
        QUESTION + "很" * 4080,
        f"{QUESTION} 规划面积多少平方公里？ 签约多少个项目？",
        f"{QUESTION}\n" + "2026-11-25 01:17:28 ERROR at x.py:12 (aaaa/bbbb)\n" * 70,
    ],
)
async def test_14_long_questions_several_at_once_and_logs_are_answered(
    scene: Scene, text: str
) -> None:
    person = await scene.person()
    async with scene.bot():
        assert (await scene.ask(person, text[:4096])).text


@pytest.mark.parametrize(
    "text",
    [
        "乡̷̧村̴̛精̵品民宿有多少家？",
        "\u202e乡村精品民宿有多少家？",
        "ＡＢＣ 乡村精品民宿有多少家？",
        "שלום 乡村精品民宿有多少家？",
        "乡村精品民宿有多少家？e\u0301",
        "薊州區有多少家鄉村精品民宿？",
    ],
)
async def test_15_odd_characters_are_searched_and_shown_as_they_are(
    scene: Scene, text: str
) -> None:
    person = await scene.person()
    async with scene.bot():
        assert "271家" in (await scene.ask(person, text)).text


async def test_20_presses_are_answered_once_whoever_presses_whenever(scene: Scene) -> None:
    one, other = await scene.person(), await scene.person("en")
    group = await scene.group(one, other)
    async with scene.bot():
        answer = await scene.ask(group, f"/ask@ChuchuBot {QUESTION}", by=one)
        for presser in (other, other, one):
            await scene.press(group, answer, "👍", presser)
        # A client of one's own may send any data: another chat's, an owner's, nonsense.
        for data in ("a:-100:1", "c:threshold:0.1", "r:" + "0" * 16, "s:x:9:9:99", "v:x:2", "😀"):
            await scene.people.press(group.id, other.id, answer.id, data)
        await scene.settled()
        assert [message.text for message in await scene.said(group)] == [answer.text]
    # Pressed while nobody was there: Telegram has forgotten it after 150 seconds.
    await scene.people.press(group.id, one.id, answer.id, answer.button("👍").data)
    await scene.people.advance_clock(140)
    async with scene.bot():
        await scene.people.advance_clock(20)
        await scene.quiet(group)
    answered = await scene.calls("answerCallbackQuery")
    assert len(answered) >= 9


async def test_20_a_press_is_checked_against_the_pressers_rights(scene: Scene) -> None:
    owner, friend, stranger = [await scene.person() for _ in range(3)]
    async with scene.bot(owners=[owner.id], private="listed", allowed=[friend.id]):
        assert "271家" in (await scene.ask(friend, QUESTION)).text
        assert (await scene.ask(stranger, QUESTION)).text == SAID.not_allowed
        refusal = (await scene.said(stranger))[-1]
        known = (await scene.said(friend))[-1].button("▲ 前文").data
        await scene.people.press(stranger.id, stranger.id, refusal.id, known)
        await scene.settled()
        assert [message.text for message in await scene.said(stranger)] == [SAID.not_allowed]


async def test_28_admins_without_a_name_and_channels_are_people_machines_are_not(
    scene: Scene,
) -> None:
    owner, admin = await scene.person(), await scene.person()
    machine = await scene.stage.add_person("机", username="other_bot", is_bot=True)
    channel = await scene.stage.add_group("频道", [owner.id], kind="channel")
    group = await scene.group(owner, admin)
    await scene.stage.set_member(group.id, "administrator", user_id=admin.id, is_anonymous=True)
    await scene.stage.set_member(group.id, "member", user_id=machine.id)
    await scene.stage.change_bot(hears_bots=True)
    async with scene.bot():
        for asker in ({"by": admin}, {"by": owner, "channel": channel.id}):
            answer = await scene.ask(group, f"/ask@ChuchuBot {QUESTION}", **asker)  # type: ignore[arg-type]
            assert "271家" in answer.text
        await scene.people.send(group.id, machine.id, f"/ask@ChuchuBot {QUESTION}")
        odd: list[dict[str, Any]] = [
            {"extra": {"dice": {"emoji": "🎲", "value": 3}}},
            {"extra": {"rich_message": {"blocks": []}}},
        ]
        for more in odd:
            await scene.people.send(group.id, owner.id, "", **more)
        await scene.quiet(group)
        assert len(await scene.said(group)) == 2
    await scene.stage.change_bot(hears_bots=False)


async def test_28_a_linked_channels_posts_are_not_answered(scene: Scene) -> None:
    owner = await scene.person()
    group = await scene.group(owner)
    channel = await scene.stage.add_group("频道", [owner.id], kind="channel", linked=group.id)
    async with scene.bot():
        await scene.people.send(channel.id, owner.id, f"/ask@ChuchuBot {QUESTION}")
        await scene.quiet(group)
        assert await scene.said(group) == []


async def test_29_topics_are_answered_in_themselves_or_not_at_all(scene: Scene) -> None:
    person = await scene.person()
    forum = await scene.group(person, is_forum=True)
    await scene.say(forum, "大家好", by=person)
    topic = await scene.stage.open_topic(forum.id, person.id, "民宿")
    async with scene.bot():
        answer = await scene.ask(forum, f"/ask@ChuchuBot {QUESTION}", by=person, thread=topic)
        assert answer.thread == topic
        general = await scene.ask(forum, f"/ask@ChuchuBot {QUESTION}", by=person)
        assert general.thread in (None, 1)
        before = len(await scene.said(forum))
        await scene.stage.add_fault("429", "sendMessage", chat_id=forum.id, seconds=1)
        await scene.say(forum, f"/ask@ChuchuBot {QUESTION}", by=person, thread=topic)
        await scene.refused(forum)
        await scene.stage.delete_topic(forum.id, topic)
        await asyncio.sleep(1.5)
        await scene.quiet(forum)
        assert [m.thread for m in await scene.said(forum) if m.id > general.id] == []
        assert before


async def test_30_inline_mode(scene: Scene) -> None:
    person = await scene.person()
    await scene.stage.change_bot(supports_inline_queries=True)
    async with scene.bot():
        help_ = await inline(scene, person.id, "")
        assert len(help_.results) == 1
        assert help_.button
        titles = await inline(scene, person.id, "天津")
        assert any("四大工程" in result.title for result in titles.results)
        found = await inline(scene, person.id, QUESTION)
        assert "271家" in found.results[0].title
        assert found.cache_time <= 10
        assert found.is_personal
        page = await inline(scene, person.id, QUESTION, found.next_offset)
        assert {r.id for r in page.results}.isdisjoint({r.id for r in found.results})
        queries = [
            (await scene.people.type_inline(person.id, person.id, QUESTION[:length]))[0]
            for length in range(3, len(QUESTION) + 1)
        ]
        answer = await scene.people.wait_for_inline(queries[-1], timeout=10)
        assert answer.results
        # Only the newest of what someone types is computed.
        assert len(await scene.calls("answerInlineQuery")) < 4 + len(queries)


async def inline(scene: Scene, person: int, text: str, offset: str = "") -> Any:
    """What the bot offers."""
    query, cached = await scene.people.type_inline(person, person, text, offset)
    return cached or await scene.people.wait_for_inline(query, timeout=10)


async def test_33_people_and_groups_come_and_go_in_every_way(scene: Scene) -> None:
    people = [
        await scene.person(code, user_id)
        for code, user_id in (("", 0), ("zh-hans", 0), ("pt-br", 0), ("en", 5_000_000_000))
    ]
    group = await scene.group(*people)
    async with scene.bot():
        for person in people:
            assert "271家" in (await scene.ask(person, QUESTION)).text
        await scene.ask(people[0], "/start inline")
        for status in ("left", "member", "kicked", "member"):
            await scene.stage.set_member(group.id, status, by=people[0].id)
        await scene.quiet(group)
        assert "271家" in (await scene.ask(group, f"/ask@ChuchuBot {QUESTION}", by=people[3])).text


async def test_34_silence_is_honest_and_citations_open_their_excerpt(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        silent = await scene.ask(person, "怎么做红烧肉？")
        assert silent.text.startswith(SAID.silent)
        assert TITLE in silent.text
        assert silent.buttons == ()
        answer = await scene.ask(person, QUESTION)
        passage = answer.button("👍").data.split(":")[1]
        opened = await scene.ask(person, f"/start p{passage}")
        quoted = answer.text.split("\n1. ")[0]
        assert quoted in opened.text
        assert SEED in opened.text
        assert (await scene.ask(person, "/start p000000000000")).text == SAID.outdated
