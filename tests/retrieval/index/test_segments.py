"""Segments: what stands above a passage, then its sentences, each behind a mark."""

import numpy as np

from retrieval.embedding import Embedder
from retrieval.index.segments import BREAK, segment_tokens, segments
from retrieval.types import Kind, Passage

PASSAGE = Passage(
    "p", "d", "a.md", "手册", "", ("请假",), None, Kind.PARAGRAPH, "病假要证明。事假要批准。", ()
)


def test_a_passage_is_cut_into_what_stands_above_it_and_its_sentences() -> None:
    assert segments(PASSAGE) == ["手册\n请假", "病假要证明。", "事假要批准。"]


def test_every_segment_begins_with_the_mark_and_keeps_its_tokens(embedder: Embedder) -> None:
    ids = next(segment_tokens([PASSAGE], embedder))
    assert ids[0] == BREAK
    parts = np.split(ids, np.flatnonzero(ids == BREAK)[1:])
    texts = ["".join(embedder.token_texts(part[1:])) for part in parts]
    assert texts == ["手册请假", "病假要证明", "事假要批准"]


def test_nothing_stands_above_a_passage_without_title() -> None:
    bare = Passage("p", "d", "a.md", "", "", (), None, Kind.PARAGRAPH, "一句。", ())
    assert segments(bare) == ["", "一句。"]
