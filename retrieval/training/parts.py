"""Which tokens stand inside which: a word is made of characters, and shares their meaning.

A token's vector is its own row plus a share of the rows of the tokens inside it, as in fastText
(Bojanowski et al. 2017). So «北京市» is near «北京» however a text was cut, and a rare word starts
from what its characters have learnt. Once trained, the sums are all that is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.training.encoding import Ids, TokenLists

_LONGEST = 4
_SHORTEST_LATIN = 2


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows that make up each token, the token's own row first, with their weights."""

    rows: TokenLists
    weights: NDArray[np.float32]
    """Beside ``rows.ids``."""

    @classmethod
    def of(cls, tokens: Sequence[str], share: float) -> "Parts":
        """Find the parts of each token of a vocabulary; ``share`` is the weight of a part."""
        known = {token: row for row, token in enumerate(tokens)}
        found = [[row, *parts_inside(token, known)] for row, token in enumerate(tokens)]
        offsets = np.cumsum([0, *map(len, found)])
        weights = np.full(offsets[-1], share, dtype=np.float32)
        weights[offsets[:-1]] = 1.0
        return cls(TokenLists(np.concatenate(found).astype(np.int64), offsets), weights)

    def select(self, tokens: Ids) -> "Parts":
        """Return the parts of some tokens, in the order given."""
        chosen = self.rows.rows(tokens)
        lengths = np.diff(chosen.offsets)
        shift = np.repeat(self.rows.offsets[tokens] - chosen.offsets[:-1], lengths)
        return Parts(chosen, self.weights[np.arange(chosen.offsets[-1]) + shift])


def parts_inside(token: str, known: dict[str, int]) -> list[int]:
    """Rows of the known tokens of up to four characters inside a token, but not of itself.

    Single latin letters tell nothing; numbers and byte tokens have no parts.
    """
    if token.isdigit() or token.startswith(("<0x", "[")):
        return []
    shortest = _SHORTEST_LATIN if token.isascii() else 1
    pieces = (
        token[start : start + length]
        for length in range(shortest, min(len(token) - 1, _LONGEST) + 1)
        for start in range(len(token) - length + 1)
    )
    return [known[piece] for piece in pieces if piece in known]
