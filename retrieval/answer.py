"""Question -> `Answer`: excerpts with the answering sentence and where it stands, or silence.

`Answerer.ask` is the seam between the halves of Chuchu: the bot serves what the tester measures.
"""

import copy
import logging
import time
from dataclasses import dataclass
from threading import Lock

from retrieval.embedding import Embedder, load_embedder
from retrieval.embedding.absent import NoVectors
from retrieval.errors import RetrievalError
from retrieval.features import Asked
from retrieval.index.build import settings_digest
from retrieval.index.generation import (
    Generation,
    check_recipe,
    open_generation,
    published_name,
)
from retrieval.index.store import DocumentEntry
from retrieval.marking import mark
from retrieval.question import Question, read_question
from retrieval.ranking import Ranking, shipped_ranking
from retrieval.reranking import Reranker, load_reranker
from retrieval.search import Searcher
from retrieval.settings import AnswerSettings, Settings
from retrieval.types import Answer, Citation, Excerpt, Hit, Passage

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Context:
    """A passage with the text before and after it, as far as the same document goes."""

    before: str
    passage: Passage
    after: str
    digest: str = ""
    """SHA-256 of the file it was read from, hexadecimal."""
    has_more_before: bool = False
    has_more_after: bool = False


@dataclass(frozen=True, slots=True)
class Consulted:
    """An answer with every hit that it was chosen from."""

    answer: Answer
    hits: tuple[Hit, ...]
    """Best first."""


class Answerer:
    """Answers from what is published, and follows when another generation is."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        reranker: Reranker | None = None,
        ranking: Ranking | None = None,
    ) -> None:
        """Open the index; other weights than the shipped ones are for those who test."""
        self._settings = settings
        self._embedder = embedder
        self._reranker = reranker
        self._ranking = ranking or shipped_ranking()
        self._lock = Lock()
        self._searcher = self._open()

    @classmethod
    def load(cls, settings: Settings) -> "Answerer":
        """Load the model and open the index.

        Raises:
            ModelError: The model cannot be loaded.
            MissingIndexError: Nothing has been indexed.
            StaleIndexError: The index is damaged, or made by other settings or another model.
        """
        published_name(settings.index.folder)  # say at once that nothing is indexed
        return cls(settings, load_embedder(settings.embedding), load_reranker(settings.rerank))

    @classmethod
    def load_lexical(cls, settings: Settings) -> "Answerer":
        """Open the index without the model: terms alone find and judge, in milliseconds.

        Raises:
            MissingIndexError: Nothing has been indexed.
            StaleIndexError: The index is damaged, or made by other settings.
        """
        recipe = open_generation(settings.index.folder).manifest.recipe
        return cls(settings, NoVectors(recipe.model, recipe.model_fingerprint, recipe.dimension))

    def trying(self, settings: AnswerSettings, ranking: Ranking) -> "Answerer":
        """Answer from the same open index by other weights and another threshold."""
        other = copy.copy(self)
        other._settings = self._settings.model_copy(update={"answer": settings})
        other._ranking = ranking
        other._lock = Lock()
        other._searcher = other._search_in(self._current().generation)
        return other

    def ask(self, text: str, excerpts: int | None = None) -> Answer:
        """Answer a question, whatever its text.

        Args:
            text: The question.
            excerpts: Most excerpts; the settings' number where it is not given.

        Where nothing is good enough ``answered`` is false, and nothing is to be said; the excerpts
        are the nearest passages, for those who test. Small talk has none.
        """
        return self.consult(text, excerpts).answer

    def consult(self, text: str, excerpts: int | None = None) -> Consulted:
        """`ask`, with the ranking behind the answer: for those who test."""
        started = time.perf_counter()
        searcher = self._current()
        question = read_question(text)
        hits = searcher.search(question)
        confidence = searcher.ranking.probability(hits[0].features) if hits else 0.0
        answer = Answer(
            question=text,
            answered=bool(hits) and confidence >= self._settings.answer.threshold,
            confidence=confidence,
            threshold=self._settings.answer.threshold,
            excerpts=self._excerpts(
                searcher, question, hits, excerpts or self._settings.answer.excerpts
            ),
            generation=searcher.generation.name,
            took_ms=(time.perf_counter() - started) * 1000,
        )
        return Consulted(answer, tuple(hits))

    def hits(self, text: str) -> list[Hit]:
        """Ranked passages for a question, answered or not: for those who test."""
        return self._current().search(read_question(text))

    def context(self, passage_id: str, before: int = 1, after: int = 1) -> Context | None:
        """A passage with its neighbours, or ``None`` if the published index does not hold it.

        Args:
            passage_id: Which passage.
            before: How many passages before it.
            after: How many after it.
        """
        store = self._current().generation.store
        found = store.find(passage_id)
        if found is None:
            return None
        rows = range(found.row - before - 1, found.row + after + 2)
        around = {
            near.row: near.passage.text
            for near in store.passages(rows)
            if near.document_row == found.document_row
        }
        digests = (d.digest for d in store.documents() if d.id == found.passage.document_id)
        return Context(
            before="\n".join(around[row] for row in rows[1 : before + 1] if row in around),
            passage=found.passage,
            after="\n".join(around[row] for row in rows[before + 2 : -1] if row in around),
            digest=next(digests, ""),
            has_more_before=rows[0] in around,
            has_more_after=rows[-1] in around,
        )

    def documents(self) -> list[DocumentEntry]:
        """All documents that can be cited."""
        return self._current().generation.store.documents()

    def _excerpts(
        self, searcher: Searcher, question: Question, hits: list[Hit], most: int
    ) -> tuple[Excerpt, ...]:
        asked = searcher.asked(question)
        distinct = {hit.passage.text: hit for hit in reversed(hits)}
        best = [hit for hit in hits if distinct[hit.passage.text] is hit]
        return tuple(_excerpt(searcher, asked, hit) for hit in best[:most])

    def _current(self) -> Searcher:
        """The searcher of what is published now; the one before where that cannot be opened."""
        try:
            if published_name(self._settings.index.folder) == self._searcher.generation.name:
                return self._searcher
            with self._lock:
                self._searcher = self._open()
        except RetrievalError as error:
            logger.warning("keeping the index that is open: %s", error)
        return self._searcher

    def _open(self) -> Searcher:
        generation = open_generation(self._settings.index.folder)
        digest = settings_digest(self._settings.passages)
        check_recipe(generation, digest, self._embedder.fingerprint)
        return self._search_in(generation)

    def _search_in(self, generation: Generation) -> Searcher:
        return Searcher(
            generation,
            self._embedder,
            self._ranking,
            self._settings.search.candidates,
            self._reranker,
        )


def _excerpt(searcher: Searcher, asked: Asked, hit: Hit) -> Excerpt:
    passage = hit.passage
    return Excerpt(
        passage_id=passage.id,
        text=passage.text,
        marked=mark(asked, searcher.standing(passage), hit.sentence_matches),
        citation=Citation(
            passage.title, passage.heading, passage.source, passage.page, passage.spans
        ),
        score=hit.score,
        confidence=searcher.ranking.probability(hit.features),
    )
