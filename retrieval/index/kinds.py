"""Which FAISS index holds the vectors of a part, by how many there are.

Measured with the shipped model (768 floats) on real passages; figures stand in the README, «How far
it goes», and are measured anew by ``chuchu benchmark speed``.
"""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

import faiss

from retrieval.types import Vectors

_FLAT_FLOATS = 40_000_000
"""Floats that are compared one by one in well under 10 ms: 52,000 passages of the shipped model."""
_FEWEST = 1000
"""Vectors below which there is too little to train on, and nothing to win."""
_LISTS_PER_ROOT = 2
"""Lists of an IVF index for each unit of the square root of its passages."""
_PROBED = 5 / 16
"""Share of the lists that are looked through for a question. Questions are not spread as passages
are: with an eighth, 0.96 of the ten nearest of a million are found, however exact the rest."""
_REFINED = 40
"""Vectors for each one wanted that are compared by their bytes, after the rough comparison."""
_ROUGH = (3, 4, 2, 5, 6, 7, 8, 1)
"""Numbers of a vector that half a byte stands for: the first of these that divides its length."""
_SAMPLES_PER_LIST = 40
"""Vectors that each list's centre is trained on; FAISS warns below 39."""
_ROUNDS = 10
"""Of k-means."""
_LINKS = 32
"""Neighbours of a vector in an HNSW graph."""
_BUILD_WIDTH, _SEARCH_WIDTH = 80, 256
"""Candidates kept while an HNSW graph is built and searched."""
_SAMPLES_OF_CODES = 50_000
"""Vectors that tell in which range each number of a vector lies."""
_SEED = 1234


class Kind(Enum):
    """How vectors are held."""

    FLAT = "flat"
    """Exact: every vector, as floats."""
    IVF = "ivf"
    """Lists round trained centres. The nearest lists are looked through by rough codes (half a byte
    for three numbers), and what comes out best by a byte a number."""
    HNSW = "hnsw"
    """A graph of neighbours, a byte a number; quick to search, slow to build."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the vectors of a part are written."""

    kind: Kind
    passages: int
    dimension: int
    lists: int
    samples: int
    """Vectors that are needed to train it."""
    at_once: int
    """Passages of one file; more become another, so that building stays within its memory."""


def shape_of(
    setting: str, passages: int, dimension: int, memory_mb: float, *, fewest: int = _FEWEST
) -> Shape:
    """Choose how to hold vectors.

    Args:
        setting: ``[index] kind``: a kind's name, or ``auto``.
        passages: How many vectors there are.
        dimension: Length of a vector.
        memory_mb: Most megabytes that the vectors may take while they are written.
        fewest: Below so many passages they are flat, whatever the setting.
    """
    kind = _by_size(passages, dimension) if setting == "auto" else Kind(setting)
    if passages < fewest:
        kind = Kind.FLAT
    memory = round(memory_mb * 1_000_000)
    affordable = max(memory // (4 * dimension), 1)
    lists = samples = 0
    if kind is Kind.IVF:
        wanted = 2 ** round(math.log2(_LISTS_PER_ROOT * math.sqrt(max(passages, 1))))
        lists = max(min(wanted, affordable // _SAMPLES_PER_LIST, passages), 1)
        samples = min(_SAMPLES_PER_LIST * lists, passages)
    elif kind is Kind.HNSW:
        samples = min(_SAMPLES_OF_CODES, affordable, passages)
    # Twice: FAISS lets each of its arrays grow to double its size.
    at_once = max(memory // (2 * _bytes(kind, dimension)), 1)
    return Shape(kind, passages, dimension, lists, samples, at_once)


def trained(shape: Shape, sample: Vectors) -> faiss.Index:
    """An empty index that knows how to hold vectors like those of a sample.

    Deterministic: the same sample gives the same index on a machine with the same cores.

    Args:
        shape: As `shape_of` chose it.
        sample: Shape ``(shape.samples, dimension)``.
    """
    metric, eight = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer.QT_8bit
    if shape.kind is Kind.FLAT:
        return faiss.IndexFlatIP(shape.dimension)
    if shape.kind is Kind.HNSW:
        graph = faiss.IndexHNSWSQ(shape.dimension, eight, _LINKS, metric)  # type: ignore[arg-type]
        graph.hnsw.efConstruction, graph.hnsw.efSearch = _BUILD_WIDTH, _SEARCH_WIDTH
        graph.train(sample)
        return graph
    return _lists(shape, sample)


def _lists(shape: Shape, sample: Vectors) -> faiss.Index:
    metric, eight = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer.QT_8bit
    width = shape.dimension
    rough = faiss.IndexIVFPQFastScan(
        faiss.IndexFlatIP(width), width, shape.lists, width // _numbers(width), 4, metric
    )
    rough.cp.niter, rough.cp.seed = _ROUNDS, _SEED
    rough.cp.min_points_per_centroid = 1  # a small index is no matter to warn of
    rough.pq.cp.min_points_per_centroid = 1
    rough.nprobe = math.ceil(shape.lists * _PROBED)
    index = faiss.IndexRefine(rough, faiss.IndexScalarQuantizer(width, eight, metric))
    index.k_factor = _REFINED
    index.train(sample)
    return index


def _numbers(dimension: int) -> int:
    return next(numbers for numbers in _ROUGH if dimension % numbers == 0)


def kind_of(index: faiss.Index) -> Kind:
    """How an index holds its vectors."""
    if isinstance(index, faiss.IndexRefine):
        return Kind.IVF
    return Kind.HNSW if isinstance(index, faiss.IndexHNSW) else Kind.FLAT


def only(index: faiss.Index, selector: faiss.IDSelector) -> Any:  # noqa: ANN401 - its types are wrong
    """Search an index as it would be, but only what a selector lets through."""
    library: Any = faiss
    if isinstance(index, faiss.IndexRefine):
        lists: Any = faiss.downcast_index(index.base_index)
        base = library.SearchParametersIVF(sel=selector, nprobe=lists.nprobe)
        return library.IndexRefineSearchParameters(k_factor=index.k_factor, base_index_params=base)
    if isinstance(index, faiss.IndexHNSW):
        return library.SearchParametersHNSW(sel=selector, efSearch=index.hnsw.efSearch)
    return library.SearchParameters(sel=selector)


def _by_size(passages: int, dimension: int) -> Kind:
    return Kind.FLAT if passages * dimension <= _FLAT_FLOATS else Kind.IVF


def _bytes(kind: Kind, dimension: int) -> int:
    """Of one passage."""
    return {
        Kind.FLAT: 4 * dimension,
        Kind.IVF: dimension + dimension // 4 + 8,
        Kind.HNSW: dimension + 8 * _LINKS + 16,
    }[kind]
