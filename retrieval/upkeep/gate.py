"""What a new generation must pass before it goes live: labelled questions, and nobody's veto.

A folder of documents may hold ``golden.jsonl``, labelled questions on its documents. What the
published generation says right to them, the next one has to say right too.
"""

from retrieval.answer import Answerer
from retrieval.corpus.files import LABELS
from retrieval.embedding import Embedder
from retrieval.errors import MissingIndexError, RefusedError, StaleIndexError
from retrieval.evaluation.labels import LabelledQuestion, bare, read_labels
from retrieval.index.build import settings_digest
from retrieval.index.embedded import Embedded
from retrieval.index.generation import Generation, open_generation
from retrieval.index.publishing import rolled_back
from retrieval.index.recipe import check_recipe
from retrieval.settings import Settings
from retrieval.types import Answer

_NAMED = 3
"""Questions named where they fail."""


class Gate:
    """Lets a generation through if it answers as well as the published one."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        """Ask the published generation, if there are questions and it can be asked.

        Raises:
            LabelError: The file of questions cannot be read.
        """
        self._settings = settings
        self._embedder = embedder
        file = settings.corpus.folder / LABELS
        labelled = read_labels(file) if file.is_file() else []
        self._questions = [question for question in labelled if not question.waits]
        published = self._published() if self._questions else None
        self._passed = self._passing(published) if published else frozenset()

    def __call__(self, generation: Generation) -> None:
        """Look at a generation before it is published.

        Raises:
            RefusedError: It fails at questions that the published one answers; or somebody rolled
                it back, and the documents are still those that it was made from.
        """
        folder = self._settings.index.folder
        if generation.name == rolled_back(folder):
            raise RefusedError(
                f"{self._settings.corpus.folder}: not published, for what these documents gave was "
                "rolled back; correct them, or run: chuchu index --force"
            )
        if not self._passed:
            return
        failed = sorted(self._passed - self._passing(generation))
        if failed:
            named = "; ".join(self._questions[number].question for number in failed[:_NAMED])
            raise RefusedError(
                f"{self._settings.corpus.folder}: not published, for {len(failed)} of "
                f"{len(self._questions)} questions in {LABELS} would no longer be answered: "
                f"{named}; correct the documents or the labels, or run: chuchu index --force"
            )

    def _published(self) -> Generation | None:
        try:
            generation = open_generation(self._settings.index.folder)
            digest = settings_digest(self._settings.passages)
            check_recipe(generation.manifest.recipe, digest, self._embedder.fingerprint)
        except (MissingIndexError, StaleIndexError):
            return None  # nothing that could be worse
        return generation

    def _passing(self, generation: Generation) -> frozenset[int]:
        """Numbers of the questions that a generation answers as their labels say."""
        answerer = Answerer(self._settings, self._embedder, engine=Embedded(generation))
        return frozenset(
            number
            for number, question in enumerate(self._questions)
            if passes(question, answerer.ask(question.question))
        )


def passes(question: LabelledQuestion, answer: Answer) -> bool:
    """Whether an answer says what a label holds, or is silent where nothing is labelled."""
    if not question.answerable:
        return not answer.answered
    return any(
        label.source == excerpt.citation.source and bare(label.quote) in bare(excerpt.text)
        for excerpt in answer.shown
        for label in question.labels
    )
