"""Only what changed is read; what comes of it is what building from nothing would give."""

import random
from pathlib import Path

import pytest

from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.errors import MissingIndexError, RetrievalError
from retrieval.index.build import Built, build_index
from retrieval.index.generation import Generation, open_generation
from retrieval.index.publishing import roll_back
from retrieval.settings import Settings
from tests.conftest import settings_for

FILES = 20


def text(number: int) -> str:
    words = random.Random(number).sample("春夏秋冬山水草木鱼虫鸟兽金石丝竹", 12)  # noqa: S311
    return f"# 第{number}篇\n\n{''.join(words[:6])}有{number}家。\n\n{''.join(words[6:])}没有。\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:02}.md").write_text(text(number), "utf-8")
    return folder


@pytest.fixture
def settings(corpus: Path, tmp_path: Path, embedder: Embedder) -> Settings:
    settings = settings_for(corpus, tmp_path / "index")
    build(settings, embedder)
    return settings


def build(settings: Settings, embedder: Embedder) -> Built:
    return build_index(settings, embedder, lambda done, total: None)


def passages(generation: Generation) -> list[tuple[str, str, str]]:
    """What can be found and cited, row numbers aside."""
    rows = range(1000)
    held = {
        (p.passage.source, p.passage.title, p.passage.text)
        for p in generation.store.passages(list(rows))
        if generation.store.find(p.passage.id)
    }
    assert len(held) == generation.manifest.passages
    return sorted(held)


def assert_like_new(settings: Settings, tmp_path: Path, embedder: Embedder) -> None:
    """What is published equals what is built from nothing, and is found alike."""
    other = settings_for(settings.corpus.folder, tmp_path / "another")
    build(other, embedder)
    mine, new = open_generation(settings.index.folder), open_generation(other.index.folder)
    assert passages(mine) == passages(new)
    assert mine.manifest.recipe == new.manifest.recipe
    assert {d.source for d in mine.store.documents()} == {d.source for d in new.store.documents()}
    for number in range(0, FILES, 3):
        vector = embedder.embed_passages([f"第{number}篇有{number}家"])[0]
        found = [
            {
                (generation.store.passages([row])[0].passage.id, round(score, 5))
                for row, score in near
            }
            for generation in (mine, new)
            for near in [generation.vectors.nearest(vector, 5)]
        ]
        assert found[0] == found[1]
        tokens = [
            sorted(
                (p.passage.id, generation.tokens.of(p.row).tolist())
                for row, _ in generation.passages.matching([str(number), "没"], 100)
                for p in generation.store.passages([row])
            )
            for generation in (mine, new)
        ]
        assert tokens[0] == tokens[1]


def test_of_one_changed_file_one_is_read(
    settings: Settings, corpus: Path, tmp_path: Path, embedder: Embedder
) -> None:
    (corpus / "03.md").write_text(text(3) + "\n新的一段。\n", "utf-8")
    assert build(settings, embedder).files_read == 1
    assert_like_new(settings, tmp_path, embedder)


def test_added_renamed_and_deleted_files_are_seen(
    settings: Settings, corpus: Path, tmp_path: Path, embedder: Embedder
) -> None:
    (corpus / "new.md").write_text(text(77), "utf-8")
    (corpus / "04.md").rename(corpus / "renamed.md")
    (corpus / "05.md").unlink()
    built = build(settings, embedder)
    assert built.files_read == 2
    assert [s.path for s in built.sources if not s.path[0].isdigit()] == ["new.md", "renamed.md"]
    assert_like_new(settings, tmp_path, embedder)


def test_many_small_changes_one_after_another_never_drift(
    settings: Settings, corpus: Path, tmp_path: Path, embedder: Embedder
) -> None:
    drawn = random.Random(5)  # noqa: S311 - no secret
    for step in range(12):
        path = corpus / f"{drawn.randrange(FILES):02}.md"
        if path.exists() and drawn.random() < 0.4:
            path.unlink()
        else:
            path.write_text(text(100 + step), "utf-8")
        build(settings, embedder)
    assert_like_new(settings, tmp_path, embedder)


