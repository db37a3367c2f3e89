"""Question and passage -> the features that only a close look gives."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.question import Question
from retrieval.sought import AUTHOR, lacking
from retrieval.standing import Standing
from retrieval.types import Features, Kind, Passage
from retrieval.weighting import TermWeights

_CODE = re.compile(r"(?=.*[a-z])(?=.*\d)[a-z0-9][a-z0-9+./:_-]+")
_SHORT = 4
"""Content characters below which a question is no shorter."""
_KIND_BONUS = 0.3
"""What a sentence gains by holding the kind of thing sought, beside its coverage (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what its terms weigh in one index."""

    question: Question
    weights: dict[str, float]
    names: tuple[str, ...]
    """Terms that name one person, place or organisation."""
    codes: tuple[str, ...]
    """Terms of latin letters and digits joined, as written."""

    @classmethod
    def of(cls, question: Question, weights: TermWeights) -> "Asked":
        """Weigh the terms of a question."""
        each = {term: weights.weight(term) for term in question.terms}
        names = tuple(term for term in each if weights.is_name(term))
        codes = tuple(filter(_CODE.fullmatch, each))
        return cls(question, each, names, codes)


def look_closely(
    asked: Asked, passage: Passage, standing: Standing, matches: Sequence[float], coarse: Features
) -> Features:
    """Add to the coarse features of a passage what its words tell.

    Args:
        asked: The question.
        passage: The passage.
        standing: What stands in it.
        matches: How well each of its sentences matches; empty without token vectors.
        coarse: Features that are known already.
    """
    question, weights = asked.question, asked.weights
    inside = [coverage(weights, terms) for terms in standing.sentences]
    everything = standing.body | standing.above
    best = _best(sentence_scores(asked, standing, matches, inside))
    hard = [kind for kind in question.sought if not kind.loose]
    loose = [kind for kind in question.sought if kind.loose]
    missing = question.numbers - standing.numbers
    measured = coarse._replace(
        coverage=coverage(weights, everything),
        title_coverage=coverage(weights, standing.title),
        sentence_coverage=max(inside),
        context_coverage=max(
            coverage(weights, terms | standing.above) for terms in standing.sentences
        ),
        misquoted=_share(question.quoted, lambda phrase: phrase not in standing.everything),
        lacking=lacking(hard, standing.folded),
        sentence_lacking=lacking(hard, standing.sentence(best)),
        holding=float(bool(hard) and not lacking(hard, standing.sentence(best))),
        loosely_lacking=lacking(loose, standing.sentence(best)),
        code=_share(asked.codes, lambda code: code in everything),
        wrong_number=len(missing) / max(len(question.numbers), 1),
        wrong_name=_share(asked.names, lambda name: name not in everything),
        byline=float(passage.kind is Kind.BYLINE and AUTHOR in question.sought),
        brevity=1 / max(len(question.content.replace(" ", "")), _SHORT),
    )
    if matches:
        return measured
    # Without token vectors only equal terms meet: late interaction is then coverage.
    return measured._replace(
        late_interaction=measured.coverage, sentence_match=measured.context_coverage
    )


def best_sentence(asked: Asked, standing: Standing, matches: Sequence[float]) -> int:
    """The sentence that answers best: by coverage, token match, and the kind of thing sought."""
    inside = [coverage(asked.weights, terms) for terms in standing.sentences]
    return _best(sentence_scores(asked, standing, matches, inside))


def _best(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=lambda index: (scores[index], -index))


def sentence_scores(
    asked: Asked, standing: Standing, matches: Sequence[float], inside: Sequence[float]
) -> list[float]:
    """How well each sentence answers, about 0 to 2.3; ``inside`` is what each covers."""
    sought = asked.question.sought
    scores = []
    for index, covered in enumerate(inside):
        holds = bool(sought) and not lacking(sought, standing.sentence(index))
        match = matches[index] if index < len(matches) else 0.0
        scores.append(covered + match + _KIND_BONUS * holds)
    return scores


def coverage(weights: dict[str, float], standing: frozenset[str]) -> float:
    """Share of the weight of terms that stand somewhere, 0 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    return sum(map(weights.__getitem__, filter(standing.__contains__, weights))) / total


def _share(items: tuple[str, ...], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, items)) / len(items) if items else 0.0
