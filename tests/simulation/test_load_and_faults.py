"""Bursts, floods, refusals and outages: what a bot in a busy group lives through."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from bot.chats import Chats, Reach
from bot.errors import ConflictError, TokenError
from bot.sqlite import SqliteDatabase
from bot.texts import texts
from tests.simulation.conftest import Scene

QUESTION = "乡村精品民宿有多少家？"
SAID = texts("zh")


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """What stands in the bot's database."""
    database = SqliteDatabase(folder)
    try:
        return [tuple(row) for row in database.rows(sql)]
    finally:
        database.close()


async def test_01_a_burst_of_updates_leaves_other_chats_their_answers(scene: Scene) -> None:
    flooding, other = await scene.person(), await scene.person()
    async with scene.bot():
        last = await scene.people.burst(flooding.id, flooding.id, "民宿有多少家？{n}", 5000)
        assert "271家" in (await scene.ask(other, QUESTION)).text
        async with asyncio.timeout(60):
            while (await scene.people.report()).waiting_updates:  # noqa: ASYNC110 - not ours
                await asyncio.sleep(0.1)
        await scene.quiet(flooding)
        said = await scene.said(flooding)
    assert last >= 5000
    # A burst of half the minute's questions, and one note.
    assert sum(message.text == SAID.slow_down for message in said) == 1
    assert len(said) <= 5 + 1


async def test_02_who_floods_is_refused_once_and_others_are_answered(scene: Scene) -> None:
    one, other = await scene.person(), await scene.person()
    group = await scene.group(one, other)
    async with scene.bot(per_user=4):
        for number in range(8):
            await scene.say(group, f"/ask@ChuchuBot 民宿有多少家？{number}", by=one)
        asked = await scene.say(group, f"/ask@ChuchuBot {QUESTION}", by=other)
        assert "271家" in (await scene.answer_to(group, asked)).text
        said = await scene.said(group)
    assert sum(message.text == SAID.slow_down for message in said) == 1
    assert len(said) == 2 + 1 + 1


async def test_03_a_short_wait_pauses_that_chat_only_and_sends_once(scene: Scene) -> None:
    slow, other = await scene.person(), await scene.person()
    async with scene.bot():
        await scene.stage.add_fault("429", "sendMessage", chat_id=slow.id, seconds=2)
        asked = await scene.say(slow, QUESTION)
        assert "271家" in (await scene.ask(other, QUESTION)).text
        assert await scene.said(slow) == []
        assert "271家" in (await scene.answer(slow, asked)).text
    assert len(await scene.calls("sendMessage", chat=slow)) == 2


async def test_04_a_long_wait_drops_the_answer_and_holds_nobody_up(scene: Scene) -> None:
    slow, other = await scene.person(), await scene.person()
    async with scene.bot():
        await scene.stage.add_fault("429", "sendMessage", chat_id=slow.id, seconds=600)
        await scene.say(slow, QUESTION)
        assert "271家" in (await scene.ask(other, QUESTION)).text
        await scene.quiet(slow)
        assert len(await scene.calls("sendMessage", chat=slow)) == 1
    states = rows(scene.folder, "SELECT chat_id, state FROM requests WHERE state = 'dropped'")
    assert states == [(slow.id, "dropped")]


