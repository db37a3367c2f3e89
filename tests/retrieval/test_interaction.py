"""Late interaction equals what loops find, over the whole passage and over each sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.embedding import Embedder, TokenIds
from retrieval.index.segments import segment_tokens
from retrieval.interaction import AskedTokens, match_tokens
from retrieval.types import Kind, Passage
from retrieval.weighting import TermWeights, general_frequencies

WEIGHTS = TermWeights(10, lambda term: 1, general_frequencies())


def passage(title: str, text: str) -> Passage:
    return Passage("p", "d", "a.md", title, "", (), None, Kind.PARAGRAPH, text, ())


def tokens_of(texts: list[tuple[str, str]], embedder: Embedder) -> list[TokenIds]:
    return list(segment_tokens([passage(*text) for text in texts], embedder))


def slow(asked: AskedTokens, texts: list[str], embedder: Embedder) -> float:
    """Weighted mean over asked tokens of the best cosine to a token of the texts."""
    found = [embedder.token_vectors(ids) for ids in embedder.tokens(texts) if len(ids)]
    best = [max([0.0, *(float(row @ v) for v in np.vstack(found))]) for row in asked.vectors]
    return float(np.dot(asked.topical, best) / asked.topical.sum())


def test_the_best_sentence_is_compared_together_with_what_stands_above(embedder: Embedder) -> None:
    asked = AskedTokens.of("病假 证明", embedder, WEIGHTS)
    texts = [("请假制度", "上班要准时。病假要交医院证明。"), ("食堂", "午饭免费。")]
    match = match_tokens(asked, tokens_of(texts, embedder), embedder)
    assert match is not None
    assert match.sentence_match[0] == pytest.approx(
        slow(asked, ["请假制度", "病假要交医院证明。"], embedder), abs=1e-5
    )
    assert match.sentences[0][1] == pytest.approx(float(match.sentence_match[0]))
    assert match.sentence_gap[0] < match.sentence_gap[1]
    whole = embedder.tokens(["请假制度", "病假要交医院证明。"])
    assert match.best[0].tolist() == np.concatenate(whole).tolist()


def test_a_passage_without_tokens_matches_nothing(embedder: Embedder) -> None:
    asked = AskedTokens.of("病假", embedder, WEIGHTS)
    empty = np.empty(0, dtype=np.uint32)
    match = match_tokens(asked, [*tokens_of([("", "病假。")], embedder), empty], embedder)
    assert match is not None
    assert match.late_interaction.tolist() == pytest.approx([1.0, 0.0], abs=1e-5)
    assert match.sentences[1] == ()
    assert len(match.best[1]) == 0


def test_no_tokens_at_all_is_no_match(embedder: Embedder) -> None:
    asked = AskedTokens.of("", embedder, WEIGHTS)
    assert match_tokens(asked, tokens_of([("", "病假。")], embedder), embedder) is None
    asked = AskedTokens.of("病假", embedder, WEIGHTS)
    assert match_tokens(asked, [], embedder) is None


TEXTS = st.text(alphabet="病假证明医院。！？ a1", max_size=30)


@given(texts=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4), question=TEXTS)
def test_any_texts_give_values_within_bounds(
    embedder: Embedder, texts: list[tuple[str, str]], question: str
) -> None:
    asked = AskedTokens.of(question, embedder, WEIGHTS)
    match = match_tokens(asked, tokens_of(texts, embedder), embedder)
    if match is not None:
        for values in (match.late_interaction, match.sentence_match):
            assert values.shape == (len(texts),)
            assert ((values >= -1e-4) & (values <= 1 + 1e-4)).all()
        assert (match.miss >= match.second_miss - 1e-4).all()
