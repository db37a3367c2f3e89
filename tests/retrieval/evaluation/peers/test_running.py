"""A driver reads a folder, works in a process of its own, and writes what it measured."""

import json
import sys
from pathlib import Path

import pytest

from retrieval.evaluation.peers.comparison import judge
from retrieval.evaluation.peers.environments import PeerError
from retrieval.evaluation.peers.material import Material, write_job
from retrieval.evaluation.peers.roster import CHUCHU, PEERS, Peer
from retrieval.evaluation.peers.running import run_driver
from retrieval.settings import SHIPPED_MODEL
from tests.conftest import ROOT


def test_libraries_are_given_folded_text_and_chuchu_what_people_write(
    material: Material, tmp_path: Path
) -> None:
    def texts(peer: str, name: str) -> list[str]:
        lines = (tmp_path / peer / name).read_text("utf-8").splitlines()
        return [json.loads(line)["text"] for line in lines]

    write_job(tmp_path / "chuchu", material, CHUCHU, SHIPPED_MODEL)
    write_job(tmp_path / "txtai", material, PEERS[0], SHIPPED_MODEL)
    assert texts("chuchu", "questions.jsonl")[1] == "合同什麼時候生效？"
    assert texts("txtai", "questions.jsonl")[1] == "合同什么时候生效?"
    assert texts("txtai", "passages.jsonl")[1] == "合同自成立时生效。"
    assert len(list((tmp_path / "chuchu" / "corpus").iterdir())) == 3


def test_chuchus_driver_finds_the_passages_that_the_others_are_given(
    material: Material, tmp_path: Path
) -> None:
    write_job(tmp_path / "job", material, CHUCHU, SHIPPED_MODEL)
    measured = run_driver(Path(sys.executable), CHUCHU.driver, tmp_path / "job", threads=1)
    assert [reply.ids[0] for reply in measured.replies] == [p.id for p in material.passages]
    assert measured.start_seconds > 0


def test_txtais_driver_answers_where_txtai_is_installed(material: Material, tmp_path: Path) -> None:
    pytest.importorskip("txtai", reason="pip install -e '.[benchmark]'")
    peer = next(peer for peer in PEERS if peer.name == "txtai")
    write_job(tmp_path / "job", material, peer, SHIPPED_MODEL)
    measured = run_driver(Path(sys.executable), peer.driver, tmp_path / "job", threads=1)
    assert judge(measured, material).found.r1.value == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.label)
def test_every_driver_answers_where_its_environment_was_made(
    peer: Peer, material: Material, tmp_path: Path
) -> None:
    python = ROOT / ".chuchu" / "peers" / peer.name / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{peer.name} is not installed; run: chuchu benchmark peers")
    write_job(tmp_path / "job", material, peer, SHIPPED_MODEL)
    measured = run_driver(python, peer.driver, tmp_path / "job", threads=1)
    assert judge(measured, material).found.r1.value == 1.0
    assert all(len(reply.ids) == len(set(reply.ids)) for reply in measured.replies)


def test_a_driver_that_dies_or_writes_nothing_is_an_error_with_its_last_line(
    material: Material, tmp_path: Path
) -> None:
    job = tmp_path / "job"
    write_job(job, material, CHUCHU, tmp_path / "no-model")
    with pytest.raises(PeerError, match=r"^fails: retrieval\.errors\.ModelError: .*no-model"):
        run_driver(Path(sys.executable), CHUCHU.driver, job, threads=1)
    with pytest.raises(PeerError, match="its driver wrote no measurement"):
        run_driver(Path("/bin/true"), CHUCHU.driver, job, threads=1)
