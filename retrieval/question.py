"""What is asked: the words that a passage must answer to, without the words of asking.

Question words and politeness weigh nothing in the search; what they tell of the answer is kept as
the kinds sought (`retrieval.sought`). Small talk is recognised and never searched.
"""

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.sought import AUTHOR, Kind, numbers, sought_kinds
from retrieval.text import fold, terms

LONGEST = 400
"""Characters of a question that are searched; what is pasted beyond is ignored."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched."""

    text: str
    """As it was typed, but for what is mended, beyond `LONGEST`, or no text."""
    content: str
    """Folded, the words of asking blanked out."""
    terms: tuple[str, ...]
    """Index terms of the content, each once, in order."""
    sought: tuple[Kind, ...]
    """Kinds of answer that are asked for, such as a sum of money."""
    numbers: frozenset[str]
    """Numbers that the question names."""
    quoted: tuple[str, ...]
    """Phrases in quotation marks, folded: they must stand as written."""
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


LIGHT_WORDS = frozenset(_PHRASES["light"]["zh"].split())
"""Words that say of which sort an answer is, or nothing at all: «特点», «东西», «目前»."""

_ASKING = _asking()
_CHAT = _chat()
_CLOSING = re.compile(f"(?:{_PHRASES['chat']['closing']})+(?:[你您大家们了啦啊呀]|啰)*")
_FEW_WORDS = 8
"""Characters that may follow a closing phrase and still be small talk."""

# An apostrophe inside a word quotes nothing: I've, grandad's.
_QUOTED = re.compile("(?:\"|(?<![a-z0-9])')([^\"']{2,30})(?:\"|'(?![a-z0-9]))")
_SEPARATORS = re.compile(r"[^\w%+#'\s]+|_+|\n+")


def with_content(question: Question, content: str) -> Question:
    """The same question with some characters put for others; the length stays that it has."""
    text = "".join(
        typed if old == new else new
        for typed, old, new in zip(question.text, question.content, content, strict=True)
    )
    found = tuple(dict.fromkeys(terms(content)))
    return replace(question, text=text, content=content, terms=found, quoted=_quoted(fold(text)))


def read_question(text: str) -> Question:
    """Take a question apart; any text whatever will do."""
    folded = fold(text[:LONGEST])
    content = _blank_asking(folded)
    found = tuple(dict.fromkeys(terms(content)))
    return Question(
        text=text[:LONGEST].encode("utf-8", "replace").decode(),
        content=content,
        terms=found,
        sought=sought_kinds(folded),
        numbers=numbers(folded),
        quoted=_quoted(folded),
        is_chat=not found or _is_chat(folded),
    )


def _quoted(folded: str) -> tuple[str, ...]:
    return tuple(match[1] for match in _QUOTED.finditer(folded))


def _blank_asking(folded: str) -> str:
    if AUTHOR.asked.search(folded):
        return re.sub(r"请问|谢谢|是谁|吗|呢|\bthe\b|\bis\b|\bof\b", _blank, folded)
    return _ASKING.sub(_blank, folded)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _is_chat(folded: str) -> bool:
    pieces = _SEPARATORS.split(folded)
    rest = "".join(piece for piece in pieces if not _is_small_talk(piece))
    if not rest:
        return True
    asks = "?" in folded or _ASKING.search(_CLOSING.sub("", folded)) is not None
    return not asks and len(rest) <= _FEW_WORDS and _CLOSING.search(folded) is not None


def _is_small_talk(piece: str) -> bool:
    """Whether a piece is one phrase of small talk, or each of its words is."""
    phrase = piece.strip()
    return bool(_CHAT.fullmatch(phrase)) or all(map(_CHAT.fullmatch, phrase.split()))
