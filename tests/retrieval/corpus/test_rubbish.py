"""Rubbish is told from text, in whichever script the text is."""

import hashlib

import pytest

from retrieval.corpus.files import FoundFile, Reader
from retrieval.corpus.readers import ReadLimits
from retrieval.corpus.rubbish import listed, rubbish
from retrieval.errors import CorpusError

TRADITIONAL = "薊州區有鄉村精品民宿271家，文化旅遊資源十分豐富。"
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
        (CHINESE * 3).encode().decode("gbk", "replace"),
        (CHINESE * 3).encode().decode("gb18030", "ignore"),
        (TRADITIONAL * 3).encode("big5").decode("gbk", "ignore"),
        (CHINESE * 3).encode("gbk").decode("big5", "ignore"),
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
        TRADITIONAL,
        "鼋鼍龃龅龆龇龈龉龊龌黜黝黟黠黢黧黥黩黪黯",
        "城南書院は清の時代に建てられました。会員は四百二十人です。",
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
