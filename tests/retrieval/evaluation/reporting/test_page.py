"""The report, opened in a real browser: nothing fetched, the wrong ones first, all to be found."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.evaluation.labels import LabelledQuestion
from retrieval.evaluation.outcomes import VERDICTS
from retrieval.evaluation.reporting.page import Heading, render_report, write_report
from retrieval.evaluation.subject import Evaluation
from retrieval.ranking import shipped_ranking
from tests.bot.simulator.chromium import Page, find_chromium, open_page

HEADING = Heading("golden.jsonl", "seeds", "as shipped", 0.6, datetime(2026, 11, 25, tzinfo=UTC))
HOSTILE = "</script><script>document.title='x'</script><img src=x onerror=document.title='x'>𠮷"

needs_chromium = pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed")


def test_nothing_is_fetched(golden: Evaluation) -> None:
    page = render_report(golden, shipped_ranking(25), HEADING)
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)
    assert set(re.findall(r"https?://[^\"' )]+", page)) <= {
        "http://www.w3.org/1999/xlink",
        "http://www.w3.org/2000/svg",
    }


@pytest.fixture
async def page(golden: Evaluation, tmp_path: Path) -> AsyncIterator[Page]:
    """The report, open in a browser; its first question is hostile."""
    first, *others = golden.asked.outcomes
    question = replace(first.question, question=HOSTILE, note=HOSTILE, tags=(HOSTILE,))
    excerpt = first.excerpts[0]
    marked = replace(excerpt, title=HOSTILE, text="𠮷" + excerpt.text)
    marked = replace(marked, marked=marked.marked._replace(start=1))
    hostile = replace(first, question=question, excerpts=(marked,))
    asked = replace(golden.asked, outcomes=(hostile, *others))
    file = tmp_path / "new/report.html"
    write_report(file, replace(golden, asked=asked), shipped_ranking(25), HEADING)
    async with open_page(file.as_uri()) as opened:
        await opened.resize(1280, 900)
        await opened.wait_for("document.querySelectorAll('.entry').length > 0")
        yield opened
        assert opened.problems == []


@needs_chromium
async def test_every_question_is_there_and_the_wrong_ones_come_first(
    page: Page, golden: Evaluation
) -> None:
    verdicts = await page.evaluate(
        "[...document.querySelectorAll('.entry .verdict')].map((cell) => cell.textContent)"
    )
    assert len(verdicts) == len(golden.asked.outcomes)
    assert [VERDICTS.index(verdict) for verdict in verdicts] == sorted(
        VERDICTS.index(verdict) for verdict in verdicts
    )
    assert await page.evaluate("document.querySelectorAll('figure svg').length") == 5
    assert await page.evaluate("document.title") == "Chuchu 出处: retrieval test"
    assert await page.evaluate("document.querySelectorAll('.card').length") == 7


@needs_chromium
async def test_questions_are_filtered_sorted_and_opened(page: Page) -> None:
    await page.click("document.querySelector('.chip')")
    shown = "document.querySelectorAll('.entry').length"
    alike = (
        "new Set([...document.querySelectorAll('.entry .verdict')].map((c) => c.textContent)).size"
    )
    await page.wait_for(f"{alike} === 1")
    assert 0 < await page.evaluate(shown) < 140
    await page.click("document.querySelector('.chip[aria-pressed=true]')")
    await page.type("#filter", "民宿")
    texts = await page.evaluate("document.querySelector('#questions tbody').textContent")
    assert "民宿" in texts
    assert 0 < await page.evaluate(shown) < 140
    await page.click("document.querySelector('[data-by=confidence]')")
    sorted_ = (
        "[...document.querySelectorAll('.entry td:nth-child(4)')].map((c) => Number(c.textContent))"
    )
    values = await page.evaluate(sorted_)
    assert values == sorted(values)
    await page.click("document.querySelector('[data-by=confidence]')")
    assert await page.evaluate(sorted_) == values[::-1]
    await page.click("document.querySelector('.open')")
    await page.wait_for("document.querySelectorAll('.detail mark').length > 0")
    assert await page.evaluate("document.querySelectorAll('.detail .features .track').length") > 3


@needs_chromium
async def test_nothing_quoted_brings_its_own_markup(page: Page) -> None:
    entry = (
        "[...document.querySelectorAll('.entry')].find((e) => e.textContent.includes('onerror'))"
    )
    await page.click(f"{entry}.querySelector('.open')")
    assert await page.evaluate("document.querySelectorAll('img').length") == 0
    # The mark begins after a character that a browser counts as two.
    mark = await page.evaluate("document.querySelector('.detail mark').textContent")
    before = await page.evaluate("document.querySelector('.detail .text').textContent.slice(0, 2)")
    assert before == "𠮷"
    assert not mark.startswith("\udfb7")


@needs_chromium
async def test_it_fits_a_telephone_in_the_dark(page: Page) -> None:
    light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.prefer("dark")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    await page.resize(390, 844)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    image = await page.screenshot()
    assert image.startswith(b"\x89PNG")


@needs_chromium
async def test_it_prints_on_pages(page: Page) -> None:
    await page.command("Emulation.setEmulatedMedia", media="print")
    assert (
        await page.evaluate("getComputedStyle(document.getElementById('filter')).display") == "none"
    )
    printed = await page.command("Page.printToPDF")
    assert len(str(printed["data"])) > 50_000


def test_lost_labels_and_waiting_questions_are_named(golden: Evaluation) -> None:
    waiting = LabelledQuestion("<等>", (), ("bad",))
    asked = replace(golden.asked, unjudged=(waiting,))
    page = render_report(replace(golden, asked=asked), shipped_ranking(25), HEADING)
    assert "not counted, waits for a label: &lt;等&gt;" in page
    assert "label outside: " in page
