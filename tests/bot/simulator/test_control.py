"""The control interface: acting as people, and keeping other web pages out."""

import asyncio
import json

import aiohttp
import pytest

from bot.simulator.client import Chat, SimulatorClient, SimulatorError
from bot.simulator.process import RunningSimulator


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "{own}"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:{port}"}, 403),
        ({"Host": "localhost:{port}"}, 200),
        ({"Host": "localhost:1"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["", "sim/chats", "page/main.js"])
async def test_only_own_pages_may_ask(
    simulator: RunningSimulator, headers: dict[str, str], status: int, path: str
) -> None:
    port = simulator.api.rpartition(":")[2]
    filled = {
        n: v.replace("{port}", port).replace("{own}", simulator.api) for n, v in headers.items()
    }
    async with (
        aiohttp.ClientSession() as session,
        session.get(simulator.page + path, headers=filled) as response,
    ):
        assert response.status == status
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]


async def test_a_form_of_another_page_cannot_speak(
    simulator: RunningSimulator, private: Chat
) -> None:
    url = f"{simulator.api}/sim/chats/{private.id}/messages"
    body = json.dumps({"from": private.people[0].id, "text": "x"})
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as response:
        assert response.status == 400


async def test_wrong_requests_are_refused_with_a_reason(
    people: SimulatorClient, private: Chat
) -> None:
    person = private.people[0].id
    with pytest.raises(SimulatorError, match="chat not found"):
        await people.send(1, person, "x")
    with pytest.raises(SimulatorError, match="text must be non-empty"):
        await people.send(private.id, person, " ")
    with pytest.raises(SimulatorError, match="not a person in this chat"):
        await people.send(private.id, 1, "x")
    with pytest.raises(SimulatorError, match="message to be replied not found"):
        await people.send(private.id, person, "x", reply_to=9999)
    with pytest.raises(SimulatorError, match="cannot go back"):
        await people.advance_clock(-1)


async def test_messages_are_told_as_they_happen(
    simulator: RunningSimulator, people: SimulatorClient, private: Chat
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{simulator.api}/sim/events") as stream,
    ):
        assert (await stream.content.readline()).startswith(b"retry:")
        await stream.content.readline()
        message_id = await people.send(private.id, private.people[0].id, "你好")
        async with asyncio.timeout(5):
            assert await stream.content.readline() == b"event: message\n"
            told = json.loads((await stream.content.readline()).removeprefix(b"data: "))
    assert (told["message"]["id"], told["message"]["text"]) == (message_id, "你好")


async def test_a_deleted_message_is_gone(people: SimulatorClient, private: Chat) -> None:
    person = private.people[0].id
    message_id = await people.send(private.id, person, "x")
    await people.delete(private.id, person, message_id)
    assert await people.messages(private.id, message_id - 1) == ()


async def test_waiting_in_vain_ends_with_an_error(people: SimulatorClient, private: Chat) -> None:
    with pytest.raises(TimeoutError, match="no message in chat"):
        await people.wait_for_message(private.id, 9999, timeout=0.05)


async def test_the_dates_of_messages_follow_the_clock(
    people: SimulatorClient, private: Chat
) -> None:
    await people.advance_clock(3600)
    message_id = await people.send(private.id, private.people[0].id, "an hour later")
    (message,) = await people.messages(private.id, message_id - 1)
    assert message.text == "an hour later"
