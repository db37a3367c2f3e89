"""Checks name what is lost, and what it may be now."""

from pathlib import Path

import pytest

from retrieval.errors import LabelError
from retrieval.evaluation.labelling.checking import check_labels, name_source
from retrieval.evaluation.labels import Label, LabelledQuestion
from retrieval.evaluation.places import Places, places_in_folder
from tests.conftest import settings_for


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "a.md").write_text("# 民宿\n\n蓟州区有乡村精品民宿272家。景区23家。\n", "utf-8")
    (tmp_path / "b.md").write_text("# 肉牛\n\n河北供应肉牛。景区23家。\n", "utf-8")
    return places_in_folder(settings_for(tmp_path, tmp_path / ".i"))


def asked(*labels: Label, tags: tuple[str, ...] = ()) -> LabelledQuestion:
    return LabelledQuestion("问", labels, tags)


def test_lost_quotes_are_listed_with_the_nearest_sentence(places: Places) -> None:
    checked = check_labels(
        [
            asked(Label("a.md", "民宿271家"), Label("a.md", "景区23家")),
            asked(Label("a.md", "民宿\n\n蓟州区有")),
            asked(Label("b.md", "民宿")),
            asked(Label("a.md", "# 民宿")),
            asked(),
            asked(tags=("bad",)),
        ],
        places,
    )
    assert (checked.questions, checked.labels, checked.whole, checked.split) == (6, 5, 1, 1)
    assert [(lost.place.label.quote, lost.nearest) for lost in checked.gone] == [
        ("民宿271家", "蓟州区有乡村精品民宿272家。"),
        ("民宿", ""),
    ]
    assert len(checked.lost) == 3
    assert checked.waiting == 1


def test_a_quote_of_one_file_needs_no_source(places: Places) -> None:
    assert name_source("供应肉牛", "", places) == Label("b.md", "供应肉牛")
    assert name_source("景区23家", "b.md", places) == Label("b.md", "景区23家")


@pytest.mark.parametrize(
    ("quote", "source", "message"),
    [
        ("景区23家", "", "stands in a.md, b.md: name one with --source"),
        ("没有的话", "", "stands in no document"),
        ("民宿271家", "a.md", "does not stand in a passage of a.md; nearest there: '蓟州区"),
        ("民宿", "c.md", "does not stand in a passage of c.md"),
    ],
)
def test_a_quote_that_cannot_be_placed_is_refused(
    places: Places, quote: str, source: str, message: str
) -> None:
    with pytest.raises(LabelError, match=message):
        name_source(quote, source, places)