@pytest.mark.parametrize(
    "reason",
    [
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: the group chat was deleted",
    ],
)
async def test_05_a_chat_that_is_gone_is_left_alone_until_it_speaks_again(
    scene: Scene, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    person = await scene.person()
    async with scene.bot():
        await scene.stage.add_fault("403", "sendMessage", chat_id=person.id, description=reason)
        await scene.say(person, QUESTION)
        await scene.quiet(person)
        assert len(await scene.calls("sendMessage", chat=person)) == 1
        assert "271家" in (await scene.ask(person, QUESTION + "？")).text
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_05_blocking_is_noted_without_a_call(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        await scene.ask(person, QUESTION)
        await scene.stage.set_member(person.id, "kicked")
        await scene.quiet(person)
    database = SqliteDatabase(scene.folder)
    assert Chats(database).get(person.id).reach is Reach.GONE
    database.close()


async def test_06_a_group_that_moves_takes_everything_along(scene: Scene) -> None:
    person = await scene.person()
    group = await scene.group(person, kind="group")
    async with scene.bot():
        assert (await scene.ask(group, "/lang@ChuchuBot en", by=person)).text == "Saved."
        # The answer waits, the group moves meanwhile, and its old id is refused.
        await scene.stage.add_fault("429", "sendMessage", chat_id=group.id, seconds=1)
        await scene.say(group, f"/ask@ChuchuBot {QUESTION}", by=person)
        await scene.refused(group)
        moved = await scene.stage.migrate(group.id)
        assert "271家" in (await scene.answer(moved, 0)).text
        silent = await scene.ask(moved, "/ask@ChuchuBot 怎么做红烧肉？", by=person)
        assert silent.text == "The documents do not say."


async def test_07_an_answer_to_a_deleted_question_names_the_asker(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        await scene.stage.add_fault("429", "sendMessage", chat_id=person.id, seconds=1)
        asked = await scene.say(person, QUESTION)
        await scene.refused(person)
        await scene.people.delete(person.id, person.id, asked)
        answer = await scene.answer(person, asked)
    assert answer.reply_to is None
    assert answer.text.startswith(f"{person.people[0].name}:")
    assert answer.text.count(person.people[0].name) == 1


@pytest.mark.parametrize(
    ("reason", "is_plain"),
    [
        ("Bad Request: can't parse entities: unsupported start tag at byte offset 3", True),
        ("Bad Request: BUTTON_DATA_INVALID", False),
    ],
)
async def test_what_telegram_refuses_for_its_form_is_sent_without_it(
    scene: Scene, reason: str, is_plain: bool
) -> None:
    person = await scene.person()
    async with scene.bot():
        await scene.stage.add_fault("400", "sendMessage", chat_id=person.id, description=reason)
        answer = await scene.ask(person, QUESTION)
        assert "271家" in answer.text
        assert (answer.entities == ()) is is_plain
        assert (answer.buttons == ()) is not is_plain


async def test_21_of_two_bots_with_one_token_the_newer_gives_way(
    scene: Scene, tmp_path: Path
) -> None:
    person = await scene.person()
    async with scene.bot() as older:
        older._polling._since -= 1000  # type: ignore[union-attr]  # has been at work for long
        newer = scene.build(folder=tmp_path / "second")
        async with asyncio.timeout(30):
            with pytest.raises(ConflictError, match="another process polls") as caught:
                await newer.run(asyncio.Event())
        assert caught.value.status == os.EX_TEMPFAIL
        assert "271家" in (await scene.ask(person, QUESTION)).text
        await scene.quiet(person)
        assert len(await scene.said(person)) == 1


async def test_22_a_revoked_token_ends_the_bot_without_showing_it(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.stage.add_fault("401", "getUpdates", skip=1)
    service = scene.build()
    running = asyncio.create_task(service.run(asyncio.Event()))
    await service.is_serving.wait()
    await scene.say(await scene.person(), QUESTION)
    async with asyncio.timeout(30):
        with pytest.raises(TokenError, match="refuses the token") as caught:
            await running
    assert caught.value.status == os.EX_CONFIG
    assert scene.simulator.token not in caplog.text + str(caught.value)


async def test_23_an_outage_is_waited_out_and_old_questions_are_counted(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    person = await scene.person()
    async with scene.bot():
        # The first poll after the outage fails too: nothing is fetched before all three are asked.
        await scene.stage.add_fault("502", "getUpdates")
        await scene.stage.go_down(3)
        await asyncio.sleep(3.2)
        for _ in range(3):
            await scene.say(person, QUESTION, date=int(time.time()) - 600)
        note = await scene.answer(person, 0)
        assert "3" in note.text
        assert note.text == SAID.missed.format(count=3)
        assert "271家" in (await scene.ask(person, QUESTION)).text
    told = [record for record in caplog.records if "cannot be reached" in record.message]
    assert len(told) == 1


async def test_23_a_telegram_that_is_down_at_start_is_waited_for(scene: Scene) -> None:
    person = await scene.person()
    await scene.say(person, QUESTION)
    await scene.stage.go_down(2)
    async with scene.bot():
        assert "271家" in (await scene.answer(person, 0)).text


@pytest.mark.parametrize("kind", ["502", "reset", "truncated", "junk"])
async def test_24_a_send_that_was_delivered_and_failed_doubles_at_most(
    scene: Scene, kind: str
) -> None:
    person = await scene.person()
    async with scene.bot():
        await scene.stage.add_fault(kind, "sendMessage", chat_id=person.id, after=True, times=5)
        await scene.say(person, QUESTION)
        await asyncio.sleep(1.5)
        await scene.quiet(person)
        assert 1 <= len(await scene.said(person)) <= 2


async def test_24_a_send_that_surely_failed_is_made_good(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        await scene.stage.add_fault("502", "sendMessage", chat_id=person.id)
        assert "271家" in (await scene.ask(person, QUESTION)).text
        await scene.quiet(person)
        assert len(await scene.said(person)) == 1


async def test_24_edits_and_presses_are_repeated_without_harm(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        answer = await scene.ask(person, QUESTION)
        await scene.stage.add_fault("502", "editMessageText")
        await scene.stage.add_fault("502", "answerCallbackQuery")
        await scene.press(person, answer, "▲ 前文", by=person)
        edited = await scene.people.wait_for_edit(person.id, answer)
        assert edited.text != answer.text


async def test_24_a_press_is_answered_when_telegram_asks_to_wait(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        answer = await scene.ask(person, QUESTION)
        await scene.stage.add_fault("429", "answerCallbackQuery", "editMessageText", times=2)
        await scene.press(person, answer, "▲ 前文", by=person)
        edited = await scene.people.wait_for_edit(person.id, answer)
        assert edited.text != answer.text


async def test_what_a_message_shows_already_is_not_sent_again(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        asked = await scene.say(person, QUESTION)
        await scene.answer(person, asked)
        # Another text, and the same answer.
        await scene.people.edit(person.id, person.id, asked, QUESTION + "？")
        await scene.quiet(person)
        await asyncio.sleep(0.2)
    assert await scene.calls("editMessageText", chat=person) == []


async def test_a_flood_of_200_questions_leaves_others_their_answer_within_a_second(
    scene: Scene,
) -> None:
    flooding, other = await scene.person(), await scene.person()
    group = await scene.group(flooding, other)
    # The strictest case: nothing is refused, so all of it stands in line.
    async with scene.bot(per_user=1000, per_chat=10_000, queue=200):
        await scene.people.burst(group.id, flooding.id, "/ask@ChuchuBot 民宿有多少家？{n}", 200)
        await scene.people.burst(flooding.id, flooding.id, "民宿有多少家？{n}", 200)
        elsewhere = await scene.group(other)
        for chat, text in ((other, QUESTION), (elsewhere, f"/ask@ChuchuBot {QUESTION}")):
            started = time.perf_counter()
            await scene.ask(chat, text, by=other)
            seconds = time.perf_counter() - started
            print(f"answered after {seconds:.3f} s, beside 400 questions")  # noqa: T201
            # Far from standing behind all of them.
            assert len(await scene.said(flooding)) + len(await scene.said(group)) < 40


async def test_the_command_list_is_set_when_telegram_fails_at_first(scene: Scene) -> None:
    person = await scene.person()
    await scene.stage.add_fault("502", "setMyCommands")
    before = len(await scene.calls("setMyCommands"))
    async with scene.bot():
        await scene.ask(person, "/help")
        async with asyncio.timeout(10):
            while len(await scene.calls("setMyCommands")) < before + 7:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        statuses = [call.status for call in (await scene.calls("setMyCommands"))[before:]]
    assert sorted(statuses) == [200] * 6 + [502]


async def test_26_repeated_reset_and_reordered_updates_are_answered_once(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        await scene.ask(person, QUESTION)
        await scene.stage.repeat_updates(1)
        await scene.stage.restart_update_ids(1000)
        await scene.quiet(person)
        assert len(await scene.said(person)) == 1
    for number in range(3):
        await scene.say(person, f"{QUESTION}{number}")
    await scene.stage.shuffle_updates(7)
    async with scene.bot():
        await scene.quiet(person)
        await asyncio.sleep(3.5)
    replies = [message.reply_to for message in await scene.said(person)]
    assert len(replies) == len(set(replies)) == 4


async def test_an_update_that_cannot_be_read_is_skipped(scene: Scene) -> None:
    person = await scene.person()
    async with scene.bot():
        await scene.stage.poison()
        await scene.stage.add_update("brand_new_kind", {"what": "ever"})
        assert "271家" in (await scene.ask(person, QUESTION)).text


async def test_27_a_big_groups_talk_is_neither_answered_nor_stored(scene: Scene) -> None:
    person = await scene.person()
    group = await scene.group(person)
    await scene.stage.change_bot(can_read_all_group_messages=True)
    async with scene.bot():
        await scene.people.burst(group.id, person.id, "今天吃什么 {n} @someone", 500)
        assert "271家" in (await scene.ask(group, f"@ChuchuBot {QUESTION}", by=person)).text
        assert len(await scene.said(group)) == 1
    await scene.stage.change_bot(can_read_all_group_messages=False)
    stored = rows(scene.folder, "SELECT text FROM requests WHERE chat_id < 0")
    assert stored == [(QUESTION,)]


async def test_32_a_group_that_lets_nothing_be_written_is_told_of_once(scene: Scene) -> None:
    owner = await scene.person()
    group = await scene.group(owner)
    async with scene.bot():
        await scene.ask(owner, "/start")
        await scene.stage.set_member(group.id, "left")
        await scene.stage.set_member(group.id, "member", by=owner.id)
        await scene.stage.change_chat(group.id, is_read_only=True)
        await scene.say(group, f"/ask@ChuchuBot {QUESTION}", by=owner)
        hint = await scene.answer(owner, (await scene.said(owner))[-1].id)
        await scene.say(group, f"/ask@ChuchuBot {QUESTION}1", by=owner)
        await scene.quiet(group)
        assert len(await scene.said(owner)) == 2
    assert hint.text == SAID.mute_hint.format(name=group.title)


async def test_32_in_slow_mode_answers_come_one_after_another(scene: Scene) -> None:
    one, other = await scene.person(), await scene.person()
    group = await scene.group(one, other)
    async with scene.bot():
        await scene.stage.change_chat(group.id, slow_mode=3)
        asked = [await scene.say(group, f"/ask@ChuchuBot {QUESTION}", by=by) for by in (one, other)]
        answers = [await scene.answer_to(group, each) for each in asked]
        await scene.quiet(group)
        assert len(await scene.said(group)) == 2
    assert all("271家" in answer.text for answer in answers)
    statuses = [call.status for call in await scene.calls("sendMessage", chat=group)]
    assert sorted(statuses) == [200, 200, 429]


async def test_35_clocks_that_disagree_lose_no_question(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await scene.person()
    real = time.time
    async with scene.bot():
        await scene.say(person, QUESTION, date=int(real()) + 300)
        assert "271家" in (await scene.answer(person, 0)).text
        # This machine's clock jumps an hour ahead; Telegram's dates tell the true time.
        monkeypatch.setattr(time, "time", lambda: real() + 3600)
        await scene.ask(person, "/help")
        assert "271家" in (await scene.ask(person, QUESTION + "？")).text
