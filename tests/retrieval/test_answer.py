"""Answers: verbatim, cited, or silent."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer import Answerer
from retrieval.corpus.files import read_folder
from retrieval.corpus.mending import cut
from retrieval.embedding import Embedder
from retrieval.errors import EngineError
from retrieval.index.build import build_index
from retrieval.index.engine import Engine
from retrieval.index.shelf import Shelf, find_shelf
from retrieval.settings import Settings
from tests.conftest import ROOT, SEED, settings_for

SECOND = "天津蓟州区实施“四大工程”加快融入京津冀"


def test_an_answer_is_cut_from_its_source(answerer: Answerer) -> None:
    source = read_folder(ROOT / "seeds").read[0].text
    answer = answerer.ask("乡村精品民宿有多少家？")
    assert answer.answered
    for excerpt in answer.excerpts:
        assert cut(source, excerpt.citation.spans) == excerpt.text
        assert excerpt.marked_text in excerpt.text


def test_a_citation_names_its_own_article_file_and_heading(answerer: Answerer) -> None:
    first = answerer.ask("乡村精品民宿有多少家？").excerpts[0].citation
    assert (first.title, first.heading, first.source, first.page) == (SECOND, "", SEED, None)
    second = answerer.ask("河北可以怎么利用5G？").excerpts[0].citation
    assert second.title == "产业一体化是京津冀协同发展关键支撑"
    assert second.heading == "以发展数字经济为突破，打造区域产业协同新高地"


def test_at_most_so_many_excerpts_as_set_and_no_two_alike(answerer: Answerer) -> None:
    excerpts = answerer.ask("京津冀产业协同发展").excerpts
    assert 1 <= len(excerpts) <= 3
    assert len({excerpt.text for excerpt in excerpts}) == len(excerpts)


@pytest.mark.parametrize("text", ["你好", "谢谢", "😂", "。。。", "", "hello!", "ok thanks"])
def test_small_talk_gets_no_excerpt(answerer: Answerer, text: str) -> None:
    answer = answerer.ask(text)
    assert (answer.answered, answer.excerpts, answer.confidence) == (False, (), 0.0)


@pytest.mark.parametrize(
    "text",
    ["怎么做红烧肉？", "What is the capital of France?", "python 怎么读取文件", "明天股市会涨吗"],
)
def test_what_the_documents_do_not_say_is_not_answered(answerer: Answerer, text: str) -> None:
    assert not answerer.ask(text).answered


def test_silence_begins_below_the_threshold(seed_settings: Settings, embedder: Embedder) -> None:
    strict = seed_settings.model_copy(
        update={"answer": seed_settings.answer.model_copy(update={"threshold": 1.0})}
    )
    assert not Answerer(strict, embedder).ask("乡村精品民宿有多少家？").answered


def test_context_is_what_stands_before_and_after(answerer: Answerer) -> None:
    excerpt = answerer.ask("蓝莓大樱桃草莓采摘园区").excerpts[0]
    context = answerer.context(excerpt.passage_id)
    assert context is not None
    assert context.passage.text == excerpt.text
    assert "肉牛产业链" in context.before
    assert "全域旅游示范区" in context.after


def test_context_ends_with_the_document(answerer: Answerer) -> None:
    byline = next(hit for hit in answerer.hits("记者是谁") if "韩梅" in hit.passage.text)
    context = answerer.context(byline.passage.id)
    assert context is not None
    assert context.before == ""
    assert context.after.startswith("“蓟州区")


def test_an_unknown_passage_has_no_context(answerer: Answerer) -> None:
    assert answerer.context("0" * 12) is None


@settings(deadline=None, max_examples=60)
@given(
    st.one_of(
        st.text(alphabet=st.characters(exclude_categories=()), max_size=4096),
        st.sampled_from(
            ["哈" * 4096, "蓟州" * 2048, "\ud800" * 50, "a" * 4096, "👨‍👩‍👧" * 500, "1" * 4096]
        ),
    )
)
def test_any_text_is_answered_or_met_with_silence(answerer: Answerer, text: str) -> None:
    answer = answerer.ask(text)
    assert 0 <= answer.confidence <= 1
    assert bool(answer.excerpts) or not answer.answered


def one_file(folder: Path, embedder: Embedder) -> tuple[Path, Settings]:
    """An indexed corpus of one file."""
    corpus = folder / "corpus"
    corpus.mkdir()
    file = corpus / "a.md"
    file.write_text("# 民宿\n\n蓟州区有乡村精品民宿271家。\n", "utf-8")
    own = settings_for(corpus, folder / "index")
    build_index(own, embedder, lambda done, total: None)
    return file, own


def test_an_answer_from_a_changed_file_is_marked_outdated(
    tmp_path: Path, embedder: Embedder
) -> None:
    file, own = one_file(tmp_path, embedder)
    answerer = Answerer(own, embedder)
    assert not answerer.ask("民宿有多少家").excerpts[0].citation.outdated
    file.write_text("# 民宿\n\n蓟州区有乡村精品民宿272家。\n", "utf-8")
    answer = answerer.ask("民宿有多少家")
    assert answer.excerpts[0].citation.outdated
    assert "271" in answer.excerpts[0].text


@dataclass
class Interrupted:
    """A shelf whose server is away the next time that something is opened."""

    shelf: Shelf
    is_away: bool = False

    def published(self) -> str:
        """The name of what is published."""
        return self.shelf.published()

    def open(self) -> Engine:
        """Open what is published, or fail."""
        if self.is_away:
            self.is_away = False
            raise EngineError("the server is away")
        return self.shelf.open()


def test_what_could_not_be_opened_for_a_server_that_was_away_is_opened_later(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, own = one_file(tmp_path, embedder)
    shelf = Interrupted(find_shelf(own.index))
    monkeypatch.setattr("retrieval.answer.find_shelf", lambda _: shelf)
    answerer = Answerer(own, embedder)
    file.write_text("# 民宿\n\n蓟州区有乡村精品民宿272家。\n", "utf-8")
    build_index(own, embedder, lambda done, total: None)
    shelf.is_away = True
    assert "271" in answerer.ask("民宿有多少家").excerpts[0].text
    assert "272" in answerer.ask("民宿有多少家").excerpts[0].text
