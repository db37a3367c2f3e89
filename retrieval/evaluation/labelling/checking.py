"""Labelled questions -> which quotes still stand in the documents, and what the lost may be now."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.errors import LabelError
from retrieval.evaluation.labels import Label, LabelledQuestion
from retrieval.evaluation.places import Found, Place, Places
from retrieval.text import fold, sentences, terms
from retrieval.types import Passage

_LIKE = 0.5
"""Share of a quote's terms that a sentence must have to be proposed in its place."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A label that no passage holds."""

    question: str
    place: Place
    nearest: str
    """The sentence of the same file that is most like the quote, or ``""``."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found."""

    questions: int
    labels: int
    whole: int
    split: int
    lost: tuple[Lost, ...]
    waiting: int
    """Questions that were called badly answered, and that nobody has labelled yet."""

    @property
    def gone(self) -> tuple[Lost, ...]:
        """Those of the lost that stand nowhere in their file."""
        return tuple(lost for lost in self.lost if lost.place.found is Found.LOST)


def check_labels(questions: Sequence[LabelledQuestion], places: Places) -> Checked:
    """Look for every quote; none is passed over in silence."""
    found = [(question, place) for question in questions for place in places.of(question)]
    kinds = [place.found for _, place in found]
    lost = (
        Lost(question.question, place, _nearest(place.label, places.passages_of(place.label)))
        for question, place in found
        if not place.passages
    )
    return Checked(
        questions=len(questions),
        labels=len(found),
        whole=kinds.count(Found.WHOLE),
        split=kinds.count(Found.SPLIT),
        lost=tuple(lost),
        waiting=sum(question.waits for question in questions),
    )


def name_source(quote: str, source: str, places: Places) -> Label:
    """Make a label of a quote; its file may be left out where one alone holds it.

    Raises:
        LabelError: The quote stands nowhere, in other files only, or in several.
    """
    if source:
        label = Label(source, quote)
        if not places.find(label).passages:
            near = _nearest(label, places.passages_of(label))
            hint = f"; nearest there: {near!r}" if near else ""
            raise LabelError(f"{quote!r} does not stand in a passage of {source}{hint}")
        return label
    holding = [s for s in places.sources if places.find(Label(s, quote)).passages]
    if len(holding) != 1:
        where = f"in {', '.join(holding)}: name one with --source" if holding else "in no document"
        raise LabelError(f"{quote!r} stands {where}")
    return Label(holding[0], quote)


def _nearest(label: Label, passages: Sequence[Passage]) -> str:
    wanted = frozenset(terms(fold(label.quote)))
    found = [p.text[span.start : span.end] for p in passages for span in sentences(p.text)]
    if not wanted or not found:
        return ""
    shares = [len(wanted & frozenset(terms(fold(text)))) / len(wanted) for text in found]
    best = max(range(len(found)), key=shares.__getitem__)
    return found[best] if shares[best] >= _LIKE else ""
