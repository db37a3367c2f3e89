"""The whole way as a person sees it: the chat page in a browser, the bot and its documents."""

from collections.abc import AsyncIterator

import pytest

from bot.simulator.process import RunningSimulator
from tests.bot.simulator.chromium import Page, find_chromium, open_page
from tests.simulation.conftest import Rehearsal

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="needs chromium")

ANSWER = (
    "[...document.querySelectorAll('.pane .row:not(.mine)')].find((r) => r.querySelector('.key'))"
)


@pytest.fixture
async def page(rehearsal: Rehearsal, simulator: RunningSimulator) -> AsyncIterator[Page]:
    """The page in Chinese, while the bot is at work."""
    async with open_page(f"{simulator.page}?lang=zh") as opened:
        await opened.resize(1280, 800)
        await opened.wait_for("document.getElementById('live')?.dataset.state === 'on'")
        yield opened
        assert opened.problems == []


async def test_a_question_is_asked_a_button_pressed_and_the_context_unfolds(
    page: Page, rehearsal: Rehearsal
) -> None:
    await page.click("document.querySelector('.pane .start')")
    await page.wait_for("!document.querySelector('.pane .composer').hidden")
    await page.type(".pane textarea", "蓝莓大樱桃草莓采摘园区")
    await page.press("Enter")
    await page.wait_for(ANSWER, 20)
    before = await page.evaluate(f"{ANSWER}.querySelector('.text').textContent")
    assert "蓝莓" in before
    assert "肉牛产业链" not in before
    forward = f"[...{ANSWER}.querySelectorAll('.key')].find((k) => k.textContent.includes('前文'))"
    await page.click(forward)
    await page.wait_for(f"{ANSWER}.querySelector('.text').textContent.includes('肉牛产业链')")
    await page.wait_for("document.querySelectorAll('.key.busy').length === 0")
