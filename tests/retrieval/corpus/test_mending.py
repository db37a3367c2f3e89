"""Pieces put together still know where they came from."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.corpus.mending import Mended, cut
from retrieval.types import Span


def test_chinese_pieces_meet_without_a_space() -> None:
    source = "积极建立科技\n\n合作示范基地"
    assert cut(source, (Span(0, 6), Span(8, 14))) == "积极建立科技合作示范基地"


def test_english_pieces_meet_with_one() -> None:
    assert cut("the quick\nbrown fox", (Span(0, 9), Span(10, 19))) == "the quick brown fox"


@given(
    st.lists(st.text(alphabet="春天ab， ", min_size=1, max_size=8), min_size=1, max_size=5),
    st.data(),
)
def test_any_part_is_found_again_in_the_source(pieces: list[str], data: st.DataObject) -> None:
    source = "\n".join(pieces)
    spans: list[Span] = []
    for piece in pieces:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(start, start + len(piece)))
    mended = Mended.of(source, tuple(spans))
    inside = [
        start + i for start, p in zip(mended.starts, pieces, strict=True) for i in range(len(p))
    ]
    first = data.draw(st.sampled_from(inside))
    last = data.draw(st.sampled_from([i for i in inside if i >= first]))
    part = Span(first, last + 1)
    assert cut(source, mended.locate(part)) == mended.text[part.start : part.end]
