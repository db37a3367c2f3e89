"""Tokens that keep the same company point the same way."""

import numpy as np

from retrieval.training.cooccurrence import count_neighbours, directions_by_company
from retrieval.training.encoding import TokenLists


def lists(*rows: list[int]) -> TokenLists:
    ids = [token for row in rows for token in row]
    return TokenLists(np.array(ids), np.cumsum([0, *map(len, rows)]))


def test_neighbours_are_counted_in_both_orders_within_a_sentence() -> None:
    sentences = lists(*[[0, 1]] * 3, *[[2, 2]] * 3, [0, 2], [1, 3, 3, 3, 3, 3, 0])
    first, second, met = count_neighbours(sentences, 4)
    counted = dict(zip(zip(first.tolist(), second.tolist(), strict=True), met, strict=True))
    assert counted[0, 1] == counted[1, 0] == 3
    assert counted[2, 2] == 6
    assert (0, 2) not in counted


def test_same_company_gives_the_same_direction() -> None:
    """Tokens 0 and 1 stand between the same neighbours, 2 between others; 9 is never seen."""
    rng = np.random.default_rng(0)
    rows = [[int(rng.integers(3, 5)), int(rng.integers(0, 2)), 5] for _ in range(200)]
    rows += [[6, 2, int(rng.integers(7, 9))] for _ in range(200)]
    found = directions_by_company(lists(*rows), vocabulary=10, size=2, seed=0)
    assert found[0] @ found[1] > 0.9
    assert found[0] @ found[2] < 0.5
    assert not found[9].any()
    again = directions_by_company(lists(*rows), vocabulary=10, size=2, seed=0)
    np.testing.assert_array_equal(found, again)
