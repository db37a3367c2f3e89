"""Every engine keeps what `retrieval.index.engine` promises, and measures what the others do."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.errors import EngineError, MissingIndexError
from retrieval.index.engine import Engine, Found
from retrieval.index.fields import passage_terms
from retrieval.index.store import StoredPassage
from retrieval.question import Question, read_question
from tests.conftest import ROOT
from tests.retrieval.index.engines import ENGINES, Place, placed

QUESTIONS = (
    "四大工程是哪四个？",
    "作者是谁",
    "What does the PPR-9087 weigh?",
    "去年接待游客多少人次",
    "天气怎么样",
)


@pytest.fixture(scope="module", params=ENGINES)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[Place]:
    """A place where a small corpus is published."""
    corpus = tmp_path_factory.mktemp("corpus")
    write_corpus(corpus)
    folder = tmp_path_factory.mktemp("index")
    with placed(request, request.param, corpus, folder, embedder) as found:
        found.publish()
        yield found


@pytest.fixture(scope="module")
def engine(place: Place) -> Engine:
    return place.open()


@pytest.fixture(scope="module")
def embedded(place: Place) -> Engine:
    return place.embedded()


@pytest.fixture(params=ENGINES)
def changing(request: pytest.FixtureRequest, tmp_path: Path, embedder: Embedder) -> Iterator[Place]:
    """A place where nothing is published, with a document of its own."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# 甲\n\n苹果一斤十二元。\n", "utf-8")
    with placed(request, request.param, corpus, tmp_path / "index", embedder) as found:
        yield found


def write_corpus(folder: Path) -> None:
    """The seeds, a manual in English, tables, and a document of some fifty passages."""
    shutil.copytree(ROOT / "seeds", folder, dirs_exist_ok=True)
    (folder / "manual.md").write_text(
        "# Pump\n\n## Weights\n\nThe PPR-9087 weighs 21.7 kg. It is delivered dry.\n\n"
        "## Use\n\nOpen the valve first. Never run it dry.\n\n| part | price |\n|---|---|\n"
        "| seal | 12 |\n| valve | 40 |\n",
        "utf-8",
    )
    paragraphs = (f"## 第{n}节\n\n{n}号仓库在{n}年接待游客{n * 37}人次。\n" for n in range(1, 50))
    (folder / "long.md").write_text("# 仓库志\n\n" + "\n".join(paragraphs), "utf-8")


def asked(text: str, embedder: Embedder) -> tuple[np.ndarray, Question]:
    question = read_question(text)
    return embedder.embed_question(question), question


def by_id(engine: Engine, found: list[Found]) -> dict[str, Found]:
    stored = engine.passages([each.row for each in found])
    assert [each.row for each in stored] == [each.row for each in found]
    return {each.passage.id: one for each, one in zip(stored, found, strict=True)}


def everything(engine: Engine, place: Place) -> list[StoredPassage]:
    """All passages, in the order of their rows."""
    vector, question = asked("仓库", place.embedder)
    rows = [found.row for found in engine.candidates(vector, question.terms, engine.count())]
    return engine.passages(rows)


def test_it_holds_every_passage_as_it_was_cut(
    engine: Engine, embedded: Engine, place: Place
) -> None:
    assert engine.count() == embedded.count() > 70
    held = {stored.passage.id: stored.passage for stored in everything(engine, place)}
    assert held == {stored.passage.id: stored.passage for stored in everything(embedded, place)}
    assert len(held) == engine.count()


def test_it_says_what_it_was_made_from(engine: Engine, embedded: Engine, place: Place) -> None:
    assert engine.recipe == embedded.recipe
    assert engine.name == place.shelf().published()


def test_it_knows_in_how_many_passages_a_term_stands(
    engine: Engine, embedded: Engine, place: Place
) -> None:
    terms = {term for each in everything(embedded, place) for term in passage_terms(each.passage)}
    assert {t: engine.frequency(t) for t in terms} == {t: embedded.frequency(t) for t in terms}
    assert engine.frequency("无此词") == 0


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("most", [3, 20])
def test_it_measures_what_the_embedded_one_does(
    engine: Engine, embedded: Engine, place: Place, text: str, most: int
) -> None:
    vector, question = asked(text, place.embedder)
    terms = question.terms if place.has_terms else ()
    found = by_id(engine, engine.candidates(vector, terms, most))
    expected = by_id(embedded, embedded.candidates(vector, terms, most))
    assert found.keys() == expected.keys()
    for key, each in found.items():
        measured = each.bm25, each.document_bm25, each.cosine
        wanted = expected[key]
        assert measured == pytest.approx(
            (wanted.bm25, wanted.document_bm25, wanted.cosine), rel=1e-4, abs=1e-4
        )


def test_what_vectors_find_is_measured_by_terms_too(
    engine: Engine, embedded: Engine, place: Place
) -> None:
    vector, question = asked(QUESTIONS[0], place.embedder)
    found = by_id(engine, engine.candidates(vector, question.terms, 20))
    expected = by_id(embedded, embedded.candidates(vector, question.terms, 20))
    both = [key for key in found if key in expected and expected[key].bm25]
    assert len(both) > 5
    for key in both:
        assert found[key].bm25 == pytest.approx(expected[key].bm25, rel=1e-4)


def test_candidates_come_in_the_order_of_their_rows(engine: Engine, place: Place) -> None:
    vector, question = asked(QUESTIONS[0], place.embedder)
    rows = [found.row for found in engine.candidates(vector, question.terms, 20)]
    assert rows == sorted(set(rows))


