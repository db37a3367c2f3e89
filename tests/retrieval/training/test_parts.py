"""Words are made of the tokens inside them."""

import numpy as np

from retrieval.training.parts import Parts, parts_inside

TOKENS = [
    "北",
    "京",
    "市",
    "北京",
    "北京市",
    "in",
    "dex",
    "index",
    "i",
    "20",
    "2020",
    "[UNK]",
    "<0x20>",
]


def test_parts_are_the_known_tokens_inside() -> None:
    known = {token: row for row, token in enumerate(TOKENS)}
    inside = {token: [TOKENS[row] for row in parts_inside(token, known)] for token in TOKENS}
    assert inside["北京市"] == ["北", "京", "市", "北京"]
    assert inside["北"] == []
    assert inside["index"] == ["in", "dex"]
    assert inside["2020"] == inside["[UNK]"] == inside["<0x20>"] == []


def test_own_row_weighs_one_and_parts_a_share() -> None:
    parts = Parts.of(TOKENS, 0.5).select(np.array([7, 3]))
    assert parts.rows.row(0).tolist() == [7, 5, 6]
    assert parts.rows.row(1).tolist() == [3, 0, 1]
    assert parts.weights.tolist() == [1.0, 0.5, 0.5, 1.0, 0.5, 0.5]
