"""The documents as the bot sees them: answers, passages and files, by collection.

Answering is synchronous and takes milliseconds, so it runs in a few threads. Opening takes longer:
the library is usable at once, by its terms alone, and whole as soon as the model is loaded.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.breaker import Breaker
from retrieval.answer import Answerer, Context
from retrieval.embedding import Embedder
from retrieval.errors import EngineError, RetrievalError
from retrieval.index.store import DocumentEntry
from retrieval.reranking import Reranker
from retrieval.settings import Settings
from retrieval.types import Answer, Audience, Excerpt

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
Models = tuple[Embedder, Reranker | None]
_WIDE = 30
"""Excerpts that can be paged through."""
_SURE = 0.95
"""Confidence from which terms alone may answer: without vectors it is easily too high."""
_PAUSE = 1.0
"""Seconds until a server that is away at the start is looked for again."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents that are answered from together."""

    folder: Path
    """Where the files are."""
    load: Callable[[], Answerer]
    load_lexical: Callable[[], Answerer] | None = None
    """Opens it without its model; ``None`` waits for that."""
    per_page: int = 3

    @classmethod
    def of(cls, settings: Settings, models: Callable[[], Models]) -> "Collection":
        """The collection that settings describe; models are loaded once for all."""

        def load() -> Answerer:
            return Answerer(settings, *models())

        return cls(
            folder=settings.corpus.folder,
            load=load,
            load_lexical=partial(Answerer.load_lexical, settings),
            per_page=settings.answer.excerpts,
        )


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked up."""

    text: str
    earlier: str = ""
    """The words of the questions that it follows up on."""
    collection: str = ""
    threshold: float | None = None
    """Silence below this confidence; the settings' where it is not given."""
    audience: Audience = Audience.GROUP


@dataclass(frozen=True, slots=True)
class Page:
    """Some excerpts of an answer, best first."""

    answer: Answer
    excerpts: tuple[Excerpt, ...]
    number: int
    """0 is the answer itself; later pages hold what was not good enough to be said unasked."""
    has_more: bool
    is_lexical: bool = False
    """Whether terms alone found it, because the model was not loaded yet."""


@dataclass(frozen=True, slots=True)
class Original:
    """A document's file, as it was indexed."""

    path: Path
    title: str
    page: int | None


