"""The playground over HTTP: its own page alone, one clear line for what is wrong."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from retrieval.errors import RetrievalError
from retrieval.evaluation.playground.looking import Bench
from retrieval.evaluation.playground.server import Playground
from retrieval.evaluation.subject import Subject

QUESTION = "乡村精品民宿有多少家？"


@pytest.fixture
async def address(subject: Subject, tmp_path: Path) -> AsyncIterator[str]:
    playground = Playground(Bench(subject, tmp_path / "labels.jsonl"))
    yield await playground.start(0)
    await playground.stop()


@pytest.fixture
async def client(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(address) as session:
        yield session


async def test_it_listens_on_this_machine_alone(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/look/look.css", "/look/h.js"])
async def test_the_page_and_its_parts_are_served_and_run_no_other_code(
    client: aiohttp.ClientSession, path: str
) -> None:
    async with client.get(path) as response:
        assert response.status == 200
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]


async def test_a_question_is_answered_by_weights_of_the_request(
    client: aiohttp.ClientSession,
) -> None:
    async with client.post("/api/look", json={"question": QUESTION}) as response:
        look = await response.json()
    assert look["answered"] is True
    start, end = look["passages"][0]["marked"]
    assert "271家" in look["passages"][0]["text"][start:end]
    changes = {"threshold": 0.5, "confidence": {"coverage": 0}, "intercept": -9}
    async with client.post("/api/look", json={"question": QUESTION, **changes}) as response:
        assert (await response.json())["answered"] is False


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/api/look", {}, "question is not a text"),
        ("/api/look", [], "not a JSON object"),
        ("/api/look", {"question": "x", "weights": {"nonsense": 1}}, "not weights"),
        ("/api/look", {"question": "x", "weights": [1]}, "not weights"),
        ("/api/look", {"question": "x", "threshold": "high"}, "not weights"),
        ("/api/label", {"question": "x", "source": "a", "quote": "b"}, "does not stand"),
        ("/api/label", {"question": "x", "source": "a"}, "quote is not a text"),
        ("/api/unlabel", {"question": "x", "source": "a", "quote": "b"}, "cannot be read"),
    ],
)
async def test_what_is_wrong_is_said(
    client: aiohttp.ClientSession, path: str, body: object, message: str
) -> None:
    async with client.post(path, json=body) as response:
        assert response.status == 400
        assert message in (await response.json())["error"]


async def test_weights_beyond_all_measure_are_silence(client: aiohttp.ClientSession) -> None:
    body = {"question": QUESTION, "intercept": -1e9}
    async with client.post("/api/look", json=body) as response:
        assert (await response.json())["answered"] is False


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
async def test_other_pages_may_not_ask(
    client: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with client.post("/api/label", json={"question": "x"}, headers=headers) as response:
        assert response.status == 403


async def test_a_form_may_not_write(client: aiohttp.ClientSession) -> None:
    async with client.post("/api/label", data='{"question": "x"}') as response:
        assert response.status == 415


async def test_a_port_in_use_is_said(address: str, subject: Subject, tmp_path: Path) -> None:
    port = int(address.rstrip("/").rsplit(":", 1)[1])
    with pytest.raises(RetrievalError, match=f"port {port} .*; choose another with --port"):
        await Playground(Bench(subject, tmp_path / "l")).start(port)
