"""Features of asked questions -> ``retrieval/ranking.toml``: the order of passages, and silence.

All fits are logistic regressions with signed weights (`regression`): the order over differences of
features (a right passage minus a wrong one of the same question), silence over the features of the
first hit. Whole corpora are held out in turn to tell how the fit does where it was not made.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from retrieval.calibration import Calibration, Line
from retrieval.embedding import Embedder
from retrieval.evaluation.labels import LabelledQuestion, read_labels
from retrieval.evaluation.squad import read_contexts
from retrieval.ranking import FILE, End, Weighing, share_between
from retrieval.settings import Settings
from retrieval.training.asking import Asked, Matrix, ask_all, ask_examples, ask_labelled, ask_small
from retrieval.training.calibrating import Scored, calibrate
from retrieval.training.holding import chitchat
from retrieval.training.regression import Fit, fit_signed
from retrieval.types import Features

_WRONG_PASSAGES = 8
"""Passages, best first, that each right one is compared with."""
_STRENGTH = 1.0
_SIZES = (30, 2000)
"""Passages of the small and of the large index that weights are fitted for."""
_EFFECTIVE = 1000.0
"""Questions that all questions together count for, against the penalty of the fits."""
_FOLDS = 15
_ABLATION_FOLDS = 5
_NOT_YET = Calibration(1.0, 0.0, (Line(0.0, 0.5),))

_AGAINST = frozenset(
    (
        *("gap", "sentence_gap", "miss", "second_miss", "misquoted", "lacking"),
        *("sentence_lacking", "loosely_lacking", "wrong_number", "wrong_name"),
        "brevity",
    )
)
"""Features that can only speak against a passage; all others speak for it."""
_COARSE = frozenset(("bm25", "document_bm25", "cosine"))
_OF_THE_QUESTION = frozenset(("brevity",))
"""The same for every passage: it orders nothing."""
_WITHIN_THE_QUESTION = frozenset(("bm25", "document_bm25"))
"""Shares of the best candidate's: they cannot tell whether it is any good."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one sort, and how much they count in each fit."""

    name: str
    asked: tuple[Asked, ...]
    order_share: float
    silence_share: float
    line_share: float = 0.0
    """In the calibration, which is to be right for what most people ask, not for the hardest."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How a group does, each of its corpora asked with weights that were fitted on the others."""

    name: str
    questions: int
    hit_at_1: float
    """Share of answerable questions whose first passage is right."""
    auroc: float
    """How well the confidence parts answerable from unanswerable questions; 0.5 is chance."""
    answered_at_3: float
    """Share of answerable questions answered at 3 % false replies."""
    answered_at_10: float


def gather(
    settings: Settings, labels: Path, question_files: Sequence[Path], embedder: Embedder
) -> list[Group]:
    """Ask everything that the weights are fitted on.

    Args:
        settings: Names the corpus that the labels belong to.
        labels: Labelled questions.
        question_files: SQuAD-format files.
        embedder: The model.
    """
    contexts = [context for file in question_files for context in read_contexts(file)]
    shipped = ask_labelled(settings, read_labels(labels), embedder, "shipped")
    small_talk = [LabelledQuestion(message, ()) for message in chitchat()]
    chat = ask_labelled(settings, small_talk, embedder, "chat")
    return [
        Group("labelled", tuple(shipped), 0.25, 0.25, 0.2),
        Group("examples", tuple(ask_examples(embedder)), 0.3, 0.25, 0.2),
        Group("chat", tuple(chat), 0.0, 0.1, 0.2),
        Group("small", tuple(ask_small(contexts, embedder)), 0.15, 0.15, 0.2),
        Group("all", tuple(ask_all(contexts, embedder, every_second=False)), 0.3, 0.0),
        Group("half", tuple(ask_all(contexts, embedder, every_second=True)), 0.0, 0.25, 0.2),
    ]


