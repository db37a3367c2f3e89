"""The table, the picture and the JSON of a comparison."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from retrieval.errors import LabelError
from retrieval.evaluation.found import Found, Share
from retrieval.evaluation.peers.comparison import Comparison, Figures, Machine, Row
from retrieval.evaluation.peers.roster import CHUCHU, PEERS
from retrieval.evaluation.peers.showing import draw, render, write_json


def figures(r1: float, p50: float) -> Figures:
    found = Found(Share(r1, r1 - 0.01, r1 + 0.01), *[Share(0.95, 0.9, 1.0)] * 3)
    return Figures(found, 0.4, 3.0, p50, 2 * p50, 300.0)


def printed(comparison: Comparison, *, styles: bool) -> str:
    colours = "standard" if styles else None
    console = Console(
        file=StringIO(), width=160, record=True, force_terminal=styles, color_system=colours
    )
    console.print(render(comparison))
    return console.export_text(styles=styles)


@pytest.fixture
def comparison() -> Comparison:
    rows = (
        Row(CHUCHU, ("faiss-cpu 1",), figures(0.9, 5.0)),
        Row(PEERS[0], ("faiss-cpu 1", "rank-bm25 0"), figures(0.8, 2.0)),
        Row(PEERS[2], (), None, "cannot be installed: no network"),
    )
    return Comparison(Machine("Abacus", 2, "Linux", "3.11"), 2, "model", 9, 20, 150.4, 7, rows)


def test_the_table_names_figures_failures_versions_and_the_machine(
    comparison: Comparison,
) -> None:
    shown = printed(comparison, styles=False)
    assert "7 questions, 20 passages of 150 characters" in shown
    lines = {line.split("│")[1].strip(): line for line in shown.splitlines() if "│" in line}
    cells = [cell.strip() for cell in lines["Chuchu"].split("│")[2:-1]]
    assert cells == ["0.900", "0.950", "0.950", "5.0", "10.0", "3.00", "0.40", "300"]
    assert lines["txtai"].count(" - ") == 8
    assert "txtai: cannot be installed: no network" in shown
    assert f"LangChain: {PEERS[0].setup}; R@1 0.790-0.810" in shown
    assert "model: model; faiss-cpu 1, rank-bm25 0" in shown
    assert "Abacus, 2 cores, 2 threads a pool; Linux, Python 3.11" in shown


def test_the_best_of_each_column_is_bold(comparison: Comparison) -> None:
    styled = printed(comparison, styles=True)
    assert "\x1b[1m0.900\x1b[0m" in styled
    assert "2.0\x1b[0m" in styled
    assert "\x1b[1m0.800\x1b[0m" not in styled


def test_json_and_picture_are_written(comparison: Comparison, tmp_path: Path) -> None:
    write_json(tmp_path / "new" / "peers.json", comparison)
    read = json.loads((tmp_path / "new" / "peers.json").read_text("utf-8"))
    assert read["machine"]["processor"] == "Abacus"
    assert read["rows"][0]["figures"]["found"]["r1"]["value"] == 0.9
    assert read["rows"][2]["failure"] == "cannot be installed: no network"
    draw(tmp_path / "peers.svg", comparison)
    drawn = (tmp_path / "peers.svg").read_text("utf-8")
    assert "<svg" in drawn
    with pytest.raises(LabelError, match="cannot be drawn"):
        draw(tmp_path / "peers.nothing", comparison)
    with pytest.raises(LabelError, match="cannot be written"):
        write_json(tmp_path, comparison)
