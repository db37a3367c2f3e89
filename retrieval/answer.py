"""Question -> `Answer`: excerpts with the answering sentence and where it stands, or silence.

`Answerer.ask` is the seam between the halves of Chuchu: the bot serves what the tester measures.
"""

import copy
import logging
import time
from dataclasses import dataclass
from threading import Lock

from retrieval.corpus.freshness import Freshness
from retrieval.embedding import Embedder, load_embedder
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
        generation: Generation | None = None,
    ) -> None:
        """Open the index; other weights than the shipped ones are for those who test.

        With a ``generation``, answer from that one for good, published or not.
        """
        self._settings = settings
        self._embedder = embedder
        self._reranker = reranker
        self._ranking = ranking or shipped_ranking()
        self._freshness = Freshness(settings.corpus.folder)
        self._lock = Lock()
        self._follows = generation is None
        self._refused = ""
        self._searcher = self._search_in(generation) if generation else self._open()

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

    def trying(self, settings: AnswerSettings, ranking: Ranking) -> "Answerer":
        """Answer from the same open index by other weights and another threshold."""
        other = copy.copy(self)
        other._settings = self._settings.model_copy(update={"answer": settings})
        other._ranking = ranking
        other._lock = Lock()
        other._searcher = other._search_in(self._current().generation)
        return other

    def ask(self, text: str) -> Answer:
        """Answer a question, whatever its text.

        Where nothing is good enough ``answered`` is false, and nothing is to be said; the excerpts
        are the nearest passages, for those who test. Small talk has none.
        """
        return self.consult(text).answer

    def consult(self, text: str) -> Consulted:
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
            excerpts=self._excerpts(searcher, question, hits),
            generation=searcher.generation.name,
            took_ms=(time.perf_counter() - started) * 1000,
        )
        return Consulted(answer, tuple(hits))

    def hits(self, text: str) -> list[Hit]:
        """Ranked passages for a question, answered or not: for those who test."""
        return self._current().search(read_question(text))

    def context(self, passage_id: str) -> Context | None:
        """A passage with its neighbours, or ``None`` if the published index does not hold it."""
        store = self._current().generation.store
        found = store.find(passage_id)
        if found is None:
            return None
        around = {p.row: p for p in store.passages([found.row - 1, found.row + 1])}

        def text(row: int) -> str:
            near = around.get(row)
            return near.passage.text if near and near.document_row == found.document_row else ""

        return Context(text(found.row - 1), found.passage, text(found.row + 1))

    def documents(self) -> list[DocumentEntry]:
        """All documents that can be cited."""
        return self._current().generation.store.documents()

    def _excerpts(
        self, searcher: Searcher, question: Question, hits: list[Hit]
    ) -> tuple[Excerpt, ...]:
        asked = searcher.asked(question)
        distinct = {hit.passage.text: hit for hit in reversed(hits)}
        best = [hit for hit in hits if distinct[hit.passage.text] is hit]
        return tuple(
            _excerpt(searcher, asked, hit, outdated=self._is_outdated(searcher, hit.passage))
            for hit in best[: self._settings.answer.excerpts]
        )

    def _is_outdated(self, searcher: Searcher, passage: Passage) -> bool:
        digest = searcher.generation.store.digest_of(passage.document_id)
        return self._freshness.has_changed(passage.source, digest)

    def follow(self) -> None:
        """Open what is published now, so that no question has to wait for that."""
        self._current()

    def _current(self) -> Searcher:
        """The searcher of what is published now; the one before where that cannot be opened.

        One caller opens it; the others go on with what is open meanwhile.
        """
        if not self._follows or not self._lock.acquire(blocking=False):
            return self._searcher
        try:
            name = published_name(self._settings.index.folder)
            if name not in (self._searcher.generation.name, self._refused):
                self._refused = name
                self._searcher = self._open()
                self._refused = ""
        except RetrievalError as error:
            logger.warning("keeping the index that is open: %s", error)
        finally:
            self._lock.release()
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


def _excerpt(searcher: Searcher, asked: Asked, hit: Hit, *, outdated: bool) -> Excerpt:
    passage = hit.passage
    return Excerpt(
        passage_id=passage.id,
        text=passage.text,
        marked=mark(asked, searcher.standing(passage), hit.sentence_matches),
        citation=Citation(
            passage.title,
            passage.heading,
            passage.source,
            passage.page,
            passage.spans,
            outdated,
        ),
        score=hit.score,
        confidence=searcher.ranking.probability(hit.features),
    )