def fit_weighing(groups: Sequence[Group], calibration: Calibration = _NOT_YET) -> Weighing:
    """Fit the weights of ``ranking.toml`` anew."""
    order = [(group.asked, group.order_share) for group in groups if group.order_share]
    first = _fit_order(order, _COARSE, lambda asked: (asked.candidates, asked.right_candidates))
    names = frozenset(Features._fields) - _OF_THE_QUESTION
    weights = _fit_order(
        order, names, lambda asked: (_by_size(asked.features, asked.passages), asked.right)
    )
    silence = [(group.asked, group.silence_share) for group in groups if group.silence_share]
    confidence = _fit_silence(silence, weights.weights)
    ends = zip(_ends(weights.weights), _ends(confidence.weights[:-1]), strict=True)
    # A larger index can only make the same features less sure.
    intercepts = confidence.intercept, confidence.intercept + float(confidence.weights[-1])
    small, large = (
        End(size, order, silence, intercept)
        for size, (order, silence), intercept in zip(_SIZES, ends, intercepts, strict=True)
    )
    return Weighing(_features(first.weights), small, large, calibration)


def hold_out(groups: Sequence[Group], folds: int = _FOLDS) -> dict[str, list[Scored]]:
    """Ask the corpora of every group with weights that were fitted without them."""
    results: dict[str, list[Scored]] = {group.name: [] for group in groups}
    for fold in range(folds):
        weighing = fit_weighing([_without(group, fold, folds) for group in groups])
        for group in groups:
            tested = [asked for asked in group.asked if _fold(group, asked, folds) == fold]
            weight = group.line_share / len(group.asked)
            results[group.name] += [_judge(weighing, asked, weight) for asked in tested]
    return results


def ablate(groups: Sequence[Group]) -> Iterator[tuple[str, list[HeldOut]]]:
    """Fit without each feature in turn, first with all of them; the figures are held out."""
    for name in ("", *Features._fields):
        held = hold_out([_blank(group, name) for group in groups], _ABLATION_FOLDS)
        yield name, [summarise(group, scored) for group, scored in held.items()]


def _blank(group: Group, name: str) -> Group:
    """The group with one feature that tells nothing."""
    if not name:
        return group
    column = Features._fields.index(name)

    def blank(features: Matrix) -> Matrix:
        blanked = features.copy()
        blanked[:, column] = 0
        return blanked

    asked = (
        replace(one, features=blank(one.features), candidates=blank(one.candidates))
        for one in group.asked
    )
    return replace(group, asked=tuple(asked))


def calibrate_all(held_out: dict[str, list[Scored]]) -> Calibration:
    """Calibrate on what counts for silence, all asked with weights that were fitted without it."""
    return calibrate([one for scored in held_out.values() for one in scored if one.weight])


def write_weighing(weighing: Weighing, file: Path = FILE) -> None:
    """Write ``ranking.toml``."""
    head = file.read_text("utf-8").split("[candidates]")[0]
    lines = ["[candidates]", *_lines(weighing.first)]
    for name, end in (("small", weighing.small), ("large", weighing.large)):
        lines += ["", f"[{name}]", f"passages = {end.passages}"]
        lines += [f"intercept = {end.intercept:.3f}"]
        lines += ["", f"[{name}.weights]", *_lines(end.weights)]
        lines += ["", f"[{name}.confidence]", *_lines(end.confidence)]
    calibration = weighing.calibration
    lines += ["", "[calibration]", f"slope = {calibration.slope:.4f}"]
    lines += [f"intercept = {calibration.intercept:.4f}", "lines = ["]
    lines += [f"    [{line.false_replies}, {line.confidence:.4f}]," for line in calibration.lines]
    lines += ["]"]
    file.write_text(head + "\n".join(lines) + "\n", "utf-8")


def _lines(features: Features) -> Iterator[str]:
    for name, weight in zip(features._fields, features, strict=True):
        if abs(weight) >= 5e-4:
            yield f"{name} = {weight:.3f}"


def _features(weights: Matrix) -> Features:
    return Features(*map(float, weights))


def _ends(weights: Matrix) -> tuple[Features, Features]:
    """The weights of both sizes, of what `_by_size` made of features."""
    small, large = np.split(weights, 2)
    return _features(small), _features(large)


