"""Question -> `Answer`: excerpts with the answering sentence and where it stands, or silence.

`Answerer.ask` is the seam between the halves of Chuchu: the bot serves what the tester measures.
"""

import copy
import logging
import time
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

from retrieval.calibration import Calibration, find_kept
from retrieval.corpus.freshness import Freshness
from retrieval.embedding import Embedder, load_embedder
from retrieval.embedding.absent import NoVectors
from retrieval.errors import EngineError, RetrievalError
from retrieval.excerpts import cut_excerpts
from retrieval.index.build import settings_digest
from retrieval.index.engine import Engine
from retrieval.index.recipe import check_recipe
from retrieval.index.shelf import find_shelf
from retrieval.index.store import DocumentEntry
from retrieval.ranking import Ranking, shipped_ranking
from retrieval.reranking import Reranker, load_reranker
from retrieval.search import Searcher
from retrieval.settings import AnswerSettings, Settings
from retrieval.types import Answer, Audience, Hit, Passage

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
    ranking: Ranking
    """The weights that put them so."""


class Answerer:
    """Answers from what is published, and follows when another generation is."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        reranker: Reranker | None = None,
        ranking: Ranking | None = None,
        engine: Engine | None = None,
    ) -> None:
        """Open the index; other weights than the shipped ones are for those who test.

        With an ``engine``, answer from that one for good, published or not.
        """
        self._settings = settings
        self._embedder = embedder
        self._reranker = reranker
        self._ranking = ranking
        self._freshness = Freshness(settings.corpus.folder, holds_all=not settings.index.read_only)
        self._lock = Lock()
        self._shelf = find_shelf(settings.index)
        self._follows = engine is None
        self._refused = ""
        self._searcher = self._search_in(engine) if engine else self._open()

    @classmethod
    def load(cls, settings: Settings) -> "Answerer":
        """Load the model and open the index.

        Raises:
            ModelError: The model cannot be loaded.
            MissingIndexError: Nothing has been indexed.
            StaleIndexError: The index is damaged, or made by other settings or another model.
        """
        find_shelf(settings.index).published()  # say at once that nothing is indexed
        return cls(settings, load_embedder(settings.embedding), load_reranker(settings.rerank))

    @classmethod
    def load_lexical(cls, settings: Settings) -> "Answerer":
        """Open the index without the model: terms alone find and judge, in milliseconds.

        Raises:
            MissingIndexError: Nothing has been indexed.
            StaleIndexError: The index is damaged, or made by other settings.
        """
        recipe = find_shelf(settings.index).open().recipe
        return cls(settings, NoVectors(recipe.model, recipe.model_fingerprint, recipe.dimension))

    def trying(self, settings: AnswerSettings, ranking: Ranking) -> "Answerer":
        """Answer from the same open index by other weights and another threshold."""
        other = copy.copy(self)
        other._settings = self._settings.model_copy(update={"answer": settings})
        other._ranking = ranking
        other._lock = Lock()
        other._searcher = other._search_in(self._current().engine)
        return other

    def ask(
        self, text: str, audience: Audience = Audience.GROUP, excerpts: int | None = None
    ) -> Answer:
        """Answer a question, whatever its text.

        Args:
            text: The question.
            audience: Who hears the answer: in a group silence comes sooner.
            excerpts: Most excerpts; the settings' number where it is not given.

        Where nothing is good enough ``answered`` is false, and nothing is to be said; the excerpts
        are the nearest passages, for those who test. Small talk has none.
        """
        return self.consult(text, audience, excerpts).answer

    def threshold(self, audience: Audience) -> float:
        """Silence below this confidence."""
        return self._line(self._current().ranking.calibration, audience)

    def _line(self, calibration: Calibration, audience: Audience) -> float:
        settings = self._settings.answer
        if settings.threshold is not None:
            return settings.threshold
        is_group = audience is Audience.GROUP
        allowed = settings.group_false_replies if is_group else settings.false_replies
        return calibration.threshold(allowed)

    def consult(
        self, text: str, audience: Audience = Audience.GROUP, excerpts: int | None = None
    ) -> Consulted:
        """`ask`, with the ranking behind the answer: for those who test."""
        started = time.perf_counter()
        searcher = self._current()
        question = searcher.read(text)
        hits = searcher.search(question)
        confidence = searcher.ranking.probability(hits[0].features) if hits else 0.0
        threshold = self._line(searcher.ranking.calibration, audience)
        answer = Answer(
            question=text,
            answered=bool(hits) and confidence >= threshold,
            confidence=confidence,
            threshold=threshold,
            certain_from=self._line(searcher.ranking.calibration, Audience.GROUP),
            excerpts=cut_excerpts(
                searcher,
                searcher.asked(question),
                hits,
                excerpts or self._settings.answer.excerpts,
                partial(self._is_outdated, searcher),
            ),
            generation=searcher.engine.name,
            took_ms=(time.perf_counter() - started) * 1000,
        )
        return Consulted(answer, tuple(hits), searcher.ranking)

    def hits(self, text: str) -> list[Hit]:
        """Ranked passages for a question, answered or not: for those who test."""
        searcher = self._current()
        return searcher.search(searcher.read(text))

    def context(self, passage_id: str, before: int = 1, after: int = 1) -> Context | None:
        """A passage with its neighbours, or ``None`` if the published index does not hold it.

        Args:
            passage_id: Which passage.
            before: How many passages before it.
            after: How many after it.
        """
        engine = self._current().engine
        found = engine.find(passage_id)
        if found is None:
            return None
        rows = range(found.row - before - 1, found.row + after + 2)
        around = {
            near.row: near.passage.text
            for near in engine.passages(rows)
            if near.document_row == found.document_row
        }
        return Context(
            before="\n".join(around[row] for row in rows[1 : before + 1] if row in around),
            passage=found.passage,
            after="\n".join(around[row] for row in rows[before + 2 : -1] if row in around),
            digest=engine.digest_of(found.passage.document_id),
            has_more_before=rows[0] in around,
            has_more_after=rows[-1] in around,
        )

    def documents(self) -> list[DocumentEntry]:
        """All documents that can be cited."""
        return self._current().engine.documents()

    def _is_outdated(self, searcher: Searcher[Engine], passage: Passage) -> bool:
        digest = searcher.engine.digest_of(passage.document_id)
        return self._freshness.has_changed(passage.source, digest)

    def follow(self) -> None:
        """Open what is published now, so that no question has to wait for that."""
        self._current()

    def _current(self) -> Searcher[Engine]:
        """The searcher of what is published now; the one before where that cannot be opened.

        One caller opens it; the others go on with what is open meanwhile.
        """
        if not self._follows or not self._lock.acquire(blocking=False):
            return self._searcher
        try:
            name = self._shelf.published()
            if name not in (self._searcher.engine.name, self._refused):
                self._refused = name
                self._searcher = self._open()
                self._refused = ""
        except EngineError as error:
            self._refused = ""  # the server is away: what is published is opened when it is back
            logger.warning("keeping the index that is open: %s", error)
        except RetrievalError as error:
            logger.warning("keeping the index that is open: %s", error)
        finally:
            self._lock.release()
        return self._searcher

    def _open(self) -> Searcher[Engine]:
        engine = self._shelf.open()
        digest = settings_digest(self._settings.passages)
        check_recipe(engine.recipe, digest, self._embedder.fingerprint)
        return self._search_in(engine)

    def _search_in(self, engine: Engine) -> Searcher[Engine]:
        return Searcher(
            engine,
            self._embedder,
            self._calibrated(engine),
            self._settings.search.candidates,
            self._reranker,
        )

    def _calibrated(self, engine: Engine) -> Ranking:
        """The ranking, with the calibration that was made for these very documents, if any."""
        ranking = self._ranking or shipped_ranking(engine.count())
        kept = find_kept(self._settings.index.folder)
        if kept is None:
            return ranking
        recipe = engine.recipe
        made_for = (recipe.corpus_digest, calibrated_by(recipe.model_fingerprint, ranking))
        if (kept.corpus_digest, kept.fingerprint) == made_for:
            return replace(ranking, calibration=kept.calibration)
        logger.warning(
            "the calibration is of other documents, another model or other weights: the shipped "
            "one is used; run: chuchu calibrate"
        )
        return ranking


def calibrated_by(model_fingerprint: str, ranking: Ranking) -> str:
    """The fingerprint of all that gave the log-odds that a calibration was measured on."""
    return f"{model_fingerprint[:16]}-{ranking.fingerprint}"
