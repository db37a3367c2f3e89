"""What of a passage is searched: its headings, its text, and words that only people use."""

from retrieval.text import fold, terms
from retrieval.types import Kind, Passage

# Nobody who asks for the author knows how a newspaper prints him: the words of the question
# are given to the byline. They are searched, never shown.
_ASKED_BY = {
    Kind.BYLINE: (
        "作者 作者是谁 谁写的 谁写 撰写 撰文 撰稿 写的 记者 通讯员 署名 执笔 "
        "这篇文章 文章作者 报道 "
        "author authors writer writers reporter journalist byline who wrote"
    ),
}


def above(passage: Passage) -> str:
    """What a reader has read before the passage: column, title, headings; and words of asking."""
    parts = (passage.column, passage.title, *passage.headings, _ASKED_BY.get(passage.kind, ""))
    return "\n".join(part for part in parts if part)


def searched_text(passage: Passage) -> str:
    """The text that a passage is found by; only `Passage.text` is ever shown."""
    return "\n".join((*passage.headings, passage.text, _ASKED_BY.get(passage.kind, ""))).rstrip()


def passage_terms(passage: Passage) -> list[str]:
    """Index terms of a passage, with repetitions."""
    return terms(fold(searched_text(passage)))


def title_terms(passage: Passage) -> list[str]:
    """Index terms of the document's title and column."""
    return terms(fold(f"{passage.column}\n{passage.title}"))
