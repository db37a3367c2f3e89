"""Rankings and labels in the form of TREC, and the standard figures computed from it.

The figures are those of ir-measures; the files that `write_trec` writes give the same figures to
anybody, by trec_eval or by ``ir_measures QRELS RUN``.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import LabelError
from retrieval.evaluation.outcomes import DEPTH, Outcome, Ranked

Values = NDArray[np.float64]
"""One value a question, ``NaN`` where the figure says nothing of the question."""

MEASURES = {
    "hit@1": "Success@1",
    "hit@3": "Success@3",
    "hit@10": "Success@10",
    "MRR@10": "RR@10",
    "nDCG@10": "nDCG@10",
    "recall@3": "R@3",
    "recall@10": "R@10",
}
"""What we call a figure, and what ir-measures does."""


class Level(Enum):
    """What is ranked."""

    PASSAGE = "passages"
    DOCUMENT = "documents"


Ranking = tuple[Ranked, ...]
_Graded = dict[str, dict[str, int]]


def standard_values(
    outcomes: Sequence[Outcome], rankings: Sequence[Ranking], level: Level
) -> dict[str, Values]:
    """Compute every figure of `MEASURES` for every question.

    Args:
        outcomes: Questions with their right passages, shape ``(questions,)``.
        rankings: What some system found for each, best first.
        level: Whether passages count or their documents.

    Returns:
        Arrays of shape ``(questions,)`` by our name; ``NaN`` for unanswerable questions.
    """
    import ir_measures

    measures = {ir_measures.parse_measure(m): name for name, m in MEASURES.items()}
    values = {name: np.full(len(outcomes), np.nan) for name in MEASURES}
    rows = {outcome.id: row for row, outcome in enumerate(outcomes)}
    qrels, run = _qrels(outcomes, level), _run(outcomes, rankings, level)
    if qrels:
        for metric in ir_measures.iter_calc(list(measures), qrels, run):
            values[measures[metric.measure]][rows[metric.query_id]] = metric.value
    return values


def recall_curve(outcomes: Sequence[Outcome], rankings: Sequence[Ranking]) -> Values:
    """Mean share of the right passages among the first k, for k from 1 to `DEPTH`."""
    curves = [
        _found_until(outcome, ranking)
        for outcome, ranking in zip(outcomes, rankings, strict=True)
        if outcome.relevant
    ]
    return np.mean(curves, axis=0) if curves else np.zeros(DEPTH)


def _found_until(outcome: Outcome, ranking: Ranking) -> Values:
    right = set(outcome.relevant)
    hits = np.zeros(DEPTH)
    hits[: len(ranking[:DEPTH])] = [found in right for found in ranking[:DEPTH]]
    return np.asarray(hits.cumsum() / len(right))


def write_trec(folder: Path, outcomes: Sequence[Outcome], name: str = "chuchu") -> tuple[Path, ...]:
    """Write qrels and run, of passages and of documents, for trec_eval and its like.

    The score in a run is the place counted from the end, so that no tool breaks ties in its own
    way; unanswerable questions have no qrels.

    Raises:
        LabelError: The folder cannot be written.
    """
    rankings = [outcome.ranking for outcome in outcomes]
    written = []
    for level in Level:
        qrels, run = _qrels(outcomes, level), _run(outcomes, rankings, level)
        qrels_lines = (
            f"{id_} 0 {found} {grade}\n"
            for id_, right in qrels.items()
            for found, grade in right.items()
        )
        run_lines = (
            f"{id_} Q0 {found} {rank} {score} {name}\n"
            for id_, ranked in run.items()
            for rank, (found, score) in enumerate(ranked.items(), start=1)
        )
        written.append(_write(folder / f"{level.value}.qrels", qrels_lines))
        written.append(_write(folder / f"{level.value}.run", run_lines))
    return tuple(written)


def _write(file: Path, lines: Iterable[str]) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise LabelError(f"{file}: cannot be written ({error.strerror})") from None
    return file


def _qrels(outcomes: Sequence[Outcome], level: Level) -> _Graded:
    return {
        outcome.id: dict.fromkeys(_names(outcome.relevant, level), 1)
        for outcome in outcomes
        if outcome.relevant
    }


def _run(outcomes: Sequence[Outcome], rankings: Sequence[Ranking], level: Level) -> _Graded:
    return {
        outcome.id: {found: DEPTH - at for at, found in enumerate(_names(ranking, level))}
        for outcome, ranking in zip(outcomes, rankings, strict=True)
        if ranking
    }


def _names(ranking: Iterable[Ranked], level: Level) -> list[str]:
    named = (r.passage if level is Level.PASSAGE else r.document for r in ranking)
    return list(dict.fromkeys(named))
