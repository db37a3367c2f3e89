"""Pages of answers -> inline keyboards: what can be done with an excerpt."""

from dataclasses import dataclass

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit

from bot.buttons import OpenFile, Show, Vote
from bot.library import Page
from bot.texts import Texts
from retrieval.answer import Context
from retrieval.types import Excerpt

MOST_AROUND = 3
"""Passages shown before and after an excerpt."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The excerpt that the buttons are about, and what is shown round it."""

    press: Show
    context: Context


def answer_keyboard(page: Page, texts: Texts, focus: Focus | None) -> InlineKeyboardMarkup:
    """Buttons for a page: which excerpt, what stands round it, file, copy, votes, more."""
    chosen = _chosen(page, focus)
    view = focus.press if focus else Show(chosen.passage_id, page=page.number)
    rows = [
        _choice(page, chosen),
        _surroundings(view, texts, focus, chosen),
        [
            InlineKeyboardButton("👍", callback_data=Vote(chosen.passage_id, True).data),
            InlineKeyboardButton("👎", callback_data=Vote(chosen.passage_id, False).data),
            *_paging(page, texts),
        ],
    ]
    return InlineKeyboardMarkup([row for row in rows if row])


def _chosen(page: Page, focus: Focus | None) -> Excerpt:
    wanted = focus.press.passage_id if focus else ""
    return next((e for e in page.excerpts if e.passage_id == wanted), page.excerpts[0])


def _choice(page: Page, chosen: Excerpt) -> list[InlineKeyboardButton]:
    """One number for each excerpt: which one the other buttons are about."""
    if len(page.excerpts) == 1:
        return []
    return [
        InlineKeyboardButton(
            f"· {number} ·" if excerpt is chosen else str(number),
            callback_data=Show(excerpt.passage_id, page=page.number).data,
        )
        for number, excerpt in enumerate(page.excerpts, start=1)
    ]


def _surroundings(
    view: Show, texts: Texts, focus: Focus | None, chosen: Excerpt
) -> list[InlineKeyboardButton]:
    before, after = view.before, view.after
    wider = []
    if before < MOST_AROUND and (focus is None or focus.context.has_more_before):
        wider.append((texts.button_before, Show(chosen.passage_id, before + 1, after, view.page)))
    if after < MOST_AROUND and (focus is None or focus.context.has_more_after):
        wider.append((texts.button_after, Show(chosen.passage_id, before, after + 1, view.page)))
    if before or after:
        wider.append((texts.button_fold, Show(chosen.passage_id, page=view.page)))
    return [
        *(InlineKeyboardButton(label, callback_data=press.data) for label, press in wider),
        InlineKeyboardButton(texts.button_file, callback_data=OpenFile(chosen.passage_id).data),
        InlineKeyboardButton(texts.button_copy, copy_text=CopyTextButton(_copied(chosen))),
    ]


def _copied(excerpt: Excerpt) -> str:
    """The marked sentence with its source, short enough to be copied by a button."""
    longest = int(InlineKeyboardButtonLimit.MAX_COPY_TEXT)
    source = f"\n——《{_cut(excerpt.citation.title, 60)}》{_cut(excerpt.citation.source, 60)}"
    room = longest - len(source) - 2
    return f"“{_cut(excerpt.marked_text or excerpt.text, room)}”{source}"


def _paging(page: Page, texts: Texts) -> list[InlineKeyboardButton]:
    buttons = []
    if page.number:
        buttons.append((texts.button_back, page.number - 1))
    if page.has_more:
        buttons.append((texts.button_more, page.number + 1))
    return [
        InlineKeyboardButton(label, callback_data=Show("", page=number).data)
        for label, number in buttons
    ]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
