"""The held-out part is fixed for good."""

from retrieval.evaluation.split import is_development


def test_split_never_changes() -> None:
    """The digests of 甲, 乙 and 丙 begin with 33e3580c, 71530d4c, c680a614: modulo 10, 8, 0, 2."""
    assert [is_development(text) for text in "甲乙丙丁戊己庚辛"] == [
        *(False, True, True, False),
        *(False, False, True, False),
    ]


def test_about_three_tenths_are_held_out() -> None:
    share = sum(is_development(f"第{number}段") for number in range(4000)) / 4000
    assert 0.27 < share < 0.33
