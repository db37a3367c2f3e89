"""What is asked: the words that a passage must answer to, without the words of asking.

Question words and politeness weigh nothing in the search; what they tell of the answer sought (a
person, a number, a date, a list) is kept as `Sought`. Small talk is recognised and never searched.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import Flag, auto
from pathlib import Path

from retrieval.text import fold, terms

LONGEST = 1024
"""Characters of a question that are searched; what is pasted beyond is ignored."""


class Sought(Flag):
    """What kind of answer a question asks for."""

    ANYTHING = 0
    PERSON = auto()
    NUMBER = auto()
    TIME = auto()
    LIST = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched."""

    text: str
    """As it was typed."""
    content: str
    """Folded, the words of asking blanked out."""
    terms: tuple[str, ...]
    """Index terms of the content, each once, in order."""
    sought: Sought
    is_chat: bool
    """Greetings, thanks, emoji, punctuation: nothing to look up."""


_PHRASES = tomllib.loads((Path(__file__).parent / "phrases.toml").read_text("utf-8"))


def _asking() -> re.Pattern[str]:
    words = _PHRASES["asking"]
    # Longest first, so that «是什么» does not leave «是».
    chinese = sorted(words["zh"].split(), key=len, reverse=True)
    return re.compile("|".join([*chinese, *(rf"\b{word}\b" for word in words["en"].split())]))


def _chat() -> re.Pattern[str]:
    phrases = _PHRASES["chat"]
    said = "|".join([*phrases["zh"], *phrases["en"]])
    return re.compile(rf"(?:{said})[{phrases['particles']}\s]*")


_ASKING = _asking()
_CHAT = _chat()

_PERSON = re.compile(r"谁|哪位|什么人|何人|\bwho(?:se|m)?\b")
_NUMBER = re.compile(
    r"多少|几[个家种项座条名位次天年月件大类辆亩]|多[大高长久]|\bhow (?:many|much|long|big)\b"
)
_TIME = re.compile(
    r"什么时候|何时|哪一?[年天月日]|几[月号日点]|\bwhen\b|\bwhat (?:year|date|time)\b"
)
_LIST = re.compile(
    r"哪[些几]|哪[一二两三四五六七八九十]|有什么|都有|分别|列[出举]|\bwhich\b|\blist\b"
)

# The author of an article is asked for with words that asking is made of.
_ABOUT_WRITING = re.compile(r"作者|谁写|写的|撰|记者|署名|\bauthor|\bwrote|\bwritten|\breporter")

_SEPARATORS = re.compile(r"[^\w%+#'\s]+|_+|\n+")


def read_question(text: str) -> Question:
    """Take a question apart; any text whatever will do."""
    folded = fold(text[:LONGEST])
    content = _blank_asking(folded)
    sought = Sought.ANYTHING
    for pattern, kind in (
        (_PERSON, Sought.PERSON),
        (_NUMBER, Sought.NUMBER),
        (_TIME, Sought.TIME),
        (_LIST, Sought.LIST),
    ):
        if pattern.search(folded):
            sought |= kind
    found = tuple(dict.fromkeys(terms(content)))
    return Question(text, content, found, sought, is_chat=not found or _is_chat(folded))


def _blank_asking(folded: str) -> str:
    if _ABOUT_WRITING.search(folded):
        return re.sub(r"请问|谢谢|是谁|吗|呢|\bthe\b|\bis\b|\bof\b", _blank, folded)
    return _ASKING.sub(_blank, folded)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _is_chat(folded: str) -> bool:
    return all(map(_is_small_talk, _SEPARATORS.split(folded)))


def _is_small_talk(piece: str) -> bool:
    """Whether a piece is one phrase of small talk, or each of its words is."""
    phrase = piece.strip()
    return bool(_CHAT.fullmatch(phrase)) or all(map(_CHAT.fullmatch, phrase.split()))
