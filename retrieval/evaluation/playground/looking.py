"""One question, looked at closely: every passage with what spoke for it, by any weights."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

from retrieval.answer import Answerer
from retrieval.errors import LabelError
from retrieval.evaluation.labels import (
    Label,
    LabelledQuestion,
    add_labels,
    read_labels,
    remove_label,
)
from retrieval.evaluation.subject import Subject
from retrieval.ranking import Ranking, contributions
from retrieval.types import Audience, Excerpt, Features, Span

_SHOWN = 10
"""Passages that are shown; the most that an answer can hold."""
_TRIED = 8
"""Weights whose answerers are kept, so that going back is quick."""
_AGAINST = 3


@dataclass(frozen=True, slots=True)
class Tuning:
    """Weights and threshold to look with."""

    ranking: Ranking
    threshold: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What a feature adds."""

    name: str
    value: float
    order: float
    """To the score that orders passages."""
    confidence: float
    """To the log odds of being the answer."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A ranked passage."""

    source: str
    cited: str
    text: str
    marked: Span
    score: float
    confidence: float
    is_said: bool
    labelled: tuple[Label, ...]
    """The labels of the question that stand in it."""
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """A question and all that was found."""

    question: str
    trace: str
    answered: bool
    confidence: float
    threshold: float
    took_ms: float
    is_small_talk: bool
    against: tuple[str, ...]
    """Where nothing was said: the features that spoke against the first passage most."""
    is_labelled: bool
    """Whether the file of labels knows the question, as unanswerable or with answers."""
    passages: tuple[Seen, ...]


class Bench:
    """Looks at questions, and writes labels; safe to use from several threads."""

    def __init__(self, subject: Subject, labels: Path) -> None:
        """Prepare.

        Args:
            subject: Model, index, answerer.
            labels: The file that labels are written to; it need not exist.
        """
        self._subject = subject
        self.labels = labels
        self.shipped = Tuning(subject.ranking, subject.answerer.threshold(Audience.GROUP))
        self._answerer = lru_cache(maxsize=_TRIED)(self._answer_by)
        self._writing = Lock()
        self._most_said = subject.settings.answer.excerpts

    def look(self, question: str, tuning: Tuning) -> Look:
        """Ask a question as the bot would, had it these weights and this threshold."""
        consulted = self._answerer(tuning).consult(question)
        answer = consulted.answer
        as_said = replace(answer, excerpts=answer.excerpts[: self._most_said])
        said = as_said.shown
        labelled = self._labelled(question)
        features = {hit.passage.id: hit.features for hit in consulted.hits}
        first = features[answer.excerpts[0].passage_id] if answer.excerpts else None
        return Look(
            question=question,
            trace=as_said.trace,
            answered=answer.answered,
            confidence=answer.confidence,
            threshold=answer.threshold,
            took_ms=answer.took_ms,
            is_small_talk=not consulted.hits,
            against=_against(first, tuning.ranking) if first and not answer.answered else (),
            is_labelled=labelled is not None,
            passages=tuple(
                Seen(
                    source=excerpt.citation.source,
                    cited=_cited(excerpt),
                    text=excerpt.text,
                    marked=excerpt.marked,
                    score=excerpt.score,
                    confidence=excerpt.confidence,
                    is_said=excerpt in said,
                    labelled=self._standing(excerpt, labelled),
                    bars=_bars(features[excerpt.passage_id], tuning.ranking),
                )
                for excerpt in answer.excerpts
            ),
        )

    def label(self, question: str, labels: Sequence[Label]) -> LabelledQuestion:
        """Write that these words answer a question, or with none, that nothing does.

        Raises:
            LabelError: The words do not stand there, or the file says the reverse already.
        """
        for label in labels:
            if not label.quote.strip() or not self._subject.places.find(label).passages:
                raise LabelError(f"{label.quote!r} does not stand in a passage of {label.source}")
        labelled = LabelledQuestion(question.strip(), tuple(labels), note="playground")
        if not labelled.question:
            raise LabelError("there is no question to label")
        with self._writing:
            added = add_labels(self.labels, [labelled])
        if added.refused:
            raise LabelError(added.refused[0])
        return labelled

    def unlabel(self, question: str, label: Label) -> None:
        """Take a label back.

        Raises:
            LabelError: The file has no such label.
        """
        with self._writing:
            remove_label(self.labels, question.strip(), label)

    def _answer_by(self, tuning: Tuning) -> Answerer:
        settings = self._subject.settings.answer.model_copy(
            update={"threshold": tuning.threshold, "excerpts": _SHOWN}
        )
        return self._subject.answerer.trying(settings, tuning.ranking)

    def _labelled(self, question: str) -> LabelledQuestion | None:
        if not self.labels.exists() or not self.labels.read_bytes().strip():
            return None
        known = (one for one in read_labels(self.labels) if one.question == question.strip())
        return next(known, None)

    def _standing(self, excerpt: Excerpt, labelled: LabelledQuestion | None) -> tuple[Label, ...]:
        if labelled is None:
            return ()
        return tuple(
            place.label
            for place in self._subject.places.of(labelled)
            if any(passage.id == excerpt.passage_id for passage in place.passages)
        )


def _bars(features: Features, ranking: Ranking) -> tuple[Bar, ...]:
    order = contributions(ranking.weights, features)
    sure = contributions(ranking.confidence, features)
    weighing = (any(pair) for pair in zip(ranking.weights, ranking.confidence, strict=True))
    rows = zip(Features._fields, features, order, sure, strict=True)
    return tuple(Bar(*row) for row, weighs in zip(rows, weighing, strict=True) if weighs)


def _against(features: Features, ranking: Ranking) -> tuple[str, ...]:
    bars = sorted(_bars(features, ranking), key=lambda bar: bar.confidence)
    return tuple(bar.name for bar in bars[:_AGAINST] if bar.confidence < 0)


def _cited(excerpt: Excerpt) -> str:
    cited = excerpt.citation
    heading = f" · {cited.heading}" if cited.heading else ""
    page = "" if cited.page is None else f" · p. {cited.page}"
    return f"《{cited.title}》{heading}{page} · {cited.source}"
