"""The whole way: a person's message, the Bot API, python-telegram-bot, the search, the answer."""

import json

import pytest

from tests.conftest import SEED
from tests.simulation.conftest import Rehearsal

QUESTION = "乡村精品民宿有多少家？"
TITLE = "《天津蓟州区实施“四大工程”加快融入京津冀》"


def bold(message: object) -> list[str]:
    """The parts of a message that are bold."""
    return [message.covered(e) for e in message.entities if e.type == "bold"]  # type: ignore[attr-defined]


async def test_a_private_question_is_answered_with_its_source(rehearsal: Rehearsal) -> None:
    answer = await rehearsal.ask(rehearsal.chinese, QUESTION)
    assert "乡村精品民宿271家" in bold(answer)[0]
    assert TITLE in answer.text
    assert SEED in answer.text
    assert any(entity.type == "blockquote" for entity in answer.entities)
    assert answer.reply_to is not None


async def test_traditional_characters_find_simplified_text(rehearsal: Rehearsal) -> None:
    answer = await rehearsal.ask(rehearsal.chinese, "薊州區有多少家鄉村精品民宿？")
    assert "271家" in bold(answer)[0]


async def test_what_is_not_in_the_documents_is_said_in_one_line(rehearsal: Rehearsal) -> None:
    group = await rehearsal.ask(rehearsal.group, "/ask@ChuchuBot 怎么做红烧肉？")
    assert group.text == "文档里没有找到答案。"
    english = await rehearsal.ask(rehearsal.english, "How do I bake bread?")
    assert english.text.startswith("The documents do not say.\nNearest: ")
    assert english.buttons == ()


@pytest.mark.parametrize("text", ["你好", "谢谢！", "😂", "？？？"])
async def test_small_talk_is_never_cited(rehearsal: Rehearsal, text: str) -> None:
    assert "《" not in (await rehearsal.ask(rehearsal.chinese, text)).text


@pytest.mark.parametrize("command", ["/start", "/help", "/sources", "/unknown"])
async def test_commands_are_answered_in_the_users_language(
    rehearsal: Rehearsal, command: str
) -> None:
    chinese = await rehearsal.ask(rehearsal.chinese, command)
    english = await rehearsal.ask(rehearsal.english, command)
    assert chinese.text != english.text
    if command == "/sources":
        assert TITLE in english.text


async def test_ask_without_a_question_explains_itself(rehearsal: Rehearsal) -> None:
    assert "/ask" in (await rehearsal.ask(rehearsal.chinese, "/ask")).text


@pytest.mark.parametrize(
    "text", [f"/ask {QUESTION}", f"/ask@ChuchuBot {QUESTION}", f"@chuchubot {QUESTION}"]
)
async def test_in_a_group_who_addresses_the_bot_is_answered(
    rehearsal: Rehearsal, text: str
) -> None:
    answer = await rehearsal.ask(rehearsal.group, text)
    assert "271家" in bold(answer)[0]


async def test_a_reply_to_the_bot_is_a_question(rehearsal: Rehearsal) -> None:
    first = await rehearsal.ask(rehearsal.group, f"/ask@ChuchuBot {QUESTION}")
    second = await rehearsal.ask(
        rehearsal.group, "那每年接待多少旅游人次？", member=1, reply_to=first.id
    )
    assert "2000万" in second.text


async def test_a_groups_own_talk_is_left_alone(rehearsal: Rehearsal) -> None:
    said = await rehearsal.say_without_reply(
        rehearsal.group,
        QUESTION,
        "今天吃什么",
        "/ask@OtherBot 问",
        "@ChuchuBots 你好",
        "@chuchubot 谢谢",
    )
    assert said == []


async def test_buttons_unfold_the_context_and_fold_it_again(rehearsal: Rehearsal) -> None:
    chat = rehearsal.chinese
    answer = await rehearsal.ask(chat, "蓝莓大樱桃草莓采摘园区")
    assert "全域旅游示范区" not in answer.text.split("1. ")[0]
    before = await rehearsal.press_for_edit(chat, answer, "▲ 前文")
    assert "肉牛产业链" in before.text.split("1. ")[0]
    both = await rehearsal.press_for_edit(chat, before, "▼ 后文")
    assert "肉牛产业链" in both.text.split("1. ")[0]
    assert "全域旅游示范区" in both.text.split("1. ")[0]
    folded = await rehearsal.press_for_edit(chat, both, "收起")
    assert folded.text == answer.text


async def test_more_passages_and_back(rehearsal: Rehearsal) -> None:
    chat = rehearsal.chinese
    answer = await rehearsal.ask(chat, QUESTION)
    more = await rehearsal.press_for_edit(chat, answer, "更多 ›")
    assert more.text.startswith("可能相关")
    assert not set(bold(more)[1:]) & set(bold(answer))
    again = await rehearsal.press_for_edit(chat, more, "‹ 返回")
    assert (again.text, again.buttons) == (answer.text, answer.buttons)


