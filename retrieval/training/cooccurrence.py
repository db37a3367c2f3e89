"""Sentences -> what tokens mean by the company they keep: directions to start training from.

Positive pointwise mutual information of neighbours, factorised (Levy, Goldberg and Dagan 2015):
«医生» comes near «医师», «罚款» near «罚金», 2008 near other years, which questions alone are far
too few to teach.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from retrieval.training.encoding import Ids, TokenLists
from retrieval.types import Vectors

_WINDOW = 5
_FEWEST_MEETINGS = 3
_CONTEXT_SMOOTHING = 0.75
_SPECTRUM = 0.25
"""Power of the singular values: below one, so that the first few do not drown the rest."""
_SPARE = 8
_ITERATIONS = 4
_WELL_KNOWN = 20
"""Occurrences from which on a token's company is trusted fully."""

Counts = NDArray[np.float64]


def directions_by_company(sentences: TokenLists, vocabulary: int, size: int, seed: int) -> Vectors:
    """Return a direction for each token, shape ``(vocabulary, size)``.

    Rows have length 1; those of rare tokens are shorter, those of unseen ones zeros.
    """
    first, second, met = count_neighbours(sentences, vocabulary)
    matrix = _mutual_information(first, second, met, vocabulary)
    torch.manual_seed(seed)
    left, spectrum, _ = torch.svd_lowrank(matrix, q=size + _SPARE, niter=_ITERATIONS)
    rows = left[:, :size].numpy() * spectrum[:size].numpy() ** _SPECTRUM
    seen = np.bincount(sentences.ids, minlength=vocabulary)
    rows -= rows[seen > 0].mean(axis=0) * (seen > 0)[:, None]
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    trust = np.sqrt(np.minimum(seen / _WELL_KNOWN, 1))
    return np.asarray(rows * trust[:, None], dtype=np.float32)


def count_neighbours(sentences: TokenLists, vocabulary: int) -> tuple[Ids, Ids, Counts]:
    """Count pairs of tokens at most five apart in a sentence, in both orders.

    Pairs that met fewer than three times are left out. Returns the tokens of each pair and how
    often they met.
    """
    sentence = np.repeat(np.arange(len(sentences)), np.diff(sentences.offsets))
    codes = []
    for distance in range(1, _WINDOW + 1):
        together = sentence[distance:] == sentence[:-distance]
        before, after = sentences.ids[:-distance][together], sentences.ids[distance:][together]
        codes.append(np.minimum(before, after) * vocabulary + np.maximum(before, after))
    pairs, met = np.unique(np.concatenate(codes), return_counts=True)
    low, high = np.divmod(pairs, vocabulary)
    met = met * np.where(low == high, 2, 1)
    often = met >= _FEWEST_MEETINGS
    low, high, counts = low[often], high[often], met[often].astype(np.float64)
    apart = low != high
    return (
        np.concatenate([low, high[apart]]),
        np.concatenate([high, low[apart]]),
        np.concatenate([counts, counts[apart]]),
    )


def _mutual_information(first: Ids, second: Ids, met: Counts, vocabulary: int) -> torch.Tensor:
    """Sparse matrix of the positive values, shape ``(vocabulary, vocabulary)``."""
    totals = np.bincount(first, weights=met, minlength=vocabulary)
    context = totals**_CONTEXT_SMOOTHING
    context /= context.sum()
    values = np.log(met / totals[first] / context[second])
    positive = values > 0
    places = torch.from_numpy(np.stack([first[positive], second[positive]]))
    found = torch.from_numpy(values[positive].astype(np.float32))
    size = (vocabulary, vocabulary)
    return torch.sparse_coo_tensor(places, found, size, check_invariants=True).coalesce()
