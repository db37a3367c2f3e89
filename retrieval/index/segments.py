"""A passage's tokens, cut where its sentences are: what late interaction compares.

The first segment is what stands above the passage (title, headings) and the words that only people
use for it; each further one is a sentence. `BREAK` begins every segment.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from retrieval.embedding import Embedder, TokenIds
from retrieval.index.fields import above
from retrieval.text import sentences
from retrieval.types import Passage

BREAK = np.uint32(0xFFFF_FFFF)
"""No token: the mark that a segment begins with."""


def segments(passage: Passage) -> list[str]:
    """What stands above the passage, then its sentences."""
    text = passage.text
    return [above(passage), *(text[span.start : span.end] for span in sentences(text))]


def segment_tokens(passages: Sequence[Passage], embedder: Embedder) -> Iterator[TokenIds]:
    """Token ids of each passage, a `BREAK` before every segment.

    Nothing for a model that has no token vectors.
    """
    cut = [segments(passage) for passage in passages]
    found = iter(embedder.tokens([segment for passage in cut for segment in passage]))
    for passage in cut:
        ids = [next(found) for _ in passage]
        if any(map(len, ids)):
            yield np.concatenate([part for row in ids for part in ([BREAK], row)]).astype(np.uint32)
        else:
            yield np.empty(0, dtype=np.uint32)
