"""Labelled questions, asked by the function that the bot calls -> what came of each."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from retrieval.answer import Answerer, Consulted
from retrieval.evaluation.labels import LabelledQuestion, is_marked
from retrieval.evaluation.places import Place, Places
from retrieval.types import Audience, Excerpt, Features, Hit, Passage, Span

DEPTH = 50
"""Passages of a ranking that are looked at."""

Progress = Callable[[int, int], None]
"""Called with questions asked so far, and in all."""


class Ranked(NamedTuple):
    """A passage in a ranking, by its id and that of its document."""

    passage: str
    document: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An excerpt of an answer, compared with the labels."""

    passage: str
    """The passage's id."""
    title: str
    heading: str
    source: str
    page: int | None
    spans: tuple[Span, ...]
    text: str
    marked: Span
    confidence: float
    is_right: bool
    quotes: tuple[str, ...]
    """The labelled quotes that stand in it."""

    @property
    def is_marked_right(self) -> bool:
        """Whether the marked part holds a labelled quote, or is a part of one."""
        return any(is_marked(quote, self.marked_text) for quote in self.quotes)

    @property
    def marked_text(self) -> str:
        """The part in bold."""
        return self.text[self.marked.start : self.marked.end]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went."""

    id: str
    """``q`` and the number of the question in its file, from 1; names it in TREC files."""
    question: LabelledQuestion
    relevant: tuple[Ranked, ...]
    """The passages that the labels stand in."""
    ranking: tuple[Ranked, ...]
    """What was found, best first, silent or not; at most `DEPTH`."""
    answered: bool
    confidence: float
    threshold: float
    excerpts: tuple[Judged, ...]
    """What is said where ``answered``; else the nearest passages."""
    trace: str
    took_ms: float
    features: Features | None = None
    """Of the first hit; none for small talk, and in saved runs."""

    @property
    def rank(self) -> int | None:
        """Where the first right passage stands in the ranking, from 1."""
        right = set(self.relevant)
        return next((at for at, found in enumerate(self.ranking, 1) if found in right), None)

    @property
    def is_right(self) -> bool:
        """Whether what was said is right: a right first excerpt, or silence where it is due."""
        if not self.question.answerable:
            return not self.answered
        return self.answered and self.excerpts[0].is_right

    @property
    def verdict(self) -> str:
        """What happened, in a word or two: one of `VERDICTS`."""
        if not self.question.answerable:
            return "false reply" if self.answered else "rightly silent"
        if not self.answered:
            return "silent"
        if not self.excerpts[0].is_right:
            return "wrong excerpt"
        return "right" if self.excerpts[0].is_marked_right else "wrong mark"


VERDICTS = ("false reply", "wrong excerpt", "silent", "wrong mark", "right", "rightly silent")
"""From the worst to the best: silence costs less than a wrong answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All questions that could be judged, and those that could not."""

    outcomes: tuple[Outcome, ...]
    lost: tuple[Place, ...]
    """Labels that were not found again, or stand in no passage."""
    unjudged: tuple[LabelledQuestion, ...]
    """Questions left out: none of their labels was found, or they wait for one."""
    generation: str


def ask_all(
    questions: Sequence[LabelledQuestion],
    answerer: Answerer,
    places: Places,
    progress: Progress = lambda done, total: None,
    audience: Audience = Audience.GROUP,
) -> Asked:
    """Ask every question as the bot would, and compare with its labels.

    Args:
        questions: What is asked, in the order of their file.
        answerer: Answers; its index must be the one that `places` looks into.
        places: Finds the labels.
        progress: Told after every question.
        audience: For whom; a group is answered where the bot is surer.
    """
    outcomes: list[Outcome] = []
    lost: dict[Place, None] = {}
    unjudged: list[LabelledQuestion] = []
    generation = ""
    for number, question in enumerate(questions, start=1):
        found = places.of(question)
        lost |= {place: None for place in found if not place.passages}
        relevant = _distinct(passage for place in found for passage in place.passages)
        if question.waits or (question.answerable and not relevant):
            unjudged.append(question)
        else:
            consulted = answerer.consult(question.question, audience)
            outcomes.append(_judge(f"q{number}", question, found, consulted))
            generation = consulted.answer.generation
        progress(number, len(questions))
    return Asked(tuple(outcomes), tuple(lost), tuple(unjudged), generation)


def _judge(
    id_: str, question: LabelledQuestion, places: Sequence[Place], consulted: Consulted
) -> Outcome:
    answer, hits = consulted.answer, consulted.hits
    relevant = dict.fromkeys(_distinct(p for place in places for p in place.passages))
    return Outcome(
        id=id_,
        question=question,
        relevant=tuple(relevant),
        ranking=_distinct(_once(hits, relevant))[:DEPTH],
        answered=answer.answered,
        confidence=answer.confidence,
        threshold=answer.threshold,
        excerpts=tuple(_judged(excerpt, places) for excerpt in answer.excerpts),
        features=hits[0].features if hits else None,
        trace=answer.trace,
        took_ms=answer.took_ms,
    )


def _once(hits: Iterable[Hit], relevant: Container[Ranked]) -> Iterator[Passage]:
    """Passages in their order, each text once, as the answer shows them with all their places.

    Where the labels name one of the places, that one stands for the text.
    """
    by_text: dict[str, list[Passage]] = {}
    for hit in hits:
        by_text.setdefault(hit.passage.text, []).append(hit.passage)
    for same in by_text.values():
        labelled = (p for p in same if Ranked(p.id, p.document_id) in relevant)
        yield next(labelled, same[0])


def _judged(excerpt: Excerpt, places: Sequence[Place]) -> Judged:
    cited = excerpt.citation
    shown = {(one.source, one.spans) for one in (cited, *excerpt.also)}
    quotes = tuple(
        place.label.quote
        for place in places
        if any((passage.source, passage.spans) in shown for passage in place.passages)
    )
    return Judged(
        passage=excerpt.passage_id,
        title=cited.title,
        heading=cited.heading,
        source=cited.source,
        page=cited.page,
        spans=cited.spans,
        text=excerpt.text,
        marked=excerpt.marked,
        confidence=excerpt.confidence,
        is_right=bool(quotes),
        quotes=quotes,
    )


def _distinct(passages: Iterable[Passage]) -> tuple[Ranked, ...]:
    return tuple(dict.fromkeys(Ranked(p.id, p.document_id) for p in passages))
