"""Frequencies: the more generous of two sources, classed, the same bytes each time."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from retrieval.training.frequencies import word_class, write_frequencies

TAGS = {"民宿": "n", "蓟州": "ns", "打算": "v", "投资": "vn"}


def read(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def test_a_term_is_as_common_as_the_more_generous_source_says(tmp_path: Path) -> None:
    file = tmp_path / "f.gz"
    write_frequencies(
        file, 10, Counter({"民宿": 1, "打算": 5}), [("打算", 0.1), ("蓟州", 0.2)], TAGS
    )
    assert read(file) == ["打算\t500000\t-", "蓟州\t200000\tp", "民宿\t100000\tn"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_frequencies(tmp_path / name, 10, Counter("甲乙丙"), [], {})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("term", "share", "expected"),
    [("蓟州", 0.1, "p"), ("民宿", 0.1, "n"), ("投资", 0.1, "n"), ("打算", 0.1, "-"), ("visitor", 0.001, "n"),
     ("the", 0.8, "-"), ("区的", 0.1, "-"), ("2019", 0.001, "-")],
)  # fmt: skip
def test_classes(term: str, share: float, expected: str) -> None:
    assert word_class(term, TAGS, share) == expected
