"""What a question costs, part by part, in an index of a chosen size; one process, one thread.

The index is made of the contexts of question files, and of texts whose sentences are drawn from all
of them, until there are passages enough; questions are asked once to warm up, then measured.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from retrieval.embedding import Embedder
from retrieval.evaluation.contexts import searching
from retrieval.evaluation.squad import Context
from retrieval.excerpts import cut_excerpts
from retrieval.index.embedded import Embedded
from retrieval.question import Question
from retrieval.search import Searcher
from retrieval.text import sentences

_Result = TypeVar("_Result")

_SEED = 5
_SENTENCES = 5
"""Sentences of a text that is made up; it gives about two passages."""
_WARM_UP = 50
EXCERPTS = 3
_LONGEST = 4096
"""Characters of a message on Telegram."""
_SHUFFLED = 20
_HOSTILE = [
    *(char * _LONGEST for char in "民a1。“😀\u0300？"),
    *(piece * (_LONGEST // len(piece)) for piece in ("多少", "第一", "a-1", "qwertyuiop ")),
    "".join(chr(0x4E00 + number) for number in range(_LONGEST)),
]


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of one thread's time."""

    part: str
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured."""

    passages: int
    questions: int
    parts: tuple[Cost, ...]
    """In the order of work; then the whole, and the whole for texts that are meant to be costly."""


def measure_speed(
    contexts: Sequence[Context],
    embedder: Embedder,
    *,
    passages: int,
    questions: int,
) -> Speed:
    """Index so many passages and ask so many questions."""
    drawn = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    asked = [question.text for context in contexts for question in context.questions]
    asked = drawn.sample(asked, min(questions, len(asked)))
    with searching(_texts(contexts, passages, drawn), embedder) as searcher:
        for text in asked[:_WARM_UP]:
            ask_by_part(searcher, text)
        times = [ask_by_part(searcher, text) for text in asked]
        count = searcher.engine.generation.store.count()
        texts = [*_HOSTILE, *_shuffled(contexts, drawn)]
        hostile = [sum(ask_by_part(searcher, text).values()) for text in texts * 2]
    names = tuple(times[0])
    parts = tuple(cost_of(name, [found[name] for found in times]) for name in names)
    whole = cost_of("whole", [sum(found.values()) for found in times])
    return Speed(count, len(asked), (*parts, whole, cost_of("hostile texts", hostile)))


def ask_by_part(searcher: Searcher[Embedded], text: str) -> dict[str, float]:
    """Milliseconds of one thread for each part; what two parts share is counted once."""
    times: dict[str, float] = {}

    def timed(part: str, work: Callable[[], _Result]) -> _Result:
        start = time.thread_time()
        result = work()
        times[part] = (time.thread_time() - start) * 1000
        return result

    question = timed("read", lambda: searcher.read(text))
    lexical = _milliseconds(lambda: _lexical(searcher, question))
    vectors = _milliseconds(lambda: _vectors(searcher, question))
    candidates = timed("candidates", lambda: searcher.candidates_of(question))
    rest = max(times.pop("candidates") - lexical - vectors, 0.0)
    times |= {"lexical": lexical, "vector": vectors, "fetching and tokens": rest}
    hits = timed("close look", lambda: searcher.look_closely(question, candidates))
    asked = searcher.asked(question)
    timed("excerpts", lambda: cut_excerpts(searcher, asked, hits, EXCERPTS, lambda _: False))
    return times


def _lexical(searcher: Searcher[Embedded], question: Question) -> None:
    searcher.engine.generation.passages.matching(question.terms, searcher.candidates)
    searcher.engine.generation.documents.matching(question.terms, searcher.candidates)


def _vectors(searcher: Searcher[Embedded], question: Question) -> None:
    vector = searcher.embedder.embed_question(question)
    searcher.engine.generation.vectors.nearest(vector, searcher.candidates)


def _milliseconds(work: Callable[[], None]) -> float:
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1000


def cost_of(part: str, times: Sequence[float]) -> Cost:
    """Median and 99th percentile."""
    p50, p99 = np.percentile(times, (50, 99))
    return Cost(part, float(p50), float(p99))


def _shuffled(contexts: Sequence[Context], drawn: random.Random) -> Iterator[str]:
    """The documents' own characters in no order: every one of them stands in many passages."""
    characters = "".join(context.text for context in contexts[:_SHUFFLED])
    for _ in range(_SHUFFLED):
        yield "".join(drawn.choices(characters, k=_LONGEST))


def _texts(contexts: Sequence[Context], passages: int, drawn: random.Random) -> dict[int, str]:
    texts = {number: context.text for number, context in enumerate(contexts)}
    pool = [text[span.start : span.end] for text in texts.values() for span in sentences(text)]
    # A context gives about three passages, a text that is made up about two.
    for number in range(len(texts), len(texts) + max(passages - 3 * len(texts), 0) // 2):
        texts[number] = "".join(drawn.sample(pool, _SENTENCES))
    return texts
