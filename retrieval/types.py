"""The nouns of the offline half: frozen values, no behaviour beyond looking at themselves."""

import base64
import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Float32 array; the shape is said where it is used."""


class Span(NamedTuple):
    """A half-open range of characters (code points): ``text[start:end]``."""

    start: int
    end: int


class Audience(Enum):
    """Who hears an answer: in a group a wrong one costs more than in a private chat."""

    PRIVATE = "private"
    GROUP = "group"


class Kind(Enum):
    """What a block of a document is."""

    PARAGRAPH = "paragraph"
    BYLINE = "byline"
    """Who wrote it: «本报讯 韩梅», «(叶堂林 吴明桓 王雪莹)»."""
    ROW = "row"
    """A row of a table, with the names of its columns."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the corpus, decoded. Every span in the project counts in its ``text``."""

    path: str
    """Relative to the corpus folder, with forward slashes."""
    digest: str
    """SHA-256 of the file's bytes, hexadecimal."""
    text: str
    encoding: str = "utf-8"
    """Of the file's bytes, or its format where that is more than text."""
    pages: tuple[int, ...] = ()
    """Where in the text each page begins; empty where there are no pages."""
    notes: tuple[str, ...] = ()
    """What of the file was not read, and why."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as it was meant: what the printer's columns tore apart is one block."""

    text: str
    spans: tuple[Span, ...]
    headings: tuple[str, ...]
    """From the widest to the most specific, without the document's title."""
    kind: Kind = Kind.PARAGRAPH
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One article. A file may hold several."""

    id: str
    source: SourceFile
    title: str
    column: str
    """The column or kicker that the title stands under, or ``""``."""
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is found and quoted: whole sentences under one heading of one document."""

    id: str
    document_id: str
    source: str
    title: str
    column: str
    headings: tuple[str, ...]
    page: int | None
    kind: Kind
    text: str
    spans: tuple[Span, ...]
    """Where the text stands in the file; joined by `retrieval.corpus.layout.cut` they give it."""

    @property
    def heading(self) -> str:
        """The most specific heading, or ``""``."""
        return self.headings[-1] if self.headings else ""


class Features(NamedTuple):
    """What speaks for a passage. Names are those of ``ranking.toml`` and ``--explain``."""

    bm25: float = 0.0
    """BM25 of the passage, as a share of the best candidate's."""
    document_bm25: float = 0.0
    """BM25 of the passage's document, as a share of the best document's."""
    cosine: float = 0.0
    """Cosine of question and passage vectors, -1 to 1."""
    late_interaction: float = 0.0
    """Weighted mean over question tokens of the best cosine to a passage token, -1 to 1."""
    gap: float = 0.0
    """How badly the worst-matched word of the topic is missed, 0 to 1."""
    sentence_match: float = 0.0
    """`late_interaction` of the best sentence with what stands above the passage; the words that
    name the topic weigh more."""
    sentence_gap: float = 0.0
    """`gap` of that sentence."""
    miss: float = 0.0
    """How badly the worst-matched word of the question, of the topic or not, is missed in it."""
    second_miss: float = 0.0
    """The same for the second-worst."""
    focus: float = 0.0
    """How much of that sentence is about the question: mean over its tokens of the best cosine to
    a question token, -1 to 1."""
    sentence_cosine: float = 0.0
    """Of the question and that sentence with what stands above it, -1 to 1."""
    coverage: float = 0.0
    """Share of the weight of the question's terms that stand in the passage or above it, 0 to 1."""
    title_coverage: float = 0.0
    """The same for the document's title alone."""
    sentence_coverage: float = 0.0
    """The same for the best single sentence of the passage."""
    context_coverage: float = 0.0
    """The same for the best sentence together with what stands above the passage."""
    misquoted: float = 0.0
    """Share of the phrases that the question quotes which do not stand there as written."""
    lacking: float = 0.0
    """Share of the kinds of answer sought (a sum, a date) that the passage holds nothing of."""
    sentence_lacking: float = 0.0
    """The same for the best sentence."""
    holding: float = 0.0
    """1 where a kind of answer is sought and the best sentence holds every one that is."""
    loosely_lacking: float = 0.0
    """`sentence_lacking` for kinds that an answer need not show: a reason, a place, a person."""
    code: float = 0.0
    """Share of the codes asked for, such as ``ppr-9087``, that stand in the passage."""
    wrong_number: float = 0.0
    """Share of the question's numbers that stand neither in the passage nor above it."""
    wrong_name: float = 0.0
    """The same for the names of people, places and organisations."""
    byline: float = 0.0
    """1 where the author is asked for and this is a byline."""
    brevity: float = 0.0
    """1 / the number of content characters asked, at least 4: short questions match by chance."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with what speaks for it."""

    passage: Passage
    score: float
    """Orders the hits of one question; has no meaning across questions."""
    features: Features
    sentence_matches: tuple[float, ...] = ()
    """How well the question's tokens meet those of each sentence; empty without token vectors."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an excerpt stands."""

    title: str
    heading: str
    source: str
    page: int | None
    spans: tuple[Span, ...]
    outdated: bool = False
    """Whether the file has changed since it was indexed."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quoted passage; ``text[marked.start:marked.end]`` is the part that answers."""

    passage_id: str
    text: str
    marked: Span
    citation: Citation
    score: float
    confidence: float
    """Probability that this excerpt answers, 0 to 1."""
    also: tuple[Citation, ...] = ()
    """Where nearly the same text stands too."""
    before: str = ""
    """The sentence before, where the text begins with a word that stands for its subject."""

    @property
    def marked_text(self) -> str:
        """The part that answers, as text."""
        return self.text[self.marked.start : self.marked.end]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one question: excerpts, best first, or silence."""

    question: str
    answered: bool
    """Whether the excerpts are good enough to be said; else silence is right."""
    confidence: float
    """Probability that the first excerpt answers, 0 to 1."""
    threshold: float
    """Silence below this confidence."""
    certain_from: float
    """Below this confidence an answer is headed "perhaps"."""
    excerpts: tuple[Excerpt, ...]
    """The nearest passages, best first."""
    generation: str
    """Which index it was cut from."""
    took_ms: float

    @property
    def tentative(self) -> bool:
        """Whether what is said is to be headed "perhaps"."""
        return self.answered and self.confidence < self.certain_from

    @property
    def shown(self) -> tuple[Excerpt, ...]:
        """What is said: the first excerpt, and others that are good enough by themselves."""
        if not self.answered:
            return ()
        first, *others = self.excerpts
        return first, *(other for other in others if other.confidence >= self.threshold)

    @property
    def trace(self) -> str:
        """Ten characters that name what was said: equal where question and excerpts are.

        Base 32 of SHA-256, in lower case; logs, journals and reports name an answer by it.
        """
        said = [(e.citation.source, e.citation.spans, e.marked) for e in self.shown]
        digest = hashlib.sha256(repr((self.question, said)).encode("utf-8", "surrogatepass"))
        return base64.b32encode(digest.digest())[:10].decode().lower()


Json = dict[str, Any]
