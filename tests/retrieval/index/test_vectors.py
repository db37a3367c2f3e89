"""Nearest passages equal brute force, or nearly where there are many; parts are one."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import normalise
from retrieval.index.kinds import Kind, Shape, shape_of
from retrieval.index.vectors import FILE, VectorIndex, write_vectors
from retrieval.types import Vectors

SIZES = (("flat", 16), ("ivf", 24), ("ivf", 16), ("ivf", 7), ("hnsw", 16))


def unit_vectors(count: int, dimension: int = 16) -> Vectors:
    drawn = np.random.default_rng(1).normal(size=(count, dimension)).astype(np.float32)
    return normalise(drawn)


def write(
    folder: Path, vectors: Vectors, kind: str = "auto", memory_mb: float = 100, fewest: int = 1000
) -> Shape:
    """Write vectors of a small part as if it were a large one."""
    folder.mkdir(exist_ok=True)
    count, dimension = vectors.shape
    shape = shape_of(kind, count, dimension, memory_mb, fewest=fewest)

    def of_rows(rows: Sequence[int]) -> Vectors:
        chosen: Vectors = vectors[list(rows)]
        return chosen

    write_vectors(folder, of_rows, shape, lambda done, total: None)
    return shape


def test_nearest_equals_brute_force(tmp_path: Path) -> None:
    vectors = unit_vectors(200)
    write(tmp_path, vectors)
    question = unit_vectors(201)[-1]
    expected = np.argsort(-(vectors @ question), kind="stable")[:10]
    found = VectorIndex([tmp_path]).nearest(question, 10)
    assert [row for row, _ in found] == expected.tolist()
    assert np.allclose([score for _, score in found], (vectors @ question)[expected], atol=1e-6)


@pytest.mark.parametrize(("kind", "dimension"), SIZES)
def test_every_kind_finds_nearly_all_of_the_nearest(
    tmp_path: Path, kind: str, dimension: int
) -> None:
    vectors = unit_vectors(3000, dimension)
    assert write(tmp_path, vectors[:-100], kind).kind is Kind(kind)
    index, questions = VectorIndex([tmp_path]), vectors[-100:]
    assert (index.count(), index.kind) == (2900, Kind(kind))
    exact = np.argsort(-(questions @ vectors[:-100].T), axis=1)[:, :10].tolist()
    found = [[row for row, _ in index.nearest(question, 50)][:10] for question in questions]
    shared = [len(set(near) & set(known)) for near, known in zip(found, exact, strict=True)]
    assert np.mean(shared) / 10 > 0.9
    near = index.nearest(questions[0], 10)
    told = index.cosines(questions[0], [row for row, _ in near])
    assert np.allclose(told, [score for _, score in near], atol=1e-5)
    assert np.allclose(told, vectors[[row for row, _ in near]] @ questions[0], atol=0.02)


@pytest.mark.parametrize(("kind", "dimension"), SIZES)
def test_what_was_dropped_is_near_nothing_in_any_kind(
    tmp_path: Path, kind: str, dimension: int
) -> None:
    vectors = unit_vectors(2000, dimension)
    write(tmp_path, vectors, kind)
    nearest = [row for row, _ in VectorIndex([tmp_path]).nearest(vectors[0], 20)]
    index = VectorIndex([tmp_path], sorted(nearest[:10]))
    left = [row for row, _ in index.nearest(vectors[0], 10)]
    assert index.count() == 1990
    assert not set(left) & set(nearest[:10])
    assert set(left) & set(nearest[10:])


@pytest.mark.parametrize("kind", ["flat", "ivf", "hnsw"])
def test_little_memory_makes_several_files_and_the_same_answers(tmp_path: Path, kind: str) -> None:
    vectors = unit_vectors(3000)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    write(whole, vectors, kind)
    shape = write(parts, vectors, kind, memory_mb=0.05)
    files = sorted(path.name for path in parts.iterdir())
    assert files[:2] == [FILE, f"{FILE}-0001"]
    assert len(files) == -(-3000 // shape.at_once)
    one, many = VectorIndex([whole]), VectorIndex([parts])
    assert many.count() == 3000
    assert np.allclose(many.vectors([0, 1500, 2999]), vectors[[0, 1500, 2999]], atol=0.02)
    near = [{row for row, _ in index.nearest(vectors[7], 20)} for index in (one, many)]
    assert 7 in near[0] & near[1]
    assert len(near[0] & near[1]) >= 15


def test_a_rebuilt_index_answers_the_same_in_another_process(tmp_path: Path) -> None:
    vectors = unit_vectors(3000)
    write(tmp_path / "one", vectors, "ivf")
    write(tmp_path / "two", vectors, "ivf")
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()
    np.save(tmp_path / "question.npy", vectors[7])
    script = (
        "import pathlib, sys, numpy; from retrieval.index.vectors import VectorIndex\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "question = numpy.load(folder / 'question.npy')\n"
        "print(VectorIndex([folder / 'one']).nearest(question, 20))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    assert said.strip() == str(VectorIndex([tmp_path / "two"]).nearest(vectors[7], 20))


def test_an_open_index_is_mapped_not_read(tmp_path: Path) -> None:
    write(tmp_path, unit_vectors(20_000, 256), "ivf")
    before = _anonymous_kb()
    index = VectorIndex([tmp_path])
    assert (tmp_path / FILE).stat().st_size > 5_000_000
    assert str(tmp_path / FILE) in Path("/proc/self/maps").read_text("utf-8")
    assert _anonymous_kb() - before < 2_000
    assert index.count() == 20_000


def _anonymous_kb() -> int:
    for line in Path("/proc/self/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1])
    raise AssertionError("no such line")


def test_the_kind_follows_from_how_many_there_are() -> None:
    assert shape_of("auto", 50_000, 768, 2000).kind is Kind.FLAT
    assert shape_of("auto", 60_000, 768, 2000).kind is Kind.IVF
    assert shape_of("auto", 150_000, 256, 2000).kind is Kind.FLAT
    assert shape_of("hnsw", 10, 768, 2000).kind is Kind.FLAT
    million = shape_of("ivf", 1_000_000, 768, 2000)
    assert (million.lists, million.samples) == (2048, 40 * 2048)
    assert million.at_once >= 1_000_000


def test_training_stays_within_the_memory_of_a_build() -> None:
    small = shape_of("ivf", 10_000_000, 768, 100)
    assert small.samples * 768 * 4 <= 100_000_000
    assert 2 * small.at_once * (768 + 128 + 8) <= 101_000_000


def test_progress_tells_of_every_vector_and_memory_of_few(tmp_path: Path) -> None:
    vectors, told, asked = unit_vectors(9000), [(0, 0)], [0]

    def of_rows(rows: Sequence[int]) -> Vectors:
        asked.append(len(rows))
        chosen: Vectors = vectors[list(rows)]
        return chosen

    shape = shape_of("ivf", 9000, 16, 100)
    write_vectors(tmp_path, of_rows, shape, lambda *counts: told.append(counts))
    assert told[-1] == (9000, 9000)
    assert told == sorted(told)
    assert max(asked) < 5000


def test_more_than_there_are_is_all_there_are(tmp_path: Path) -> None:
    write(tmp_path, unit_vectors(3))
    assert len(VectorIndex([tmp_path]).nearest(unit_vectors(1)[0], 50)) == 3


def test_equal_scores_go_by_row(tmp_path: Path) -> None:
    write(tmp_path, np.repeat(unit_vectors(1), 5, axis=0))
    assert [r for r, _ in VectorIndex([tmp_path]).nearest(unit_vectors(1)[0], 5)] == [0, 1, 2, 3, 4]


def test_a_question_without_a_vector_is_near_nothing(tmp_path: Path) -> None:
    write(tmp_path, unit_vectors(3))
    assert VectorIndex([tmp_path]).nearest(np.zeros(16, np.float32), 3) == []


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    vectors = unit_vectors(200)
    folders = [tmp_path / name for name in ("base", "fresh", "none")]
    for folder, part in zip(folders, (vectors[:150], vectors[150:], vectors[:0]), strict=True):
        write(folder, part)
    return folders


def test_parts_are_searched_as_one_without_what_was_dropped(parts: list[Path]) -> None:
    vectors, question = unit_vectors(200), unit_vectors(201)[-1]
    order = np.argsort(-(vectors @ question), kind="stable").tolist()
    assert [row for row, _ in VectorIndex(parts).nearest(question, 20)] == order[:20]
    dropped = sorted(order[0:10:2])
    index = VectorIndex(parts, dropped)
    kept = [row for row in order if row not in dropped]
    assert index.count() == 195
    assert [row for row, _ in index.nearest(question, 20)] == kept[:20]
    assert len(index.nearest(question, 1000)) == 195


def test_cosines_are_found_in_their_part(parts: list[Path]) -> None:
    vectors, question = unit_vectors(200), unit_vectors(201)[-1]
    rows = [199, 0, 150, 149]
    assert np.allclose(VectorIndex(parts).cosines(question, rows), (vectors @ question)[rows])
