"""Texts -> token ids, kept flat: what trains and measures a static model quickly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.types import Vectors

Ids = NDArray[np.int64]

_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class TokenLists:
    """The token ids of many texts: text ``i`` has ``ids[offsets[i]:offsets[i + 1]]``."""

    ids: Ids
    offsets: Ids
    """Shape ``(texts + 1,)``."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def row(self, number: int) -> Ids:
        """Token ids of one text."""
        return self.ids[self.offsets[number] : self.offsets[number + 1]]

    def rows(self, numbers: NDArray[np.int64]) -> "TokenLists":
        """Token ids of some texts, in the order given."""
        lengths = np.diff(self.offsets)[numbers]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        shift = np.repeat(self.offsets[numbers] - offsets[:-1], lengths)
        return TokenLists(self.ids[np.arange(offsets[-1]) + shift], offsets)


def encode(tokenizer: Tokenizer, folded: Sequence[str]) -> TokenLists:
    """Tokenise folded texts."""
    parts: list[Ids] = []
    lengths: list[int] = [0]
    for start in range(0, len(folded), _BATCH):
        for found in tokenizer.encode_batch_fast(
            list(folded[start : start + _BATCH]), add_special_tokens=False
        ):
            parts.append(np.array(found.ids, dtype=np.int64))
            lengths.append(len(parts[-1]))
    ids = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
    return TokenLists(ids, np.cumsum(lengths))


def mean_vectors(texts: TokenLists, vectors: Vectors) -> Vectors:
    """Mean token vector of each text, shape ``(texts, dimension)``; zeros for an empty text."""
    found = torch.nn.functional.embedding_bag(
        torch.from_numpy(texts.ids),
        torch.from_numpy(vectors),
        torch.from_numpy(texts.offsets[:-1]),
        mode="mean",
    )
    return np.asarray(found.numpy(), dtype=np.float32)


def normalise(vectors: Vectors) -> Vectors:
    """Scale rows to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, 1e-12)
    return scaled
