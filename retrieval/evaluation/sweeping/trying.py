"""Points of a grid -> results, each kept as soon as it is known, so that a sweep can go on."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from retrieval.corpus.files import find_files
from retrieval.embedding import Embedder, load_embedder
from retrieval.errors import LabelError
from retrieval.evaluation.figures import Figure
from retrieval.evaluation.labels import LabelledQuestion, label_line
from retrieval.evaluation.outcomes import Progress
from retrieval.evaluation.subject import Subject, evaluate
from retrieval.evaluation.sweeping.grid import Choice, Point
from retrieval.index.build import build_index
from retrieval.ranking import shipped_weighing
from retrieval.settings import Settings


@dataclass(frozen=True, slots=True)
class Result:
    """What a point scored."""

    key: str
    """Names settings, weights, questions and documents together: the same again is not tried."""
    varied: tuple[Choice, ...]
    figures: tuple[Figure, ...]
    baselines: tuple[Figure, ...]
    """hit@1 of plain ways on the same index, by their names."""

    @property
    def name(self) -> str:
        """What tells the point from the others, in a line."""
        return " ".join(f"{c.key}={c.shown}" for c in self.varied) or "as it is set"

    def value(self, name: str) -> float:
        """A figure by its name; ``NaN`` where there is none."""
        found = (figure.value for figure in self.figures if figure.name == name)
        return next(found, float("nan"))


@cache
def _adapter() -> TypeAdapter[Result]:
    return TypeAdapter(Result)


def read_results(file: Path) -> dict[str, Result]:
    """Read results by their keys; a last line that a crash cut off is passed over.

    Raises:
        LabelError: The file cannot be read, or holds something else.
    """
    if not file.exists():
        return {}
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{file}: cannot be read ({error})") from None
    found = {}
    for number, line in enumerate(lines[:-1], start=1):
        try:
            result = _adapter().validate_json(line)
        except ValidationError:
            raise LabelError(
                f"{file}, line {number}: not a result of a sweep; start anew with --again"
            ) from None
        found[result.key] = result
    return found


def key_of(point: Point, questions: Sequence[LabelledQuestion], documents: str) -> str:
    """Name a point with all that its figures hang on.

    Args:
        point: Settings and weights.
        questions: What is asked.
        documents: Digest of the documents.
    """
    settings = point.settings.model_dump_json(exclude={"index", "corpus"})
    labels = "\n".join(map(label_line, questions))
    whole = f"{settings}\n{shipped_weighing()}\n{point.weights}\n{documents}\n{labels}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Sweep:
    """Tries points, and remembers what is known."""

    def __init__(
        self, folder: Path, results: Path, questions: Sequence[LabelledQuestion], base: Settings
    ) -> None:
        """Read what is known.

        Args:
            folder: Where the indexes are kept.
            results: The file of results, JSON Lines; made where it is missing.
            questions: What is asked.
            base: Names the documents.

        Raises:
            CorpusError: The documents cannot be read.
            LabelError: The file of results cannot be read.
        """
        self._folder = folder
        self._results = results
        self._questions = questions
        self._documents = find_files(base.corpus.folder).digest
        self._known = read_results(results)
        self._embedder = cache(load_embedder)

    def run(
        self, points: Sequence[Point], progress: Progress = lambda done, total: None
    ) -> Iterator[Result]:
        """Give the result of every point, tried now or known already.

        Raises:
            RetrievalError: A model cannot be loaded, or an index not be built.
        """
        for number, point in enumerate(points, start=1):
            key = key_of(point, self._questions, self._documents)
            if key not in self._known:
                self._known[key] = self._try(key, point)
                self._keep(self._known[key])
            # The same settings may be told apart otherwise in another grid.
            yield replace(self._known[key], varied=point.varied)
            progress(number, len(points))

    def left(self, points: Sequence[Point]) -> int:
        """How many points are not known yet."""
        return sum(key_of(p, self._questions, self._documents) not in self._known for p in points)

    def _try(self, key: str, point: Point) -> Result:
        settings = point.settings
        recipe = f"{settings.passages!r}\n{settings.embedding!r}\n{self._documents}"
        folder = self._folder / hashlib.sha256(recipe.encode()).hexdigest()[:16]
        index = settings.index.model_copy(update={"folder": folder})
        settings = settings.model_copy(update={"index": index})
        embedder: Embedder = self._embedder(settings.embedding)
        built = build_index(settings, embedder, lambda done, total: None)
        subject = Subject.open(settings, embedder, point.ranking(built.passages))
        try:
            found = evaluate(subject, self._questions)
        finally:
            subject.close()
        plain = (
            replace(figure, name=system.name)
            for system in found.baselines
            if (figure := system.overall.get("hit@1"))
        )
        return Result(key, point.varied, found.chuchu.overall.figures, tuple(plain))

    def _keep(self, result: Result) -> None:
        try:
            self._results.parent.mkdir(parents=True, exist_ok=True)
            with self._results.open("ab+") as file:
                _cut_torn_line(file)
                file.write(_adapter().dump_json(result) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LabelError(f"{self._results}: cannot be written ({error.strerror})") from None


def _cut_torn_line(file: BinaryIO) -> None:
    """Cut off what a crash left without a line break; files here are small."""
    file.seek(0)
    file.truncate(file.read().rfind(b"\n") + 1)


def front(
    results: Sequence[Result], quality: str = "right", cost: str = "latency p50"
) -> list[Result]:
    """Leave the results that no other beats in one thing without losing in the other.

    Returns:
        The Pareto front, the quickest first.
    """
    by_cost = sorted(results, key=lambda one: (one.value(cost), -one.value(quality)))
    kept: list[Result] = []
    for result in by_cost:
        if not kept or result.value(quality) > kept[-1].value(quality):
            kept.append(result)
    return kept
