"""An environment is made once; what it holds is pinned."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.evaluation.peers import drivers
from retrieval.evaluation.peers.environments import PeerError, interpreter_of, last_line
from retrieval.evaluation.peers.roster import CHUCHU, PEERS

PEER = replace(PEERS[0], requirements=("pip",))  # stands in every new environment already


def test_an_environment_is_made_once_and_anew_when_its_pins_change(tmp_path: Path) -> None:
    said: list[str] = []
    python = interpreter_of(PEER, tmp_path, said.append)
    assert python == tmp_path / PEER.name / "bin" / "python"
    assert python.exists()
    assert len(said) == 1
    assert interpreter_of(PEER, tmp_path, said.append) == python
    assert len(said) == 1
    broken = replace(PEER, requirements=("none @ file:///nowhere/none-1.0-py3-none-any.whl",))
    with pytest.raises(PeerError, match="cannot be installed"):
        interpreter_of(broken, tmp_path, said.append)
    assert len(said) == 2
    assert not python.exists()


def test_chuchu_runs_where_it_stands(tmp_path: Path) -> None:
    assert interpreter_of(CHUCHU, tmp_path, lambda _: None) == Path(sys.executable)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.label)
def test_everything_is_pinned_torch_too_and_has_a_driver(peer: object) -> None:
    assert peer in PEERS
    (chosen,) = (each for each in PEERS if each is peer)
    assert all("==" in requirement for requirement in chosen.requirements)
    assert "torch==2.13.0" in chosen.requirements
    assert (Path(drivers.__file__).parent / f"{chosen.driver}.py").exists()


def test_rows_of_one_name_share_an_environment() -> None:
    requirements = {peer.name: peer.requirements for peer in PEERS}
    assert all(peer.requirements == requirements[peer.name] for peer in PEERS)


def test_the_last_line_is_that_of_the_error() -> None:
    assert last_line("a\nERROR: no such thing\n[notice] a new pip") == "no such thing"
    assert last_line("Traceback\nValueError: x\n\n") == "ValueError: x"
    assert last_line("") == "it said nothing"
