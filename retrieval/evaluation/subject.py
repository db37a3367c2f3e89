"""What is tested: the answerer as the bot has it, and the index that it answers from."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answer import Answerer
from retrieval.embedding import Embedder, load_embedder
from retrieval.errors import LabelError
from retrieval.evaluation.baselines import baseline_runs
from retrieval.evaluation.figures import Run, System, measure, measure_run
from retrieval.evaluation.labels import LabelledQuestion
from retrieval.evaluation.outcomes import Asked, Progress, ask_all
from retrieval.evaluation.places import Places, places_in_store
from retrieval.index.generation import Generation, open_generation
from retrieval.ranking import Ranking, shipped_ranking
from retrieval.reranking import load_reranker
from retrieval.settings import Settings
from retrieval.types import Audience


@dataclass(frozen=True, slots=True)
class Subject:
    """A loaded model, an open index, and the answerer that serves both."""

    settings: Settings
    embedder: Embedder
    generation: Generation
    answerer: Answerer
    places: Places
    ranking: Ranking

    @classmethod
    def open(
        cls,
        settings: Settings,
        embedder: Embedder | None = None,
        ranking: Ranking | None = None,
    ) -> "Subject":
        """Open what is published.

        Args:
            settings: Which index, which model.
            embedder: The model, where it is loaded already.
            ranking: Other weights than those that are shipped.

        Raises:
            ModelError: The model cannot be loaded.
            MissingIndexError: Nothing has been indexed.
            StaleIndexError: The index is damaged, or made by other settings or another model.
        """
        generation = open_generation(settings.index.folder)
        embedder = embedder or load_embedder(settings.embedding)
        ranking = ranking or shipped_ranking(generation.passages.count())
        answerer = Answerer(settings, embedder, load_reranker(settings.rerank), ranking)
        places = places_in_store(generation.store, settings)
        return cls(settings, embedder, generation, answerer, places, ranking)

    def ask(
        self,
        questions: Sequence[LabelledQuestion],
        progress: Progress = lambda done, total: None,
        audience: Audience = Audience.GROUP,
    ) -> Asked:
        """Ask labelled questions as the bot would."""
        return ask_all(questions, self.answerer, self.places, progress, audience)

    def close(self) -> None:
        """Close the index."""
        self.generation.store.close()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that a run of labelled questions tells."""

    asked: Asked
    chuchu: System
    runs: tuple[Run, ...]
    """BM25 alone, dense alone, random."""
    baselines: tuple[System, ...]
    """Their figures, in the same order."""


def evaluate(
    subject: Subject,
    questions: Sequence[LabelledQuestion],
    progress: Progress = lambda done, total: None,
    audience: Audience = Audience.GROUP,
) -> Evaluation:
    """Ask labelled questions, and measure; the baselines are asked the same ones.

    Raises:
        LabelError: No question can be judged.
    """
    asked = subject.ask(questions, progress, audience)
    if not asked.outcomes:
        raise LabelError(
            f"none of {len(questions)} questions can be judged: no passage of "
            f"{subject.settings.corpus.folder} holds a label; run: chuchu labels check"
        )
    runs = baseline_runs(asked.outcomes, subject.generation, subject.embedder)
    return Evaluation(
        asked=asked,
        chuchu=measure(asked.outcomes),
        runs=runs,
        baselines=tuple(measure_run(asked.outcomes, run) for run in runs),
    )