def test_without_vector_and_terms_nothing_is_found(engine: Engine, place: Place) -> None:
    nowhere = np.zeros(place.embedder.dimension, np.float32)
    assert engine.candidates(nowhere, [], 20) == []
    assert engine.candidates(nowhere, ["无此词"], 20) == []


def test_terms_alone_find_passages(engine: Engine, place: Place) -> None:
    nowhere = np.zeros(place.embedder.dimension, np.float32)
    found = engine.candidates(nowhere, ["ppr-9087"], 20)
    texts = [each.passage.text for each in engine.passages([one.row for one in found])]
    assert any("PPR-9087" in text for text in texts) is place.has_terms


def test_passages_are_given_in_order_and_unknown_rows_left_out(
    engine: Engine, place: Place
) -> None:
    known = [each.row for each in everything(engine, place)]
    unknown = max(known) + 5
    found = engine.passages([*known[10:2:-1], unknown])
    assert [each.row for each in found] == known[3:11]
    assert engine.passages([]) == []


def test_neighbours_in_a_document_are_neighbours_by_row(engine: Engine, place: Place) -> None:
    numbers = {each.passage.text: each for each in everything(engine, place)}
    one = next(each for text, each in numbers.items() if text.startswith("7号仓库"))
    around = engine.passages([one.row - 1, one.row, one.row + 1])
    assert [each.passage.text[:3] for each in around] == ["6号仓", "7号仓", "8号仓"]
    assert len({each.document_row for each in around}) == 1


def test_tokens_are_those_that_the_model_cuts(
    engine: Engine, embedded: Engine, place: Place
) -> None:
    ours = everything(engine, place)
    theirs = {
        each.passage.id: tokens
        for each in everything(embedded, place)
        for tokens in embedded.tokens([each])
    }
    for each, tokens in zip(ours, engine.tokens(ours), strict=True):
        assert np.array_equal(tokens, theirs[each.passage.id])
        assert tokens.dtype == np.uint32


def test_a_passage_is_found_by_its_id(engine: Engine, place: Place) -> None:
    for stored in everything(engine, place)[::9]:
        assert engine.find(stored.passage.id) == stored
    for unknown in ("0" * 12, "", '" or row > 0 or id == "', "a\\", "无"):
        assert engine.find(unknown) is None


def test_a_document_is_known_by_its_digest(engine: Engine, embedded: Engine) -> None:
    for document in embedded.documents():
        assert engine.digest_of(document.id) == document.digest
    assert engine.digest_of("0" * 12) == ""
    assert engine.digest_of('" or row > 0 or id == "') == ""


def test_all_documents_are_listed_in_order(engine: Engine, embedded: Engine) -> None:
    assert engine.documents() == embedded.documents()


def test_several_threads_are_told_what_one_is(engine: Engine, place: Place) -> None:
    questions = [asked(text, place.embedder) for text in QUESTIONS]

    def look_up(which: int) -> list[Found]:
        vector, question = questions[which % len(questions)]
        return engine.candidates(vector, question.terms, 10)

    expected = [look_up(which) for which in range(len(questions))]
    with ThreadPoolExecutor(4) as threads:
        for which, found in enumerate(threads.map(look_up, range(20))):
            assert found == expected[which % len(questions)]


def test_answers_are_the_same(place: Place, engine: Engine, embedded: Engine) -> None:
    if not place.has_terms:
        pytest.skip("by vectors alone, other passages may be found")
    ours = Answerer(place.settings, place.embedder, engine=engine)
    theirs = Answerer(place.settings, place.embedder, engine=embedded)
    for text in QUESTIONS:
        answer, expected = ours.ask(text), theirs.ask(text)
        assert answer.trace == expected.trace
        assert answer.confidence == pytest.approx(expected.confidence, abs=1e-4)


def titles(answerer: Answerer) -> list[str]:
    """Of all documents; none where they were led elsewhere a moment ago."""
    try:
        return [document.title for document in answerer.documents()]
    except EngineError:
        return []


def test_nothing_published_says_what_to_run(changing: Place) -> None:
    with pytest.raises(MissingIndexError, match="run: chuchu index"):
        changing.shelf().published()
    with pytest.raises(MissingIndexError, match="run: chuchu index"):
        changing.open()


def test_who_reads_follows_what_is_published(changing: Place) -> None:
    changing.publish()
    answerer = Answerer(changing.settings, changing.embedder)
    shelf = changing.shelf()
    before = shelf.published()
    corpus = changing.settings.corpus.folder
    (corpus / "b.md").write_text("# 乙\n\n香蕉一斤三元。\n", "utf-8")
    changing.publish()
    deadline = time.monotonic() + 30
    while shelf.published() == before and time.monotonic() < deadline:
        time.sleep(0.05)
    while titles(answerer) != ["甲", "乙"] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert titles(answerer) == ["甲", "乙"]
    assert answerer.hits("香蕉多少钱一斤")[0].passage.text == "香蕉一斤三元。"


def test_what_was_removed_or_changed_is_not_found_any_more(changing: Place) -> None:
    corpus = changing.settings.corpus.folder
    (corpus / "b.md").write_text("# 乙\n\n香蕉一斤三元。\n\n梨一斤五元。\n", "utf-8")
    changing.publish()
    old = everything(changing.open(), changing)
    (corpus / "a.md").write_text("# 甲\n\n苹果一斤九元。\n", "utf-8")
    (corpus / "b.md").unlink()
    changing.publish()
    engine = changing.open()
    now = everything(engine, changing)
    assert [each.passage.text for each in now] == ["苹果一斤九元。"]
    assert engine.count() == 1
    assert all(engine.find(each.passage.id) is None for each in old)
    assert [document.title for document in engine.documents()] == ["甲"]