def _by_size(features: Matrix, passages: int) -> Matrix:
    """Features shared out between the sizes, shape ``(rows, 2 * features)``."""
    share = share_between(*_SIZES, passages)
    return np.hstack([features * (1 - share), features * share])


def _signs(names: frozenset[str]) -> Matrix:
    signs = [(-1.0 if name in _AGAINST else 1.0) * (name in names) for name in Features._fields]
    return np.array(signs)


def _fit_order(
    groups: Sequence[tuple[Sequence[Asked], float]],
    names: frozenset[str],
    view: Callable[[Asked], tuple[Matrix, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]],
) -> Fit:
    rows: list[Matrix] = []
    balance: list[float] = []
    for asked, share in groups:
        found = [pairs for one in asked if len(pairs := _differences(*view(one)))]
        rows += found
        balance += [share / len(found) / len(pairs) for pairs in found for _ in pairs]
    differences = np.concatenate(rows)
    weights = np.array(balance) * _EFFECTIVE / sum(balance)
    targets = np.ones(len(differences), dtype=bool)
    signs = np.resize(_signs(names), differences.shape[1])
    return fit_signed(differences, targets, weights, signs, strength=_STRENGTH, intercept=False)


def _differences(features: Matrix, right: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Matrix:
    """A right passage minus each of the strongest wrong ones, shape ``(pairs, features)``."""
    if not right.any() or right.all():
        return np.empty((0, features.shape[1]))
    return np.asarray(features[right][0] - features[~right][:_WRONG_PASSAGES])


def _fit_silence(groups: Sequence[tuple[Sequence[Asked], float]], weights: Matrix) -> Fit:
    rows, targets, balance = [], [], []
    for asked, share in groups:
        for one in asked:
            features = _by_size(one.features, one.passages)
            first = features[int(np.argmax(features @ weights))]
            rows.append(np.append(first, share_between(*_SIZES, one.passages)))
            targets.append(one.answerable)
            balance.append(share / len(asked))
    names = frozenset(Features._fields) - _WITHIN_THE_QUESTION
    counted = np.array(balance) * _EFFECTIVE / sum(balance)
    signs = np.append(np.tile(_signs(names), 2), -1.0)
    return fit_signed(np.array(rows), np.array(targets), counted, signs, strength=_STRENGTH)


def _fold(group: Group, asked: Asked, folds: int) -> int:
    corpora = list(dict.fromkeys(one.corpus for one in group.asked))
    return corpora.index(asked.corpus) % folds


def _without(group: Group, fold: int, folds: int) -> Group:
    kept = tuple(asked for asked in group.asked if _fold(group, asked, folds) != fold)
    # A group of one corpus would vanish: it is then known to its own fit, and its figure says less.
    return Group(group.name, kept or group.asked, group.order_share, group.silence_share)


def _judge(weighing: Weighing, asked: Asked, weight: float) -> Scored:
    ranking = weighing.of(asked.passages)
    first = int(np.argmax(asked.features @ np.array(ranking.weights)))
    odds = ranking.log_odds(Features(*asked.features[first]))
    return Scored(asked.corpus, asked.answerable, bool(asked.right[first]), odds, weight)


def summarise(name: str, found: Sequence[Scored]) -> HeldOut:
    """Sum up how a group did."""
    answerable = np.array([one.answerable for one in found])
    right = np.array([one.right for one in found])
    odds = np.array([one.log_odds for one in found])
    yes, no = odds[answerable], np.sort(odds[~answerable])
    if not len(no) or not len(yes):
        hits = float(right[answerable].mean()) if len(yes) else 0.0
        return HeldOut(name, len(found), hits, 0.0, 0.0, 0.0)
    below = np.searchsorted(no, yes, side="left") + np.searchsorted(no, yes, side="right")
    at_3, at_10 = (float((yes > np.quantile(no, 1 - share)).mean()) for share in (0.03, 0.1))
    auroc = float(below.mean() / 2 / len(no))
    return HeldOut(name, len(found), float(right[answerable].mean()), auroc, at_3, at_10)