def test_where_most_has_changed_all_is_written_anew(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    for number in range(FILES // 2):
        (corpus / f"{number:02}.md").write_text(text(100 + number), "utf-8")
    assert build(settings, embedder).files_read == FILES
    assert not (open_generation(settings.index.folder).path / "fresh").exists()


def test_a_deleted_document_is_never_cited_again(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    answerer = Answerer(settings, embedder)
    before = answerer.ask("第7篇有几家").excerpts[0]
    assert before.citation.source == "07.md"
    (corpus / "07.md").unlink()
    build(settings, embedder)
    assert all(e.citation.source != "07.md" for e in answerer.ask("第7篇有几家").excerpts)
    assert answerer.context(before.passage_id) is None
    assert "07.md" not in {document.source for document in answerer.documents()}


def test_two_files_of_one_text_are_one_source_with_two_names(
    settings: Settings, corpus: Path, tmp_path: Path, embedder: Embedder
) -> None:
    (corpus / "copy.md").write_text(text(2), "utf-8")
    built = build(settings, embedder)
    assert {s.path: s.same_as for s in built.sources if s.same_as} == {"copy.md": "02.md"}
    assert built.documents == FILES
    assert_like_new(settings, tmp_path, embedder)


def test_a_copy_takes_the_place_of_what_it_repeats(
    settings: Settings, corpus: Path, tmp_path: Path, embedder: Embedder
) -> None:
    (corpus / "copy.md").write_text(text(2), "utf-8")
    (corpus / "01.md").unlink()
    for number in range(FILES, 2 * FILES):  # written anew, with the copy in the base
        (corpus / f"{number}.md").write_text(text(number), "utf-8")
    build(settings, embedder)
    (corpus / "02.md").unlink()
    built = build(settings, embedder)
    assert built.files_read == 1
    assert [s.same_as for s in built.sources if s.path == "copy.md"] == [""]
    assert_like_new(settings, tmp_path, embedder)


def test_undoing_a_change_reads_nothing(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    first = open_generation(settings.index.folder).name
    (corpus / "03.md").write_text(text(99), "utf-8")
    build(settings, embedder)
    (corpus / "03.md").write_text(text(3), "utf-8")
    built = build(settings, embedder)
    assert (built.generation, built.files_read, built.unchanged) == (first, 0, False)


def test_what_is_not_accepted_is_not_published_and_leaves_nothing(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    first = open_generation(settings.index.folder).name
    (corpus / "03.md").write_text(text(99), "utf-8")
    seen: list[str] = []

    def refuse(generation: Generation) -> None:
        seen.append(generation.name)
        assert any("第99篇" in d.title for d in generation.store.documents())
        raise RetrievalError("not good enough")

    with pytest.raises(RetrievalError, match="not good enough"):
        build_index(settings, embedder, lambda done, total: None, accept=refuse)
    assert open_generation(settings.index.folder).name == first
    assert not (settings.index.folder / seen[0]).exists()


def test_the_generation_before_can_be_had_back_and_forth(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    first = open_generation(settings.index.folder).name
    with pytest.raises(MissingIndexError, match="keeps no generation to go back to"):
        roll_back(settings.index.folder)
    (corpus / "03.md").write_text(text(99), "utf-8")
    second = build(settings, embedder).generation
    assert roll_back(settings.index.folder) == first == open_generation(settings.index.folder).name
    assert roll_back(settings.index.folder) == second


def test_progress_tells_of_files_and_passages(
    settings: Settings, corpus: Path, embedder: Embedder
) -> None:
    for number in range(FILES):
        (corpus / f"{number:02}.md").write_text(text(200 + number), "utf-8")
    told: list[tuple[int, int, int]] = []
    build_index(settings, embedder, lambda done, total: None, lambda *told_of: told.append(told_of))
    assert [done for done, _, _ in told] == list(range(1, FILES + 1))
    assert {total for _, total, _ in told} == {FILES}
    assert told[-1][2] == open_generation(settings.index.folder).manifest.passages
