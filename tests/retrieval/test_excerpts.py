"""Excerpts are different places; what stands twice is cited twice and shown once."""

from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.index.build import build_index
from tests.conftest import settings_for

NOTICE = "图书馆寒假期间每天上午九点开门，下午五点关门，读者凭借书证入馆。"


@pytest.fixture
def answerer(tmp_path: Path, embedder: Embedder) -> Answerer:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text(f"# 通知\n\n{NOTICE}\n", "utf-8")
    (folder / "b.md").write_text(f"# 转发\n\n{NOTICE}请互相转告。\n", "utf-8")
    long = "县里最有名的窑工叫龚兆南。" + "古镇始建于南宋，现存民居二百余栋，龙窑九处。" * 6
    (folder / "c.md").write_text(
        f"# 窑工\n\n{long}县里的龚兆南今年七十岁。\n\n他的工坊收了二十三个徒弟，最小的十九岁。\n",
        "utf-8",
    )
    settings = settings_for(folder, tmp_path / "index")
    build_index(settings, embedder, lambda done, total: None)
    return Answerer(settings, embedder)


def test_near_duplicates_are_shown_once_with_both_citations(answerer: Answerer) -> None:
    answer = answerer.ask("图书馆寒假几点开门")
    first = answer.excerpts[0]
    assert {first.citation.source, *(place.source for place in first.also)} == {"a.md", "b.md"}
    assert sum(NOTICE[:10] in excerpt.text for excerpt in answer.excerpts) == 1


def test_a_passage_that_begins_with_a_pronoun_shows_the_sentence_before(
    answerer: Answerer,
) -> None:
    found = [e for e in answerer.ask("工坊收了多少徒弟").excerpts if e.text.startswith("他的")]
    assert [excerpt.before for excerpt in found] == ["县里的龚兆南今年七十岁。"]


def test_a_passage_that_names_its_subject_shows_nothing_before(answerer: Answerer) -> None:
    assert answerer.ask("图书馆寒假几点开门").excerpts[0].before == ""
