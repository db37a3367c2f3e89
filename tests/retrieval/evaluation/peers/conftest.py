"""Two contexts whose questions are easy, as contexts and as material."""

from pathlib import Path

import pytest

from retrieval.embedding import Embedder
from retrieval.evaluation.peers.material import Material, prepare
from retrieval.evaluation.squad import Context, Question


@pytest.fixture(scope="session")
def contexts() -> list[Context]:
    """Three contexts, one of them in traditional characters."""
    return [
        Context("a", "乡村精品民宿271家，景区23家。", (Question("民宿有多少家？", ("271家",)),)),
        Context("b", "合同自成立時生效。", (Question("合同什麼時候生效？", ("成立時",)),)),
        Context("c", "盘山每天有3万名游客。", (Question("盘山有多少游客？", ("3万", "三万")),)),
    ]


@pytest.fixture
def material(contexts: list[Context], embedder: Embedder, tmp_path: Path) -> Material:
    """What a driver is given of them; all questions are asked."""
    return prepare(contexts, embedder, tmp_path, development=False)
