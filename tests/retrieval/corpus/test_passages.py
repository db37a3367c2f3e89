"""Passages: whole sentences, right sizes, exact spans, never across a heading."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from retrieval.corpus.files import read_folder
from retrieval.corpus.layout import read_documents
from retrieval.corpus.mending import cut
from retrieval.corpus.passages import cut_passages
from retrieval.settings import PassageSettings
from retrieval.types import Kind, SourceFile
from tests.conftest import ROOT

SETTINGS = PassageSettings()


def seed_passages(settings: PassageSettings = SETTINGS) -> list[tuple[SourceFile, str, str]]:
    source = read_folder(ROOT / "seeds").read[0]
    found = [p for d in read_documents(source) for p in cut_passages(d, settings)]
    for passage in found:
        assert cut(source.text, passage.spans) == passage.text
    return [(source, passage.text, passage.kind.value) for passage in found]


def test_every_passage_of_the_seed_is_cut_from_the_file() -> None:
    assert len(seed_passages()) > 20


def test_passages_end_where_sentences_end() -> None:
    for _, text, kind in seed_passages():
        if kind == Kind.PARAGRAPH.value:
            assert text.endswith(("。", "。”", "等等。"))


def test_sizes_are_as_set_where_sentences_allow() -> None:
    sizes = [len(text) for _, text, kind in seed_passages() if kind == Kind.PARAGRAPH.value]
    assert sum(60 <= size <= SETTINGS.longest for size in sizes) / len(sizes) >= 0.9


def test_ids_are_unique_and_stable() -> None:
    source = read_folder(ROOT / "seeds").read[0]
    first = [p.id for d in read_documents(source) for p in cut_passages(d, SETTINGS)]
    second = [p.id for d in read_documents(source) for p in cut_passages(d, SETTINGS)]
    assert first == second
    assert len(set(first)) == len(first)


def test_overlap_repeats_the_last_sentence() -> None:
    source = SourceFile(
        "a.txt", "", "# 题\n\n" + "".join(f"这是第{i}个句子内容。" for i in range(9))
    )
    settings = PassageSettings(shortest=20, longest=30, overlap=1)
    texts = [p.text for d in read_documents(source) for p in cut_passages(d, settings)]
    for before, after in itertools.pairwise(texts):
        assert before.split("。")[-2] == after.split("。")[0]


@given(st.text(alphabet="春天，。！\n# a1“”", max_size=400))
def test_any_text_is_cut_exactly(text: str) -> None:
    source = SourceFile("a.txt", "", text)
    settings = PassageSettings(shortest=10, longest=20)
    for document in read_documents(source):
        for passage in cut_passages(document, settings):
            assert cut(text, passage.spans) == passage.text
            assert len(passage.text) <= 70


def test_long_lines_without_stops_are_cut_exactly_between_words() -> None:
    text = "\n".join("many words and no stop at all in this line" for _ in range(40))
    source = SourceFile("a.txt", "", text)
    for document in read_documents(source):
        for passage in cut_passages(document, SETTINGS):
            assert cut(text, passage.spans) == passage.text
            assert passage.text == passage.text.strip()


def test_a_list_is_not_parted_from_what_announces_it() -> None:
    before = "办事大厅今年搬到了新址，二楼是综合窗口。" * 5
    entries = "\n".join(f"- 材料{number}，原件和复印件各一份" for number in range(4))
    source = SourceFile("a.txt", "", f"# 题\n\n{before}办证需要带以下材料：\n{entries}\n")
    (document,) = read_documents(source)
    first, second = cut_passages(document, SETTINGS)
    assert first.text == before
    assert second.text == f"办证需要带以下材料：\n{entries}"
    assert cut(source.text, second.spans) == second.text
