"""Rubbish is told from text, in whichever script the text is."""

import hashlib

import pytest

from retrieval.corpus.files import FoundFile, Reader
from retrieval.corpus.readers import ReadLimits
from retrieval.corpus.rubbish import listed, rubbish
from retrieval.errors import CorpusError

CHINESE = "蓟州区有乡村精品民宿271家，文化旅游资源十分丰富。"


@pytest.mark.parametrize(
    "text",
    [
        "\ufffd\ufffd\ufffd民宿\ufffd",
        "\ue001\ue002\ue003的\ue004\ue005",
        "(cid:12)(cid:44)(cid:7) 民",
        "/g12/g44/g7/g81",
        CHINESE.encode().decode("latin-1"),
        CHINESE.encode()[:60].decode("cp1252", "replace"),
        "锟斤拷锟斤拷锟斤拷",
        "烫烫烫烫烫烫",
    ],
)
def test_rubbish(text: str) -> None:
    assert rubbish(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        CHINESE,
        CHINESE + "\ufffd",
        "The café’s naïve “résumé” costs £5 — déjà vu, à côté de l’Hôtel.",
        "Größe, Übung, äußerst schöne Straße.",
        "Вопрос о цене: 5 рублей.",
        "x² + y² = z² ± √2",
    ],
)
def test_text(text: str) -> None:
    assert not rubbish(text)


def test_numbers_as_people_write_them() -> None:
    assert listed([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"


def test_a_file_of_rubbish_is_refused(tmp_path) -> None:
    raw = CHINESE.encode().decode("latin-1").encode() * 5
    (tmp_path / "a.md").write_bytes(raw)
    reader = Reader(tmp_path, ReadLimits(50, 100, 10**6))
    with pytest.raises(CorpusError, match="garbled by a wrong encoding"):
        reader(FoundFile("a.md", hashlib.sha256(raw).hexdigest(), len(raw)))
