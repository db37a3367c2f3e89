"""The chat page in a real browser, with a small bot behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    ReplyParameters,
)
from telegram.error import TelegramError

from bot.simulator.client import Chat, SimulatorClient, SimulatorError
from bot.simulator.process import RunningSimulator
from tests.bot.simulator.chromium import Page, find_chromium, open_page

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="needs chromium")

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("context", callback_data="context")]])
EXCERPT = "<blockquote expandable>" + "第三十四条 国家实行工时制度。\n" * 6 + "</blockquote>"


async def _serve(bot: Bot) -> None:
    """Answer every question with an excerpt, and unfold it on a press."""
    offset = 0
    while True:
        for update in await bot.get_updates(offset, timeout=10):
            offset = update.update_id + 1
            with suppress(TelegramError):
                if update.message is not None:
                    await bot.send_chat_action(update.message.chat_id, "typing")
                    await bot.send_message(
                        update.message.chat_id,
                        f"<b>八小时</b> &lt;b&gt;不是标签\n{EXCERPT}\n<code>劳动法.md</code>",
                        parse_mode="HTML",
                        reply_markup=KEYBOARD,
                        reply_parameters=ReplyParameters(update.message.message_id),
                    )
                elif update.inline_query is not None:
                    told = InputTextMessageContent(f"结果：{update.inline_query.query}")
                    result = InlineQueryResultArticle("1", "结果", told)
                    await update.inline_query.answer([result], cache_time=0)
                elif update.callback_query is not None:
                    await update.callback_query.edit_message_text("上下文")
                    await update.callback_query.answer("已展开")


@pytest.fixture
async def page(simulator: RunningSimulator, bot: Bot) -> AsyncIterator[Page]:
    """The page, open in a browser, while the bot serves."""
    await bot.set_my_commands([("ask", "问一个问题"), ("help", "怎样提问")])
    serving = asyncio.create_task(_serve(bot))
    try:
        async with open_page(f"{simulator.page}?lang=en") as opened:
            await opened.resize(1280, 800)
            await opened.wait_for("document.querySelectorAll('.pane').length === 2")
            await opened.wait_for("document.getElementById('live').dataset.state === 'on'")
            yield opened
            assert opened.problems == []
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def test_a_question_typed_into_the_page_is_answered_and_its_button_works(
    page: Page, people: SimulatorClient
) -> None:
    await page.click("document.querySelector('.start')")
    await page.wait_for("document.querySelectorAll('.pane .row:not(.mine)').length === 1")
    await page.type(".pane textarea", "每天工作几小时？")
    await page.press("Enter")
    await page.wait_for("document.querySelectorAll('.pane .row:not(.mine) .key').length === 2")
    answer = "[...document.querySelectorAll('.pane .row:not(.mine)')].at(-1)"
    assert await page.evaluate(f"{answer}.querySelector('strong').textContent") == "八小时"
    assert await page.evaluate(f"{answer}.querySelector('code').textContent") == "劳动法.md"
    assert "<b>不是标签" in await page.evaluate(f"{answer}.textContent")
    assert await page.evaluate(f"{answer}.querySelector('.reply b').textContent") == "林小满"

    quote = f"{answer}.querySelector('blockquote')"
    height = await page.evaluate(f"{quote}.offsetHeight")
    await page.click(quote)
    assert await page.evaluate(f"{quote}.offsetHeight") > height

    await page.click(f"{answer}.querySelector('.key')")
    await page.wait_for("document.querySelector('.toast p')?.textContent === '已展开'")
    assert (await page.evaluate(f"{answer}.querySelector('.text').textContent")).startswith(
        "上下文"
    )
    await page.wait_for("document.querySelectorAll('.key.busy').length === 0")
    report = await people.report()
    assert (report.findings, report.unanswered_presses) == ((), 0)


async def test_people_of_a_group_speak_in_turn_and_reply(
    page: Page, people: SimulatorClient, group: Chat
) -> None:
    groups = "document.querySelectorAll('.pane')[1]"
    await page.click(f"{groups}.querySelectorAll('.speakers label')[1]")
    await page.type(".pane:nth-child(2) textarea", "你好 <b>all</b>")
    await page.press("Enter")
    await page.wait_for(f"{groups}.querySelector('.row.mine')")
    seen = (await people.messages(group.id))[-1]
    assert (seen.sender.name, seen.text) == ("Alice Hart", "你好 <b>all</b>")
    await page.click(f"{groups}.querySelectorAll('.speakers label')[0]")
    await page.wait_for(f"{groups}.querySelector('.row:not(.mine)')")
    await page.click(f"{groups}.querySelector('.row:not(.mine) .text')")
    await page.type(".pane:nth-child(2) textarea", "你好")
    await page.press("Enter")
    await page.wait_for(f"{groups}.querySelector('.row.mine .reply')")
    assert (await people.messages(group.id))[-1].reply_to == seen.id


async def test_a_slash_offers_the_commands_and_enter_takes_one(page: Page) -> None:
    await page.wait_for("document.querySelector('.pane .slash:not([hidden])')")
    await page.type(".pane:nth-child(2) textarea", "/")
    menu = "document.querySelectorAll('.pane')[1].querySelector('.menu')"
    await page.wait_for(f"{menu}.children.length === 2 && !{menu}.hidden")
    await page.press("ArrowDown")
    await page.press("Enter")
    await page.wait_for(
        "[...document.querySelectorAll('.row.mine .text')].at(-1)?.textContent.startsWith('/help')"
    )


async def test_the_calls_are_shown_and_a_phone_has_tabs(page: Page) -> None:
    await page.click("document.getElementById('calls-toggle')")
    await page.wait_for("document.querySelectorAll('.call-list li').length > 0")
    await page.wait_for("document.querySelector('.verdict').textContent.length > 0")
    await page.click("document.querySelector('.calls .close')")
    await page.resize(390, 844)
    shown = "[...document.querySelectorAll('.pane')].map((pane) => pane.offsetWidth)"
    assert await page.evaluate(shown) == [390, 0]
    await page.click("document.querySelectorAll('.tabs button')[1]")
    assert await page.evaluate(shown) == [0, 390]
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_groups_and_topics_have_a_switch(page: Page, people: SimulatorClient) -> None:
    forum = next(chat for chat in await people.chats() if chat.topics)
    pane = "document.querySelectorAll('.pane')[1]"
    await _choose(page, forum.id)
    await page.wait_for(f"{pane}.querySelectorAll('.topics button').length === 4")
    await page.click(f"{pane}.querySelectorAll('.topics button')[1]")
    await page.type(".pane:nth-child(2) textarea", "in a topic")
    await page.press("Enter")
    await page.wait_for(f"{pane}.querySelector('.row.mine')")
    said = (await people.messages(forum.id))[-1]
    assert (said.text, said.thread) == ("in a topic", forum.topics[0].id)
    await page.click(f"{pane}.querySelectorAll('.topics button')[0]")
    assert await page.evaluate(f"{pane}.querySelectorAll('.row').length") == 0
    person = forum.people[0].id
    await people.send(forum.id, person, "elsewhere", thread=forum.topics[1].id)
    await page.wait_for(f"{pane}.querySelectorAll('.topics button')[2].textContent[0] === '•'")
    await page.click(f"{pane}.querySelectorAll('.topics button')[2]")
    await page.wait_for(f"{pane}.querySelectorAll('.topics button')[2].textContent[0] !== '•'")
    await page.click(f"{pane}.querySelector('.topics button:last-child')")
    await page.type("dialog input", "新话题")
    await page.press("Enter")
    await page.wait_for(f"{pane}.querySelectorAll('.topics button').length === 5")
    await _choose(page, (await people.chats())[1].id)


async def test_inline_results_appear_while_typing_and_one_is_sent(
    page: Page, people: SimulatorClient, group: Chat
) -> None:
    pane = "document.querySelectorAll('.pane')[1]"
    await page.type(".pane:nth-child(2) textarea", "@ChuchuBot 民宿")
    await page.wait_for(f"{pane}.querySelectorAll('.offers [role=option]').length === 1")
    await page.press("ArrowDown")
    await page.press("Enter")
    await page.wait_for(f"{pane}.querySelector('.row .origin')?.textContent === 'via @ChuchuBot'")
    assert [m.text for m in await people.messages(group.id) if m.via_bot] == ["结果：民宿"]
    assert await page.evaluate(f"{pane}.querySelector('textarea').value") == ""


async def test_messages_are_edited_and_deleted_and_files_can_be_fetched(
    page: Page, people: SimulatorClient, group: Chat
) -> None:
    pane = "document.querySelectorAll('.pane')[1]"
    person = await page.evaluate(f"Number({pane}.querySelector('.speakers :checked').value)")
    file_id = await people.stage.upload("纪要.md", b"notes", "text/markdown")
    sent = await people.send(group.id, person, "draft", file_id=file_id)
    row = f"{pane}.querySelector('[data-id=\"{sent}\"]')"
    await page.wait_for(row)
    fetched = f"fetch({row}.querySelector('.file').href).then((answer) => answer.text())"
    assert await page.evaluate(fetched) == "notes"
    await page.evaluate(f"{pane}.querySelector('textarea').focus()")
    await page.press("ArrowUp")
    await page.wait_for(f"{pane}.querySelector('textarea').value === 'draft'")
    await page.command("Input.insertText", text=" changed")
    await page.press("Enter")
    await page.wait_for(f"{row}.querySelector('.text').textContent.includes('draft changed')")
    await page.evaluate(f"{row}.querySelector('.bin-button').click()")
    await page.wait_for(f"!{row}")


async def test_a_click_makes_calls_fail_until_it_is_switched_off(
    page: Page, people: SimulatorClient, bot: Bot
) -> None:
    await page.click("document.getElementById('calls-toggle')")
    await page.click("document.querySelector('.faults summary')")
    fault = "[...document.querySelectorAll('.fault')].find((f) => f.textContent === '502')"
    await page.click(fault)
    await page.wait_for(f"{fault}.getAttribute('aria-pressed') === 'true'")
    chat = (await people.chats())[0]
    with pytest.raises(TelegramError):
        await bot.send_message(chat.id, "x")
    await page.click(fault)
    await page.wait_for(f"{fault}.getAttribute('aria-pressed') === 'false'")
    assert await bot.send_message(chat.id, "x")
    await page.wait_for("document.querySelector('.struck').textContent.startsWith('1 ')")
    await page.click("document.querySelector('.calls .close')")


async def _choose(page: Page, chat_id: int) -> None:
    await page.evaluate(
        "(() => { const choice = document.querySelector('.pane-head select');"
        f" choice.value = '{chat_id}'; choice.dispatchEvent(new Event('change')); }})()"
    )


async def test_a_button_changes_light_and_dark_and_the_choice_is_kept(page: Page) -> None:
    colour = "getComputedStyle(document.querySelector('.pane-head')).backgroundColor"
    await page.prefer("light")
    light = await page.evaluate(colour)
    await page.click("document.getElementById('theme')")
    dark = await page.evaluate(colour)
    assert light != dark
    assert await page.evaluate("document.getElementById('theme').ariaPressed") == "true"
    await page.evaluate("window.isOld = true")
    await page.command("Page.reload")
    await page.wait_for(
        "!window.isOld && document.documentElement?.dataset.theme === 'dark'"
        " && document.querySelectorAll('.pane').length === 2"
        " && document.getElementById('live').dataset.state === 'on'"
    )
    assert await page.evaluate(colour) == dark
    await page.evaluate("localStorage.clear()")


async def test_slow_mode_is_switched_on_in_the_head_of_a_group(
    page: Page, people: SimulatorClient, group: Chat
) -> None:
    groups = "document.querySelectorAll('.pane')[1]"
    await page.click(f"{groups}.querySelector('.slow')")
    await page.wait_for(f"{groups}.querySelector('.slow').ariaPressed === 'true'")
    assert "slow mode, 10 s" in await page.evaluate(
        f"{groups}.querySelector('.status').textContent"
    )
    member = group.people[1].id
    await people.send(group.id, member, "one")
    with pytest.raises(SimulatorError, match="slow mode is on"):
        await people.send(group.id, member, "two")
    await page.click(f"{groups}.querySelector('.slow')")
    await page.wait_for(f"{groups}.querySelector('.slow').ariaPressed === 'false'")
    await people.send(group.id, member, "three")


async def test_the_newest_message_stays_in_view_when_the_panel_opens(page: Page) -> None:
    log = "document.querySelector('.pane .log')"
    await page.click("document.querySelector('.start')")
    await page.wait_for("document.querySelectorAll('.pane .row:not(.mine)').length >= 1")
    left = f"{log}.scrollHeight - {log}.scrollTop - {log}.clientHeight"
    for width in (1280, 390, 1280):
        await page.resize(width, 500)
        await page.wait_for(f"{left} < 2")
    await page.click("document.getElementById('calls-toggle')")
    await page.wait_for(f"{left} < 2")
