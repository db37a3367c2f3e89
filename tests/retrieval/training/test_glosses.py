"""Glosses: cleaned, embedded alike when alike, joined without changing what a token weighs."""

import gzip
from pathlib import Path

import numpy as np

from retrieval.training.encoding import normalise
from retrieval.training.glosses import _read_glosses, join_meanings

ENTRIES = """# CC-CEDICT
遊客 游客 [you2 ke4] /traveler/tourist/(online gaming) guest player/
旅客 旅客 [lu:3 ke4] /traveler/tourist/
個 个 [ge4] /variant of 個|个[ge4]/CL:個|个[ge4]/individual/
"""


def test_glosses_lose_pointers_and_asides(tmp_path: Path) -> None:
    file = tmp_path / "d.gz"
    file.write_bytes(gzip.compress(ENTRIES.encode()))
    assert _read_glosses(file) == {
        "游客": ["traveler", "tourist", "guest player"],
        "旅客": ["traveler", "tourist"],
        "个": ["individual"],
    }


def test_joined_rows_weigh_what_they_weighed() -> None:
    drawn = np.random.default_rng(0)
    trained = drawn.normal(size=(5, 8)).astype(np.float32)
    meanings = normalise(drawn.normal(size=(5, 4)).astype(np.float32))
    meanings[2] = 0
    joined = join_meanings(trained, meanings, 0.6)
    assert joined.shape == (5, 12)
    assert np.allclose(np.linalg.norm(joined, axis=1), np.linalg.norm(trained, axis=1), atol=1e-5)
    assert np.allclose(normalise(joined[2:3, :8]), normalise(trained[2:3]), atol=1e-6)
    parts = np.linalg.norm(normalise(joined)[0, 8:])
    assert np.isclose(parts, 0.6, atol=1e-6)
