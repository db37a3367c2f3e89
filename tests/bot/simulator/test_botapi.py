"""The Bot API as python-telegram-bot sees it."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import BadRequest, Conflict, Forbidden

from bot.simulator.client import Chat, SimulatorClient
from bot.simulator.process import RunningSimulator
from tests.bot.simulator.library import leftovers, raw

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("more", callback_data="more:1")]])


async def test_the_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.username, me.first_name, me.is_bot) == ("ChuchuBot", "出处", True)
    assert me.can_read_all_group_messages is False
    assert leftovers(me) == []


async def test_an_answer_reaches_the_chat_with_its_formatting(
    bot: Bot, people: SimulatorClient, private: Chat
) -> None:
    sent = await bot.send_message(
        private.id,
        "<b>是</b> 😀 <blockquote expandable>原文</blockquote>",
        parse_mode="HTML",
        reply_markup=KEYBOARD,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
    )
    seen = await people.wait_for_message(private.id, sent.message_id - 1)
    assert seen.text == sent.text == "是 😀 原文"
    assert [(e.type, seen.covered(e)) for e in seen.entities] == [
        ("bold", "是"),
        ("expandable_blockquote", "原文"),
    ]
    assert seen.button("more").data == "more:1"
    assert leftovers(sent) == []


async def test_every_update_is_parsed_without_leftovers(
    bot: Bot, people: SimulatorClient, private: Chat, group: Chat
) -> None:
    person = private.people[0]
    answer = await bot.send_message(private.id, "answer", reply_markup=KEYBOARD)
    question = await people.send(
        private.id, person.id, "and then? https://a.com", answer.message_id
    )
    await people.edit(private.id, person.id, question, "/ask and then, @ChuchuBot? #x")
    await people.press(private.id, person.id, answer.message_id, "more:1")
    await people.press(private.id, person.id, 9999, "forged")
    await people.send(group.id, person.id, "@ChuchuBot hi")
    updates = await bot.get_updates(timeout=1)
    kinds = ["message", "message", "edited_message", "callback_query", "callback_query", "message"]
    assert [next(iter(set(u.to_dict()) - {"update_id"})) for u in updates] == kinds
    assert leftovers(updates) == []
    reply = updates[1].message
    assert reply is not None
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.message_id == answer.message_id
    gone = updates[4].callback_query
    assert gone is not None
    assert gone.message is not None
    assert not gone.message.is_accessible


async def test_replies_quote_what_is_there_and_nothing_else(
    bot: Bot, people: SimulatorClient, private: Chat
) -> None:
    question = await people.send(private.id, private.people[0].id, "😀 first and second")
    quote = ReplyParameters(question, quote="<b>first</b>", quote_parse_mode="HTML")
    sent = await bot.send_message(private.id, "x", reply_parameters=quote)
    assert sent.quote is not None
    assert (sent.quote.text, sent.quote.position) == ("first", 3)
    assert leftovers(sent) == []
    wrong = ReplyParameters(question, quote="third")
    with pytest.raises(BadRequest, match=r"(?i)quote_text_invalid"):
        await bot.send_message(private.id, "x", reply_parameters=wrong)
    with pytest.raises(BadRequest, match=r"[Mm]essage to be replied not found"):
        await bot.send_message(private.id, "x", reply_parameters=ReplyParameters(9999))
    lenient = ReplyParameters(9999, allow_sending_without_reply=True)
    assert (
        await bot.send_message(private.id, "x", reply_parameters=lenient)
    ).reply_to_message is None


async def test_edits_change_own_messages_and_must_change_something(
    bot: Bot, people: SimulatorClient, private: Chat
) -> None:
    sent = await bot.send_message(private.id, "short", reply_markup=KEYBOARD)
    edited = await bot.edit_message_text("longer", private.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("longer", None)
    assert edited.edit_date is not None
    assert leftovers(edited) == []
    with pytest.raises(BadRequest, match=r"exactly the same as a current content"):
        await bot.edit_message_text("longer", private.id, sent.message_id)
    await bot.edit_message_reply_markup(private.id, sent.message_id, reply_markup=KEYBOARD)
    question = await people.send(private.id, private.people[0].id, "mine")
    with pytest.raises(BadRequest, match=r"can't be edited"):
        await bot.edit_message_text("yours", private.id, question)
    with pytest.raises(BadRequest, match=r"[Mm]essage to edit not found"):
        await bot.edit_message_text("x", private.id, 9999)


async def test_deleting_follows_the_kind_of_chat(
    bot: Bot, people: SimulatorClient, private: Chat, group: Chat
) -> None:
    person = private.people[0].id
    assert await bot.delete_message(private.id, await people.send(private.id, person, "x"))
    sent = await bot.send_message(group.id, "x")
    assert await bot.delete_message(group.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"[Mm]essage to delete not found"):
        await bot.delete_message(group.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"can't be deleted"):
        await bot.delete_message(group.id, await people.send(group.id, person, "x"))


async def test_presses_are_answered_once(bot: Bot, people: SimulatorClient, private: Chat) -> None:
    sent = await bot.send_message(private.id, "x", reply_markup=KEYBOARD)
    press = await people.press(private.id, private.people[0].id, sent.message_id, "more:1")
    assert await bot.answer_callback_query(press, "thanks", show_alert=True)
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old and response timeout expired"):
        await bot.answer_callback_query(press)


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        (InlineKeyboardButton("x", callback_data="数" * 22), "(?i)button_data_invalid"),
        (InlineKeyboardButton("x", callback_data=""), "(?i)button_data_invalid"),
        (InlineKeyboardButton(" ", callback_data="x"), "text must be non-empty"),
        (InlineKeyboardButton("x", url="http://intranet"), "(?i)is invalid: wrong http url"),
        (InlineKeyboardButton("x", copy_text=CopyTextButton("x" * 257)), "(?i)copy_text_invalid"),
        (InlineKeyboardButton("x"), "[Tt]ext buttons are unallowed"),
        (InlineKeyboardButton("x", callback_data="x", url="http://a.com"), "several actions"),
    ],
)
async def test_buttons_that_telegram_refuses(
    bot: Bot, private: Chat, button: InlineKeyboardButton, complaint: str
) -> None:
    with pytest.raises(BadRequest, match=complaint):
        await bot.send_message(private.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_chats_that_the_bot_may_not_write_to(
    bot: Bot, people: SimulatorClient, private: Chat
) -> None:
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await bot.send_message(12345, "x")
    stranger = [chat for chat in await people.chats() if chat.kind == "private"][1]
    with pytest.raises(Forbidden, match=r"can't initiate conversation"):
        await bot.send_message(stranger.id, "x")


async def test_files_go_up_and_come_down(bot: Bot, people: SimulatorClient, private: Chat) -> None:
    content = "第一条".encode()
    sent = await bot.send_document(
        private.id, content, filename="../法.md", caption="<b>x</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert leftovers(sent) == []
    file = await bot.get_file(sent.document)
    assert bytes(await file.download_as_bytearray()) == content
    seen = await people.wait_for_message(private.id, sent.message_id - 1)
    assert (seen.text, seen.document) == ("x", sent.document.file_name)
    again = await bot.send_document(private.id, sent.document.file_id)
    assert again.document == sent.document
    with pytest.raises(BadRequest, match=r"(?i)file must be non-empty"):
        await bot.send_document(private.id, b"")


async def test_command_menus_depend_on_scope_and_language(
    bot: Bot, people: SimulatorClient
) -> None:
    await bot.set_my_commands([BotCommand("ask", "ask a question")])
    await bot.set_my_commands([("ask", "问一个问题")], language_code="zh")
    await bot.set_my_commands([("sources", "list")], scope=BotCommandScopeAllGroupChats())
    private, group, other, _ = await people.chats()
    person, stranger = private.people[0].id, other.people[0].id
    assert private.commands[person] == (("ask", "问一个问题"),)
    assert other.commands[stranger] == (("ask", "ask a question"),)
    assert group.commands[person] == (("sources", "list"),)
    assert [c.command for c in await bot.get_my_commands(language_code="zh")] == ["ask"]
    await bot.delete_my_commands(scope=BotCommandScopeAllGroupChats())
    assert (await people.chats())[1].commands[person] == (("ask", "问一个问题"),)
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([("Ask", "x")])


async def test_the_bot_describes_itself(bot: Bot) -> None:
    await bot.set_my_description("all", language_code="")
    await bot.set_my_description("全部", language_code="zh")
    await bot.set_my_short_description("short")
    assert (await bot.get_my_description("zh")).description == "全部"
    assert (await bot.get_my_description("fr")).description == "all"
    assert (await bot.get_my_short_description()).short_description == "short"
    with pytest.raises(BadRequest, match=r"too long"):
        await bot.set_my_description("x" * 513)


async def test_chats_and_members_are_told(bot: Bot, group: Chat) -> None:
    info = await bot.get_chat(group.id)
    assert (info.title, info.type) == (group.title, "supergroup")
    members = [await bot.get_chat_member(group.id, member.id) for member in group.members]
    assert [member.status for member in members] == ["creator", "member", "member", "administrator"]
    assert leftovers([info, *members, await bot.get_webhook_info()]) == []


async def test_a_second_poller_ends_the_first(bot: Bot, people: SimulatorClient) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=10))
    for _ in range(100):
        await asyncio.sleep(0.02)
        if not older.done() and await _is_polling(people):
            break
    await bot.get_updates(timeout=0)
    with pytest.raises(Conflict, match=r"terminated by other getUpdates request"):
        await asyncio.wait_for(older, 5)


async def _is_polling(people: SimulatorClient) -> bool:
    # A waiting call has a number already, but is not in the list of finished ones.
    return (await people.report()).calls > len(await people.calls())


async def test_tokens_and_methods_are_checked(simulator: RunningSimulator) -> None:
    stranger = replace(simulator, token="123456789:" + "x" * 35)
    assert (await raw(stranger, "getMe"))["description"] == "Unauthorized"
    assert (await raw(simulator, "sendNonsense"))["error_code"] == 404
    assert (await raw(simulator, "GETME"))["result"]["username"] == "ChuchuBot"
    async with aiohttp.ClientSession() as session:
        url = f"{simulator.api}/bot{simulator.token}/getChat?chat_id=5"
        async with session.get(url) as response:
            assert (await response.json())["description"] == "Bad Request: chat not found"


async def test_every_refusal_is_in_the_report(
    simulator: RunningSimulator, people: SimulatorClient, private: Chat
) -> None:
    answer = await raw(simulator, "sendMessage", chat_id=private.id, text="<p>", parse_mode="HTML")
    assert answer["description"].startswith("Bad Request: can't parse entities: Unsupported")
    await raw(simulator, "sendMessage", chat_id=private.id, text="\ud800")
    await raw(simulator, "sendMessage", chat_id=private.id, text="x", foo=1)
    await raw(simulator, "sendMessage", chat_id=private.id, text="see README.md")
    rules = [(f.rule, f.detail[:40]) for f in (await people.report()).findings[-4:]]
    assert rules == [
        ("refused", "Bad Request: can't parse entities: Unsup"),
        ("refused", "Bad Request: strings must be encoded in "),
        ("refused", 'Bad Request: unknown parameter "foo" of '),
        ("automatic entity", "url: README.md"),
    ]


async def test_the_token_is_never_shown(
    simulator: RunningSimulator, people: SimulatorClient, private: Chat
) -> None:
    await raw(simulator, "sendMessage", chat_id=private.id, text=f"my token {simulator.token}")
    await raw(simulator, simulator.token)
    async with aiohttp.ClientSession() as session:
        for path in ("", "sim/calls", "sim/report", "sim/chats"):
            async with session.get(f"{simulator.page}{path}") as response:
                assert simulator.token not in await response.text()
    assert any("<token>" in str(call.parameters) for call in await people.calls())
