"""Documents and questions -> training pairs: what is asked, and the passage that belongs to it.

Texts are tokenised once; pairs are cut anew from the token lists in every epoch, so that no two
epochs see the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from retrieval.evaluation.squad import Context
from retrieval.text import fold, sentences
from retrieval.training.encoding import Ids, TokenLists, encode
from retrieval.training.sources import CleanDocument, passages

QUESTIONS = "questions"
"""The source of passages that come from contexts of questions."""

_LONGEST = 160
_FEWEST_TOKENS = 3
_MOST_TOKENS = 192
_KEPT_IN_PLACE = 0.3
"""How often a sentence that is asked stays in its passage: shared words are evidence."""
_HEADING_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Pairs:
    """Row ``i`` of ``asked`` belongs to row ``i`` of ``found``."""

    asked: TokenLists
    found: TokenLists

    def __len__(self) -> int:
        return len(self.asked)


@dataclass(frozen=True, slots=True)
class Material:
    """Tokenised passages with what can be asked about each."""

    sentences: TokenLists
    first_sentence: Ids
    """Passage ``i`` has sentences ``first_sentence[i]`` to ``first_sentence[i + 1]``."""
    headings: TokenLists
    """Title and most specific headings of each passage."""
    questions: TokenLists
    answering: Ids
    """The passage that answers each question."""
    sources: tuple[str, ...]
    """Where each passage comes from: name of an archive, or `QUESTIONS`."""


def gather_material(
    documents: Iterable[CleanDocument], contexts: Iterable[Context], tokenizer: Tokenizer
) -> Material:
    """Tokenise documents, and those contexts that are not held out with their questions."""
    texts: list[tuple[str, str, str]] = list(_document_passages(documents))
    questions: list[tuple[str, int]] = []
    for context in contexts:
        if not context.is_development:
            questions.extend(_context_passages(context, texts))
    cut = [[text[span.start : span.end] for span in sentences(text)] for _, _, text in texts]
    return Material(
        sentences=encode(tokenizer, [sentence for parts in cut for sentence in parts]),
        first_sentence=np.cumsum([0, *map(len, cut)]),
        headings=encode(tokenizer, [heading for _, heading, _ in texts]),
        questions=encode(tokenizer, [question for question, _ in questions]),
        answering=np.array([passage for _, passage in questions], dtype=np.int64),
        sources=tuple(source for source, _, _ in texts),
    )


def draw_epoch(
    material: Material, rng: np.random.Generator, most_per_source: int, question_repeats: int
) -> Pairs:
    """Draw the pairs of one epoch.

    From each source come so many passages at most, each asked by one of its sentences and by its
    headings. Questions, and sentences of the contexts they belong to, are repeated.
    """
    sources = np.array(material.sources)
    chosen = np.concatenate(
        [
            rng.permutation(np.flatnonzero(sources == source))[:most_per_source]
            for source in np.unique(sources)
        ]
    )
    contexts = np.flatnonzero(sources == QUESTIONS)
    questions = np.arange(len(material.questions))
    parts = [
        sentence_pairs(material, chosen, rng),
        heading_pairs(material, chosen[sources[chosen] != QUESTIONS]),
    ]
    for _ in range(question_repeats):
        parts.append(question_pairs(material, questions))
        parts.append(sentence_pairs(material, contexts, rng))
    return join_pairs(parts)


def sentence_pairs(material: Material, rows: Ids, rng: np.random.Generator) -> Pairs:
    """Sentence -> rest of its passage (inverse cloze, Lee et al. 2019), one draw a passage.

    The sentence stays in the passage in `_KEPT_IN_PLACE` of the draws.
    """
    asked: list[Ids] = []
    found: list[Ids] = []
    for row in rows:
        first, end = material.first_sentence[row], material.first_sentence[row + 1]
        drawn = rng.integers(first, end)
        parts = [material.sentences.row(number) for number in range(first, end)]
        if end - first == 1:
            question, rest = _halves(parts[0], rng)
        else:
            question = parts[drawn - first]
            if rng.random() >= _KEPT_IN_PLACE:
                del parts[drawn - first]
            rest = np.concatenate(parts)
        asked.append(question)
        found.append(rest)
    return _pairs(asked, found)


def heading_pairs(material: Material, rows: Ids) -> Pairs:
    """Title and headings -> passage."""
    asked = [material.headings.row(row) for row in rows]
    return _pairs(asked, [whole_passage(material, row) for row in rows])


def question_pairs(material: Material, rows: Ids) -> Pairs:
    """Question -> the passage that answers it."""
    asked = [material.questions.row(row) for row in rows]
    return _pairs(asked, [whole_passage(material, material.answering[row]) for row in rows])


def whole_passage(material: Material, row: int) -> Ids:
    """Token ids of a passage."""
    first, end = material.first_sentence[row], material.first_sentence[row + 1]
    offsets = material.sentences.offsets
    return material.sentences.ids[offsets[first] : offsets[end]]


def join_pairs(parts: Sequence[Pairs]) -> Pairs:
    """Put pairs of several kinds one after the other."""
    return Pairs(_join([part.asked for part in parts]), _join([part.found for part in parts]))


def batches(pairs: Pairs, size: int, rng: np.random.Generator) -> Iterator[Pairs]:
    """Shuffle pairs into full batches; what is left over is dropped."""
    order = rng.permutation(len(pairs))
    for start in range(0, len(order) - size + 1, size):
        rows = order[start : start + size]
        yield Pairs(pairs.asked.rows(rows), pairs.found.rows(rows))


def _document_passages(documents: Iterable[CleanDocument]) -> Iterator[tuple[str, str, str]]:
    """Yield source, heading line and text of each passage."""
    for document in documents:
        for section in document.sections:
            heading = " ".join([document.title, *section.headings[-_HEADING_DEPTH:]])
            for text in passages(section.paragraphs, longest=_LONGEST):
                yield document.source, heading, text


def _context_passages(
    context: Context, texts: list[tuple[str, str, str]]
) -> Iterator[tuple[str, int]]:
    """Append the passages of a context to ``texts``; yield its questions with their passages."""
    first = len(texts)
    title = fold(context.title)
    texts.extend(
        (QUESTIONS, title, text) for text in passages([fold(context.text)], longest=_LONGEST)
    )
    for question in context.questions:
        answers = [fold(answer) for answer in question.answers]
        for row in range(first, len(texts)):
            if any(answer in texts[row][2] for answer in answers):
                yield fold(question.text), row
                break


def _halves(tokens: Ids, rng: np.random.Generator) -> tuple[Ids, Ids]:
    cut = int(rng.integers(1, max(len(tokens), 2)))
    return tokens[:cut], tokens[cut:]


def _pairs(asked: Sequence[Ids], found: Sequence[Ids]) -> Pairs:
    """Keep pairs that have enough tokens on both sides, cut off what is too long."""
    kept = [
        (question[:_MOST_TOKENS], passage[:_MOST_TOKENS])
        for question, passage in zip(asked, found, strict=True)
        if len(question) >= _FEWEST_TOKENS and len(passage) >= _FEWEST_TOKENS
    ]
    return Pairs(_lists([pair[0] for pair in kept]), _lists([pair[1] for pair in kept]))


def _lists(rows: Sequence[Ids]) -> TokenLists:
    ids = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
    return TokenLists(ids, np.cumsum([0, *map(len, rows)]))


def _join(parts: Sequence[TokenLists]) -> TokenLists:
    return TokenLists(
        np.concatenate([part.ids for part in parts]),
        np.cumsum(np.concatenate([[0], *(np.diff(part.offsets) for part in parts)])),
    )