class Library:
    """All collections; answers wait for what is not open yet.

    Everything that is asked of it raises `EngineError` where the documents are on a server that is
    away: at once, when that is known already.
    """

    def __init__(self, collections: Mapping[str, Collection], threads: int) -> None:
        self._collections = dict(collections)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="search")
        self._whole: dict[str, Answerer] = {}
        self._lexical: dict[str, Answerer] = {}
        self._breaker = Breaker(self._threads)
        self._settled = asyncio.Event()
        """Set once it is known whether questions can be answered."""
        self._failure: RetrievalError | None = None

    @property
    def names(self) -> list[str]:
        """The collections' names, the default's first and empty."""
        return list(self._collections)

    @property
    def is_whole(self) -> bool:
        """Whether every collection is open with its model."""
        return len(self._whole) == len(self._collections)

    @property
    def state(self) -> str:
        """``"ok"`` once questions are answered in full, else what is missing."""
        if self._breaker.is_away:
            return "the server that holds the index does not answer"
        return "ok" if self.is_whole else "loading the model"

    def is_away(self) -> bool:
        """Whether the server that holds the index is known to be away."""
        return self._breaker.is_away

    async def open(self) -> None:
        """Open every collection, by terms first; a server that is away is waited for.

        Raises:
            RetrievalError: One cannot be opened.
        """
        started = time.monotonic()
        try:
            for name, collection in self._collections.items():
                await self._open_patiently(name, collection)
        except RetrievalError as error:
            self._failure = error
            raise
        finally:
            self._breaker.reset()
            self._settled.set()
        logger.info("documents are open after %.1f s", time.monotonic() - started)

    async def _open_patiently(self, name: str, collection: Collection) -> None:
        while True:
            try:
                await self._open(name, collection)
            except EngineError as error:
                self._breaker.trip(error)
                self._settled.set()
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def _open(self, name: str, collection: Collection) -> None:
        loading = asyncio.to_thread(collection.load)
        early, whole = await asyncio.gather(
            self._open_lexical(name, collection), loading, return_exceptions=True
        )
        self._lexical.pop(name, None)
        if isinstance(early, BaseException):
            raise early
        if isinstance(whole, BaseException):
            raise whole
        self._whole[name] = whole

    async def _open_lexical(self, name: str, collection: Collection) -> None:
        if collection.load_lexical:
            self._lexical[name] = await asyncio.to_thread(collection.load_lexical)

    async def ask(self, query: Query, page: int = 0) -> Page:
        """A page of the answer to a question.

        A follow-up is also looked up together with what was asked before; the surer answer counts.
        While the model is being loaded, terms alone may answer; where they do not, it is waited
        for: silence is never said too early.
        """
        early = self._lexical.get(query.collection)
        if early is not None:
            found = await self._run(partial(self._page, early, query, page))
            if found.answer.confidence >= _SURE:
                return replace(found, is_lexical=True)
        answerer = await self._answerer(query.collection)
        return await self._run(partial(self._page, answerer, query, page))

    async def context(
        self, passage_id: str, collection: str, before: int = 1, after: int = 1
    ) -> Context | None:
        """A passage with its neighbours; ``None`` where its document has changed or gone."""
        answerer = await self._answerer(collection)
        return await self._run(partial(answerer.context, passage_id, before, after))

    async def documents(self, collection: str = "") -> list[DocumentEntry]:
        """All documents that can be cited."""
        answerer = await self._answerer(collection)
        return await self._run(answerer.documents)

    async def original(self, passage_id: str, collection: str) -> Original | None:
        """The file that a passage stands in; ``None`` where it has changed since, or gone."""
        found = await self.context(passage_id, collection, 0, 0)
        if found is None:
            return None
        path = self._collections[collection].folder / found.passage.source
        is_same = await self._run(partial(_has_digest, path, found.digest))
        return Original(path, found.passage.title, found.passage.page) if is_same else None

    def follow(self) -> None:
        """Open what was published since, so that no question has to wait for that."""
        for answerer in self._whole.values():
            answerer.follow()

    def close(self) -> None:
        """Let the threads end."""
        self._breaker.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answerer(self, collection: str) -> Answerer:
        if collection not in self._collections:
            collection = ""  # one that the settings no longer name
        if collection not in self._whole:
            await self._settled.wait()
        if self._failure:
            raise self._failure
        self._breaker.check()
        return self._whole[collection]

    def _page(self, answerer: Answerer, query: Query, number: int) -> Page:
        per_page = self._collections.get(query.collection, self._collections[""]).per_page
        text = _followed(answerer, query)
        answer = _judged(answerer.ask(text, query.audience), query.threshold)
        if not number:
            has_more = len(answer.excerpts) >= per_page
            return Page(answer, answer.shown, 0, has_more)
        said = {excerpt.passage_id for excerpt in answer.shown}
        wide = answerer.ask(text, query.audience, _WIDE).excerpts
        rest = [excerpt for excerpt in wide if excerpt.passage_id not in said]
        start = (number - 1) * per_page
        return Page(
            answer, tuple(rest[start : start + per_page]), number, len(rest) > start + per_page
        )

    async def _run(self, work: Callable[[], _T]) -> _T:
        return await self._breaker.call(work)


def _followed(answerer: Answerer, query: Query) -> str:
    """The question alone, or with the words before it: whichever is answered more surely."""
    if not query.earlier:
        return query.text
    together = f"{query.earlier} {query.text}"
    alone = answerer.ask(query.text).confidence
    return together if answerer.ask(together).confidence > alone else query.text


def _judged(answer: Answer, threshold: float | None) -> Answer:
    """An answer by another threshold than the settings'."""
    if threshold is None:
        return answer
    answered = bool(answer.excerpts) and answer.confidence >= threshold
    return replace(answer, threshold=threshold, answered=answered)


def _has_digest(path: Path, digest: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False
