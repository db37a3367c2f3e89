"""Inline mode and guest mode."""

from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedDocument,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest

from bot.simulator.client import Chat, SimulatorClient, SimulatorError
from tests.bot.simulator.library import leftovers

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("more", callback_data="m")]])


def article(number: str = "1", text: str = "<b>是</b>", **more: Any) -> InlineQueryResultArticle:
    """A result that becomes a formatted message."""
    content = InputTextMessageContent(text, parse_mode="HTML")
    return InlineQueryResultArticle(number, f"title {number}", content, **more)


async def next_update(bot: Bot) -> Update:
    """The next update, confirmed."""
    (update,) = await bot.get_updates(timeout=2, limit=1, allowed_updates=Update.ALL_TYPES)
    await bot.get_updates(offset=update.update_id + 1, limit=1, timeout=0)
    assert leftovers(update) == []
    return update


async def test_a_result_is_typed_for_chosen_sent_and_edited(
    bot: Bot, people: SimulatorClient, group: Chat
) -> None:
    person = group.people[1].id
    number, cached = await people.type_inline(group.id, person, "多少家")
    assert cached is None
    query = (await next_update(bot)).inline_query
    assert query is not None
    assert (query.query, query.chat_type, query.id) == ("多少家", "supergroup", number)
    button = InlineQueryResultsButton("ask in private", start_parameter="inline")
    await query.answer(
        [article(reply_markup=KEYBOARD)], button=button, next_offset="1", cache_time=0
    )
    answer = await people.wait_for_inline(number)
    assert [(r.title, r.text) for r in answer.results] == [("title 1", "是")]
    assert (answer.next_offset, answer.button) == ("1", "ask in private")
    sent = await people.choose(number, "1")
    via = (await next_update(bot)).message
    assert via is not None
    assert via.via_bot is not None
    assert (via.message_id, via.via_bot.id) == (sent, bot.id)
    chosen = (await next_update(bot)).chosen_inline_result
    assert chosen is not None
    assert chosen.inline_message_id
    await people.press(group.id, person, sent, "m")
    press = (await next_update(bot)).callback_query
    assert press is not None
    assert (press.inline_message_id, press.message) == (chosen.inline_message_id, None)
    await press.answer()
    assert await press.edit_message_text("changed") is True
    (message,) = [m for m in await people.messages(group.id) if m.id == sent]
    assert (message.text, message.via_bot, message.sender.id) == ("changed", "ChuchuBot", person)


async def test_answers_are_cached_for_all_or_for_one(
    bot: Bot, people: SimulatorClient, group: Chat
) -> None:
    first, second = (member.id for member in group.people[:2])
    for is_personal in (False, True):
        text = f"cached {is_personal}"
        await people.type_inline(group.id, first, text)
        query = (await next_update(bot)).inline_query
        assert query is not None
        await query.answer([article()], cache_time=10, is_personal=is_personal)
        assert (await people.type_inline(group.id, first, text))[1] is not None
        assert ((await people.type_inline(group.id, second, text))[1] is None) is is_personal
        await people.advance_clock(11)
        assert (await people.type_inline(group.id, first, text))[1] is None
        await people.stage.drop_updates()


@pytest.mark.parametrize(
    ("results", "more", "complaint"),
    [
        ([article("1"), article("1")], {}, "result_id_duplicate"),
        ([article("x" * 65)], {}, "result_id_invalid"),
        ([article(str(n)) for n in range(51)], {}, "results_too_much"),
        ([article(text="<p>")], {}, "can't parse entities"),
        ([InlineQueryResultCachedDocument("1", "t", "nonsense")], {}, "message_empty"),
        ([], {"button": InlineQueryResultsButton("x", start_parameter="a b")}, "start_param_inv"),
        ([], {"next_offset": "x" * 65}, "next_offset_invalid"),
    ],
)
async def test_results_that_telegram_refuses(
    bot: Bot,
    people: SimulatorClient,
    group: Chat,
    results: list[Any],
    more: dict[str, Any],
    complaint: str,
) -> None:
    number, _ = await people.type_inline(group.id, group.people[0].id, f"bad {complaint}")
    with pytest.raises(BadRequest, match=f"(?i){complaint}"):
        await bot.answer_inline_query(number, results, **more)


async def test_an_inline_query_lives_thirty_seconds(
    bot: Bot, people: SimulatorClient, group: Chat
) -> None:
    number, _ = await people.type_inline(group.id, group.people[0].id, "slow")
    await people.advance_clock(31)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_inline_query(number, [article()])
    assert await bot.get_updates() == ()
    await people.stage.change_bot(supports_inline_queries=False)
    with pytest.raises(SimulatorError, match="no inline mode"):
        await people.type_inline(group.id, group.people[0].id, "off")
    await people.stage.change_bot(supports_inline_queries=True)


async def test_a_guest_is_called_by_name_and_answers_once(
    bot: Bot, people: SimulatorClient, group: Chat
) -> None:
    person = group.people[0].id
    elsewhere = await people.stage.add_group("Elsewhere", [person], with_bot=False)
    await people.send(elsewhere.id, person, "nobody called")
    asked = await people.send(elsewhere.id, person, "@ChuchuBot 多少家")
    called = (await next_update(bot)).guest_message
    assert called is not None
    assert called.guest_query_id
    sent = await bot.answer_guest_query(called.guest_query_id, article())
    assert sent.inline_message_id
    answer = await people.wait_for_message(elsewhere.id, asked)
    assert (answer.text, answer.reply_to) == ("是", asked)
    assert await bot.edit_message_text("more", inline_message_id=sent.inline_message_id) is True
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_guest_query(called.guest_query_id, article())