async def test_the_original_file_is_sent_under_the_answer(rehearsal: Rehearsal) -> None:
    chat = rehearsal.chinese
    answer = await rehearsal.ask(chat, QUESTION)
    await rehearsal.press(chat, answer, "原文")
    sent = await rehearsal.people.wait_for_message(chat.id, answer.id, timeout=10)
    assert sent.document == SEED
    assert sent.reply_to == answer.id


async def test_the_quote_can_be_copied_with_its_source(rehearsal: Rehearsal) -> None:
    answer = await rehearsal.ask(rehearsal.chinese, QUESTION)
    copied = answer.button("复制").copy_text
    assert "乡村精品民宿271家" in copied
    assert TITLE in copied


async def test_votes_become_labels_once(rehearsal: Rehearsal) -> None:
    chat = rehearsal.chinese
    answer = await rehearsal.ask(chat, QUESTION)
    for label in ("👍", "👍", "👎"):
        await rehearsal.press(chat, answer, label)
        await rehearsal.settle()
    lines = (rehearsal.folder / "feedback.jsonl").read_text("utf-8").splitlines()
    good, bad = map(json.loads, lines)
    assert good["question"] == bad["question"] == QUESTION
    assert good["answers"][0]["source"] == SEED
    assert "乡村精品民宿271家" in good["answers"][0]["quote"]
    assert bad["answers"] == []
    assert bad["tags"] == ["feedback", "bad"]


async def test_bad_takes_an_answer_back_and_records_it(rehearsal: Rehearsal) -> None:
    chat = rehearsal.group
    answer = await rehearsal.ask(chat, f"/ask@ChuchuBot {QUESTION}")
    refused = await rehearsal.ask(chat, "/bad@ChuchuBot", member=1, reply_to=answer.id)
    assert refused.text == "Only the asker and admins can take this answer back."
    done = await rehearsal.ask(chat, "/bad@ChuchuBot", reply_to=answer.id)
    assert done.text == "已撤回并记录。"
    assert answer.id not in [message.id for message in await rehearsal.people.messages(chat.id)]
    assert "bad" in (rehearsal.folder / "feedback.jsonl").read_text("utf-8")


async def test_the_language_can_be_chosen(rehearsal: Rehearsal) -> None:
    chat = rehearsal.chinese
    chosen = await rehearsal.ask(chat, "/lang")
    await rehearsal.press(chat, chosen, "English")
    await rehearsal.people.wait_for_edit(chat.id, chosen, timeout=10)
    assert (await rehearsal.ask(chat, "/help")).text.startswith("How to ask")
    assert (await rehearsal.ask(chat, "/lang zh")).text == "已保存。"
    assert (await rehearsal.ask(chat, "/help")).text.startswith("怎么问")


async def test_forged_and_outdated_buttons_are_answered_and_change_nothing(
    rehearsal: Rehearsal,
) -> None:
    chat = rehearsal.chinese
    answer = await rehearsal.ask(chat, QUESTION)
    presser = chat.people[0].id
    for data in ("s:000000000000:1:0:0", "d:000000000000", "v:000000000000:1", "x", "a:1:1"):
        await rehearsal.people.press(chat.id, presser, answer.id, data)
    await rehearsal.settle()
    again = [m for m in await rehearsal.people.messages(chat.id) if m.id == answer.id]
    assert again[0].text == answer.text
    assert not (rehearsal.folder / "feedback.jsonl").exists()


async def test_questions_are_answered_in_the_order_they_came(rehearsal: Rehearsal) -> None:
    chat = rehearsal.english
    questions = ["民宿多少家", "4月30日单日游客量", "规划面积多少平方公里"]
    sent = [await rehearsal.people.send(chat.id, chat.people[0].id, text) for text in questions]
    answered = []
    last = sent[-1]
    for _ in questions:
        message = await rehearsal.people.wait_for_message(chat.id, last, timeout=10)
        answered.append(message.reply_to)
        last = message.id
    assert answered == sent


async def test_a_mention_under_anothers_question_answers_it_and_its_button_works(
    rehearsal: Rehearsal,
) -> None:
    chat = rehearsal.group
    asked = await rehearsal.people.send(chat.id, chat.people[1].id, "蓝莓大樱桃草莓采摘园区")
    answer = await rehearsal.ask(chat, "@chuchubot", reply_to=asked)
    assert answer.reply_to == asked
    unfolded = await rehearsal.press_for_edit(chat, answer, "▲ 前文")
    assert "肉牛产业链" in unfolded.text


async def test_small_talk_by_command_gets_a_word_in_a_group(rehearsal: Rehearsal) -> None:
    assert "四大工程" in (await rehearsal.ask(rehearsal.group, "/ask@ChuchuBot 你好")).text
