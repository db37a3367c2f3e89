"""Sizes are measured apart, by the index that was asked for, and told as JSON, table and picture."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from retrieval.cli import app
from retrieval.evaluation.scaling.measuring import Sizing, measure
from retrieval.settings import Settings

QUESTIONS = tuple(f"第{number}号村庄有几家民宿" for number in range(12))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for number in range(8):
        lines = "".join(f"第{number * 9 + n}号村庄今年有{n}家乡村精品民宿。" for n in range(9))
        (folder / f"{number}.md").write_text(f"# 第{number}篇\n\n{lines}\n", "utf-8")
    return folder


def test_every_cost_of_a_size_is_measured(source: Path, tmp_path: Path) -> None:
    settings = Settings.model_validate({"index": {"kind": "ivf"}})
    found = measure(Sizing(settings, source, (), QUESTIONS, tmp_path / "work"), 4000)
    assert found.passages >= 1000
    assert found.kind == "ivf"
    assert 0.7 < found.recall <= 1  # texts of the same few sentences are all alike
    assert sum(stage.seconds for stage in found.building.stages) == pytest.approx(
        found.building.seconds
    )
    asking = found.asking
    assert 0 < asking.whole.p50 <= asking.whole.p99
    assert asking.open_seconds > 0
    assert asking.first_ms > 0
    assert 0 < asking.memory.anonymous <= asking.memory.resident <= asking.memory.peak + 1


def test_the_command_tells_and_draws(source: Path, tmp_path: Path) -> None:
    picture = tmp_path / "speed.png"
    sizes = ["--passages", "100", "--passages", "200"]
    command = ["benchmark", "speed", "--corpus", str(source), *sizes, "--questions", "8"]
    done = CliRunner().invoke(
        app, [*command, "--work", str(tmp_path), "--plot", str(picture), "--json"]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[0])
    assert [each["corpus"]["made_up"] > 0 for each in told] == [True, True]
    assert told[0]["passages"] < told[1]["passages"]
    assert all(each["recall"] == 1 for each in told)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert not list(tmp_path.glob("chuchu-speed-*"))
