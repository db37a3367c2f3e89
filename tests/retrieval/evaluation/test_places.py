"""Quotes are found again however the documents are cut, and named where they are gone."""

from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.evaluation.labelling.importing import Format, import_labels, write_documents
from retrieval.evaluation.labels import Label, LabelledQuestion, read_labels
from retrieval.evaluation.places import Found, Places, places_in_folder, places_in_store
from retrieval.evaluation.subject import Subject, evaluate
from retrieval.index.build import build_index
from retrieval.settings import PassageSettings, Settings
from retrieval.types import Kind, Passage, Span
from tests.conftest import ROOT, settings_for
from tests.retrieval.evaluation.conftest import GOLDEN

DEV = ROOT.parent / "shared/data/dev/cmrc_trial.json"
TEXT = "# 标题\n\n甲乙丙。丁戊己。\n\n庚辛壬。"


def passage(id_: str, start: int, end: int, source: str = "a.md") -> Passage:
    text = TEXT[start:end]
    return Passage(
        id_, "d", source, "标题", "", (), None, Kind.PARAGRAPH, text, (Span(start, end),)
    )


def places() -> Places:
    cut = [passage("1", 6, 10), passage("2", 10, 14), passage("3", 16, 20)]
    return Places(cut, {"a.md": TEXT}.get)


@pytest.mark.parametrize(
    ("quote", "found", "ids"),
    [
        ("乙丙", Found.WHOLE, "1"),
        ("乙 \n丙。", Found.WHOLE, "1"),
        ("", Found.WHOLE, "123"),
        ("乙丙。丁", Found.SPLIT, "1"),
        ("丙。丁戊", Found.SPLIT, "12"),
        ("己。庚辛壬", Found.SPLIT, "3"),
        ("标题", Found.OUTSIDE, ""),
        ("乙丁", Found.LOST, ""),
    ],
)
def test_a_quote_is_found_where_most_of_it_stands(quote: str, found: Found, ids: str) -> None:
    place = places().find(Label("a.md", quote))
    assert (place.found, "".join(p.id for p in place.passages)) == (found, ids)


def test_width_case_and_script_do_not_matter() -> None:
    text = "ＡＢ发展，2024年"
    found = Passage("1", "d", "a.md", "", "", (), None, Kind.PARAGRAPH, text, (Span(0, 11),))
    place = Places([found], {"a.md": text}.get).find(Label("a.md", "ab發展,２０２４"))
    assert place.passages == (found,)


def test_a_quote_in_another_file_is_lost() -> None:
    assert places().find(Label("b.md", "乙丙")).found is Found.LOST


def test_a_passage_that_repeats_a_sentence_holds_its_quotes_too() -> None:
    cut = [passage("1", 6, 14), passage("2", 10, 20)]
    place = Places(cut, {"a.md": TEXT}.get).find(Label("a.md", "丁戊"))
    assert [p.id for p in place.passages] == ["1", "2"]


@pytest.mark.parametrize("longest", [80, 160, 320])
@pytest.mark.parametrize("file", [GOLDEN, ROOT / "config/hard.jsonl"], ids=lambda file: file.stem)
def test_labels_are_found_again_after_recutting(file: Path, longest: int) -> None:
    settings = Settings.model_validate(
        {
            "corpus": {"folder": ROOT / "seeds"},
            "passages": {"shortest": longest // 2, "longest": longest},
        }
    )
    questions = read_labels(file)
    placed = places_in_folder(settings)
    found = [place for question in questions for place in placed.of(question)]
    assert not [place for place in found if place.found is Found.LOST]
    titles = [place.label.quote for place in found if not place.passages]
    assert titles in ([], ["产业一体化是京津冀协同发展关键支撑"])


@pytest.mark.skipif(not DEV.exists(), reason="the shared question files are not here")
@pytest.mark.parametrize("longest", [80, 160, 320])
def test_labels_that_others_wrote_are_found_again_after_recutting(
    tmp_path: Path, longest: int
) -> None:
    imported = import_labels(DEV, Format.SQUAD)
    write_documents(tmp_path, imported.documents)
    sizes = PassageSettings(shortest=longest // 2, longest=longest)
    settings = settings_for(tmp_path, tmp_path / ".index").model_copy(update={"passages": sizes})
    placed = places_in_folder(settings)
    found = [place for question in imported.questions for place in placed.of(question)]
    assert len(found) == 1000
    assert sum(bool(place.passages) for place in found) >= 0.99 * len(found)


def test_every_golden_question_has_a_passage_in_the_index(subject: Subject) -> None:
    placed = places_in_store(subject.generation.store, subject.settings)
    for question in read_labels(GOLDEN):
        if question.answerable:
            assert any(place.passages for place in placed.of(question)), question.question


def test_labels_follow_an_index_that_files_were_added_to_and_taken_from(
    tmp_path: Path, embedder: Embedder
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in "abcdefgh":
        (corpus / f"{name}.md").write_text(f"# {name}\n\n这是文件{name}的话。\n", "utf-8")
    settings = settings_for(corpus, tmp_path / "index")
    build_index(settings, embedder, lambda done, total: None)
    (corpus / "b.md").unlink()
    (corpus / "i.md").write_text("# i\n\n这是文件i的话。\n", "utf-8")
    (corpus / "j.md").write_bytes((corpus / "a.md").read_bytes())
    build_index(settings, embedder, lambda done, total: None)
    subject = Subject.open(settings, embedder)
    find = subject.places.find
    assert find(Label("b.md", "文件b的话")).found is Found.LOST
    assert find(Label("i.md", "文件i的话")).found is Found.WHOLE
    # A copy is cut into passages once; a label on it means the other file's passage.
    asked = LabelledQuestion("文件a的话", (Label("j.md", "文件a的话"),))
    found = evaluate(subject, [asked])
    (outcome,) = found.asked.outcomes
    assert (outcome.rank, outcome.excerpts[0].is_marked_right) == (1, True)
    assert outcome.excerpts[0].source == "a.md"
    assert len(found.runs[-1].rankings[0]) == subject.generation.store.count() == 8
