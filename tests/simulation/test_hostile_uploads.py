"""Documents that an owner sends and that are made to do harm: read in a process of their own.

The index is built as the bot builds it, by ``chuchu index`` in a process of its own, with the
limits that it has, only tighter.
"""

import asyncio
import io
import random
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.library import Collection, Library
from bot.simulator.client import Message
from bot.texts import texts
from bot.watch import build_apart
from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from tests.conftest import settings_for
from tests.simulation.conftest import Scene

SAID = texts("zh")
QUESTION = "栖霞山以什么闻名？"


def zip_bomb() -> bytes:
    """Two gigabytes of zeros in two megabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            with archive.open(f"{number}.txt", "w") as file:
                for _ in range(100):
                    file.write(b"0" * 1_000_000)
    return packed.getvalue()


def endless_pdf(levels: int = 9, each: int = 10) -> bytes:
    """A page whose form draws ten forms that draw ten forms ...: hours for any reader."""

    def stream(head: bytes, body: bytes) -> bytes:
        return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(body), body)

    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page + b"/Resources<</XObject<</X 5 0 R>>>>>>",
        stream(b"", b"/X Do"),
        *(stream(form % (6 + level), b"/X Do " * each) for level in range(levels)),
        stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"0 0 1 1 re f"),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def junk() -> bytes:
    """Twenty megabytes of noise."""
    return random.Random(1).randbytes(19_900_000)  # noqa: S311 - must be repeatable


def text(name: str = "莫愁湖") -> bytes:
    """An honest document."""
    return f"# {name}\n\n{name}在水西门外，湖畔有胜棋楼。\n".encode()


HARMFUL = {
    "a zip bomb": ("年报.zip", zip_bomb),
    "a zip bomb as a document": ("年报.docx", zip_bomb),
    "a PDF that hangs": ("年报.pdf", endless_pdf),
    "20 MB of junk as a PDF": ("年报.pdf", junk),
    "20 MB of junk as an archive": ("年报.zip", junk),
    "a program named as a document": ("年报.docx", lambda: b"MZ" + bytes(5000)),
    "a suffix that nobody reads": ("年报.exe", lambda: b"MZ" + bytes(5000)),
}
HONEST = {
    "a path that leads out": ("../../../etc/莫愁湖.md", "莫愁湖.md"),
    "a Windows path": ("C:\\Windows\\莫愁湖.md", "莫愁湖.md"),
    "text from right to left": ("莫愁湖\u202edm.exe.md", "莫愁湖_dm.exe.md"),
    "an emoji": ("🏞️莫愁湖🏯.md", "莫愁湖.md"),
    "a newline and a null": ("莫愁\n湖\0.md", "莫愁_湖.md"),
    "300 characters": ("湖" * 300 + ".md", "湖" * 66 + ".md"),
}


@pytest.fixture
def folder(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of documents whose index is built by the command, within tight limits."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "b.md").write_text("# 栖霞山\n\n栖霞山在南京东北，以红叶闻名。\n", "utf-8")
    monkeypatch.setenv("CHUCHU_CORPUS__FOLDER", str(folder))
    monkeypatch.setenv("CHUCHU_CORPUS__FILE_SECONDS", "4")
    monkeypatch.setenv("CHUCHU_CORPUS__FILE_MB", "50")
    monkeypatch.setenv("CHUCHU_INDEX__FOLDER", str(tmp_path / "index"))
    asyncio.run(build_apart(None))
    yield folder
    # Nothing may be left outside, nor half written.
    assert {path.name for path in tmp_path.iterdir()} <= {"docs", "index", "journal"}
    assert not list(folder.rglob("*.part"))


async def send(scene: Scene, folder: Path, embedder: Embedder, name: str, content: bytes) -> str:
    """Send a document as an owner; what the bot says of it, which goes on to answer."""
    owner = await scene.person()
    settings = settings_for(folder, folder.parent / "index")
    library = Library({"": Collection(folder, lambda: Answerer(settings, embedder))}, threads=2)
    file = await scene.stage.upload(name, content)
    async with scene.bot(
        library=library,
        corpus=folder,
        rebuild=partial(build_apart, None),
        owners=[owner.id],
        folder=folder.parent / "journal",
    ):
        sent = await scene.say(owner, "", file_id=file)
        other = await scene.person()
        # Others are answered meanwhile.
        assert "红叶" in (await scene.ask(other, QUESTION)).text
        said = await last_word(scene, owner.id, sent)
        assert "红叶" in (await scene.ask(owner, QUESTION)).text
    return said.text


async def last_word(scene: Scene, chat_id: int, sent: int) -> Message:
    """What the bot says in the end, after it said that it is reading."""
    said = await scene.people.wait_for_message(chat_id, sent, timeout=20)
    if said.text.startswith(SAID.upload_working.partition("{")[0]):
        said = await scene.people.wait_for_message(chat_id, said.id, timeout=60)
    return said


@pytest.mark.parametrize("harm", HARMFUL)
async def test_31_what_is_made_to_do_harm_is_refused_in_the_chat_and_never_indexed(
    scene: Scene, folder: Path, embedder: Embedder, harm: str
) -> None:
    name, content = HARMFUL[harm]
    said = await send(scene, folder, embedder, name, content())
    refusals = (SAID.upload_unknown.partition("{")[0], SAID.upload_failed.partition("{")[0])
    assert said.startswith(refusals), said
    assert files(folder) == ["b.md"]


@pytest.mark.parametrize("harm", HONEST)
async def test_31_a_name_leads_nowhere_and_shows_what_it_is(
    scene: Scene, folder: Path, embedder: Embedder, harm: str
) -> None:
    name, safe = HONEST[harm]
    said = await send(scene, folder, embedder, name, text())
    assert said.startswith(SAID.upload_done.partition("{")[0])
    assert files(folder / "uploads") == [safe]


async def test_31_a_document_with_a_wrong_suffix_is_read_as_what_it_is(
    scene: Scene, folder: Path, embedder: Embedder
) -> None:
    page = "<html><body><h1>莫愁湖</h1><p>湖畔有胜棋楼。</p></body></html>".encode()
    said = await send(scene, folder, embedder, "莫愁湖.pdf", page)
    assert said.startswith(SAID.upload_done.partition("{")[0])


def files(folder: Path) -> list[str]:
    """The names of the files in a folder and below."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
