"""A corpus of the size that was asked for: a folder's own files first, then drawn sentences."""

import random
from pathlib import Path

import pytest

from retrieval.evaluation.scaling.asking import questions_of
from retrieval.evaluation.scaling.enlarging import enlarge
from retrieval.evaluation.squad import Context, Question

SENTENCES = [f"蓟州区第{number}号村庄今年建成了{number}家乡村精品民宿。" for number in range(60)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for number in range(10):
        text = "".join(SENTENCES[6 * number : 6 * number + 6])
        (folder / f"{number}.md").write_text(f"# 第{number}篇\n\n{text}\n", "utf-8")
    return folder


def chance() -> random.Random:
    return random.Random(1)  # noqa: S311 - a sample, not a secret


def test_of_a_large_folder_some_files_will_do(source: Path, tmp_path: Path) -> None:
    made = enlarge(source, ["一段百科。"], tmp_path / "target", 8, chance())
    assert made.made_up == 0
    assert 1 < made.files < 11
    assert (tmp_path / "target" / "asked" / "0000" / "0000000.txt").read_text("utf-8")


def test_a_small_folder_is_enlarged_by_its_own_sentences(source: Path, tmp_path: Path) -> None:
    made = enlarge(source, [], tmp_path / "target", 200, chance())
    drawn = list((tmp_path / "target" / "drawn").rglob("*.md"))
    assert len(drawn) == made.made_up > 0
    assert len(list((tmp_path / "target" / "own").iterdir())) == 10
    for path in drawn:
        for paragraph in path.read_text("utf-8").split("\n\n"):
            if not paragraph.startswith("#"):
                said = [f"{part}。" for part in paragraph.strip().split("。")[:-1]]
                assert set(said) <= set(SENTENCES)


def test_the_same_chance_gives_the_same_corpus(source: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        enlarge(source, [], tmp_path / name, 200, chance())
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in files if path.is_file()}
        for name in ("one", "two")
        for files in [(tmp_path / name).rglob("*")]
    )
    assert one == two


def test_questions_are_those_that_people_wrote_or_made_of_clauses(source: Path) -> None:
    written = [Context("t", "文", (Question("民宿有多少家", ("2",)), Question("几家", ("2",))))]
    assert set(questions_of(written, source, 10, chance())) == {"民宿有多少家", "几家"}
    made = questions_of([], source, 5, chance())
    assert len(set(made)) == 5
    assert all(question.endswith("是什么？") for question in made)
    assert all(any(question[:-4] in text for text in SENTENCES) for question in made)
