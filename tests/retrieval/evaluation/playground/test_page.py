"""The playground as a person uses it: by keys alone, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from retrieval.evaluation.labels import read_labels
from retrieval.evaluation.playground.looking import Bench
from retrieval.evaluation.playground.server import Playground
from retrieval.evaluation.subject import Subject
from tests.bot.simulator.chromium import Page, find_chromium, open_page

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed")

QUESTION = "乡村精品民宿有多少家？"
VERDICT = "document.querySelector('#verdict h2')?.textContent"


@pytest.fixture
async def labels(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


@pytest.fixture
async def page(subject: Subject, labels: Path) -> AsyncIterator[Page]:
    playground = Playground(Bench(subject, labels))
    address = await playground.start(0)
    try:
        async with open_page(f"{address}?lang=en") as opened:
            await opened.resize(1280, 900)
            await opened.wait_for("document.getElementById('tagline').textContent")
            yield opened
            assert opened.problems == []
    finally:
        await playground.stop()


def content(file: Path) -> str:
    return file.read_text("utf-8")


async def press(page: Page, key: str) -> None:
    """Press a key that writes a letter."""
    await page.command("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
    await page.command("Input.dispatchKeyEvent", type="keyUp", key=key)


async def ask(page: Page, question: str) -> None:
    await page.evaluate("document.getElementById('question').value = ''")
    await page.type("#question", question)
    await page.press("Enter")
    asked = "new URLSearchParams(location.search).get('q')"
    await page.wait_for(f"{asked} === {question!r}")
    await page.wait_for(VERDICT)


async def test_by_keys_alone_a_question_is_asked_and_labelled(page: Page, labels: Path) -> None:
    await ask(page, QUESTION)
    assert (await page.evaluate(VERDICT)).startswith("Says")
    assert "271家" in await page.evaluate("document.querySelector('.passage mark').textContent")
    chosen = "[...document.querySelectorAll('.passage')].findIndex((p) => p.classList.contains('chosen'))"
    assert await page.evaluate(chosen) == 0
    await press(page, "j")
    assert await page.evaluate(chosen) == 1
    await press(page, "k")
    await press(page, "a")
    await page.wait_for("document.querySelector('.passage .tick[aria-pressed=true]')")
    (written,) = read_labels(labels)
    assert written.question == QUESTION
    assert "271家" in written.labels[0].quote
    await press(page, "a")
    await page.wait_for("!document.querySelector('.passage .tick[aria-pressed=true]')")
    assert content(labels) == ""


async def test_silence_is_explained_and_can_be_labelled(page: Page, labels: Path) -> None:
    await ask(page, "怎么做红烧肉？")
    assert await page.evaluate(VERDICT) == "Silent"
    assert "below the threshold 0." in await page.evaluate(
        "document.getElementById('verdict').textContent"
    )
    await press(page, "n")
    await page.wait_for("document.querySelector('#verdict .tick[aria-pressed=true]')")
    assert not read_labels(labels)[0].answerable
    await ask(page, "你好")
    await page.wait_for("document.getElementById('verdict').textContent.includes('Small talk')")


async def test_weights_and_threshold_are_tried_and_not_saved(page: Page) -> None:
    await ask(page, QUESTION)
    await press(page, "w")
    threshold = "document.querySelector('#weights [aria-label=threshold][type=number]')"
    await page.wait_for(f"{threshold}.offsetWidth > 0")
    await page.evaluate(
        f"{threshold}.value = 1; {threshold}.dispatchEvent(new Event('input', {{bubbles: true}}))"
    )
    await page.wait_for(f"{VERDICT} === 'Silent'")
    assert (
        await page.evaluate("document.getElementById('weights-toggle').textContent")
        == "Weights · 1"
    )
    await page.press("Escape")
    await press(page, "r")
    await page.wait_for(f"{VERDICT}.startsWith('Says')")


async def test_words_that_are_selected_become_the_quote(page: Page, labels: Path) -> None:
    await ask(page, QUESTION)
    await page.evaluate(
        "(() => { const words = document.querySelector('.passage mark').firstChild;"
        " const at = words.data.indexOf('271家');"
        " getSelection().setBaseAndExtent(words, at, words, at + 4); })()"
    )
    await press(page, "a")
    await page.wait_for("document.querySelector('.passage .tick[aria-pressed=true]')")
    assert read_labels(labels)[0].labels[0].quote == "271家"


async def test_bars_switch_and_keys_are_listed(page: Page) -> None:
    await ask(page, QUESTION)
    title = "document.querySelector('.features').title"
    assert "confidence" in await page.evaluate(title)
    await press(page, "f")
    assert "order" in await page.evaluate(title)
    await press(page, "?")
    assert await page.evaluate("document.querySelectorAll('#keys dt').length") == 9
    await press(page, "/")
    assert await page.evaluate("document.activeElement.id") == "question"


async def test_it_fits_a_telephone_in_the_dark(page: Page) -> None:
    await page.prefer("dark")
    await page.resize(390, 844)
    await ask(page, QUESTION)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
