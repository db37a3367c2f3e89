"""The whole way on a handful of texts: archives in, a model that both libraries load out."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from model2vec import StaticModel

from retrieval.errors import CorpusError
from retrieval.evaluation.split import is_development
from retrieval.training.recipe import run_recipe
from retrieval.training.train import Recipe

TINY = Recipe(
    rows=24_000,
    dimension=16,
    nested=(16, 8),
    batch=4,
    epochs=2,
    company=4,
    meanings=0,
    seed=1,
)
SUBJECTS = ("绿化", "养犬", "消防", "旅游", "供水", "档案", "统计", "测绘")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in ("train", "dev"):
        (tmp_path / folder).mkdir()
    with tarfile.open(tmp_path / "train" / "laws.tar.xz", "w:xz") as archive:
        for subject in SUBJECTS:
            text = f"# {subject}条例\n\n{subject}由本市{subject}部门管理。违反{subject}规定的处以罚款。"
            member = tarfile.TarInfo(f"laws/{subject}.md")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    contexts = [text for n in range(20) if is_development(text := f"第{n}条河长{n}里。")]
    asked = {"question": "河有多长？", "answers": [{"text": "里", "answer_start": 0}]}
    paragraphs = [{"context": text, "qas": [asked]} for text in contexts]
    (tmp_path / "dev" / "x.json").write_text(
        json.dumps({"data": [{"title": "河", "paragraphs": paragraphs}]}), "utf-8"
    )
    return tmp_path


def test_recipe_gives_the_same_model_each_time(data: Path) -> None:
    outcome = run_recipe(data, data / "one", TINY)
    run_recipe(data, data / "two", TINY)
    assert outcome.documents == outcome.passages == len(SUBJECTS)
    assert [epoch.pairs for epoch in outcome.log] == [8, 8]
    assert [name for name, _ in outcome.figures][1:3] == [
        "dense, 16 dimensions",
        "dense, 8 dimensions",
    ]
    one, two = (StaticModel.from_pretrained(data / name) for name in ("one", "two"))
    np.testing.assert_array_equal(one.encode(["消防"]), two.encode(["消防"]))
    card = (data / "one" / "README.md").read_text("utf-8")
    assert "| dense, 16 dimensions |" in card
    assert "LawRefBook/Laws" in card


def test_missing_question_files_are_said(data: Path) -> None:
    (data / "dev" / "x.json").unlink()
    with pytest.raises(CorpusError, match="question files"):
        run_recipe(data, data / "out", TINY)
