"""Requests and replies agree with the machine-readable description of the Bot API."""

import json
from typing import Any

import aiohttp
import pytest

from bot.simulator.client import Chat, SimulatorClient
from bot.simulator.process import RunningSimulator
from bot.simulator.server.methods import method_names
from bot.simulator.server.signatures import method_parameters
from tests.bot.simulator.api_schema import FILE, Schema

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the description is not at hand")

# What the description (10.1) knows and python-telegram-bot (10.0) does not yet.
NEWER = {("editMessageText", "rich_message"), ("editMessageText", "text")}
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "more", "callback_data": "m"}, {"text": "copy", "copy_text": {"text": "x"}}]
    ]
}
ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "t",
    "input_message_content": {"message_text": "<b>x</b>", "parse_mode": "HTML"},
    "reply_markup": KEYBOARD,
}


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The description."""
    return Schema()


@pytest.mark.parametrize("method", method_names())
def test_parameters_are_those_of_the_description(schema: Schema, method: str) -> None:
    described = schema.parameters(method)
    ours = {p.name: p.is_required for p in method_parameters(method).values()}
    differing = {
        name for name in described.keys() | ours.keys() if described.get(name) != ours.get(name)
    }
    assert differing == {name for m, name in NEWER if m == method}


class Caller:
    """Calls the Bot API and checks what goes there and what comes back."""

    def __init__(self, simulator: RunningSimulator, schema: Schema) -> None:
        self._url = f"{simulator.api}/bot{simulator.token}"
        self._schema = schema
        self.called: set[str] = set()

    async def __call__(self, method: str, **parameters: Any) -> Any:
        """Call a method and return its result."""
        self.called.add(method)
        assert self._schema.complaints_about_call(method, parameters) == []
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self._url}/{method}", json=parameters) as response,
        ):
            answer = await response.json()
        assert answer.get("ok"), (method, answer)
        assert self._schema.complaints_about_reply(method, answer["result"]) == []
        return answer["result"]

    async def upload(self, method: str, name: str, **parameters: Any) -> Any:
        """Call a method with a file."""
        self.called.add(method)
        form = aiohttp.FormData()
        form.add_field(name, b"content", filename="法.md", content_type="text/markdown")
        for key, value in parameters.items():
            form.add_field(key, value if isinstance(value, str) else json.dumps(value))
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self._url}/{method}", data=form) as response,
        ):
            answer = await response.json()
        assert answer.get("ok"), (method, answer)
        assert self._schema.complaints_about_reply(method, answer["result"]) == []
        return answer["result"]


async def test_every_method_replies_as_described(
    simulator: RunningSimulator, people: SimulatorClient, private: Chat, schema: Schema
) -> None:
    call = Caller(simulator, schema)
    chat, person = private.id, private.people[0].id
    group, other, forum = await _scene(people, person)
    await _about_the_bot(call, chat, person)
    await _about_messages(call, people, chat, person)
    await _about_files(call, chat)
    await _about_chats(call, group, forum)
    await _about_queries(call, people, group, other, person)
    await call("getUpdates", timeout=0)
    await call("setWebhook", url="http://127.0.0.1:1/x", allowed_updates=[])
    await call("getWebhookInfo")
    await call("deleteWebhook", drop_pending_updates=True)
    await call("leaveChat", chat_id=group)
    await call("logOut")
    await call("close")
    assert set(method_names()) - call.called == set()


async def _scene(people: SimulatorClient, person: int) -> tuple[int, int, int]:
    group = await people.stage.add_group("G", [person])
    other = await people.stage.add_group("O", [person], with_bot=False)
    forum = await people.stage.add_group("F", [person], is_forum=True)
    for each in (group, forum):
        await people.stage.set_member(each.id, "administrator")
    return group.id, other.id, forum.id


async def _about_the_bot(call: Caller, chat: int, person: int) -> None:
    await call("getMe")
    for name, field in (
        ("Name", "name"),
        ("Description", "description"),
        ("ShortDescription", "short_description"),
    ):
        await call(f"setMy{name}", **{field: "x", "language_code": "zh"})
        await call(f"getMy{name}", language_code="zh")
    scopes: list[dict[str, Any]] = [
        {"type": "default"},
        {"type": "all_private_chats"},
        {"type": "all_group_chats"},
        {"type": "all_chat_administrators"},
        {"type": "chat", "chat_id": chat},
        {"type": "chat_administrators", "chat_id": chat},
        {"type": "chat_member", "chat_id": chat, "user_id": person},
    ]
    for scope in scopes:
        await call("setMyCommands", commands=[{"command": "a", "description": "b"}], scope=scope)
        await call("getMyCommands", scope=scope)
        await call("deleteMyCommands", scope=scope)


async def _about_messages(call: Caller, people: SimulatorClient, chat: int, person: int) -> None:
    asked = await people.send(chat, person, "one @ChuchuBot https://a.com two")
    reply = {"message_id": asked, "quote": "one", "allow_sending_without_reply": True}
    text = '<b>a</b><a href="http://a.b">b</a><pre><code class="language-x">c</code></pre>'
    text += '<tg-time unix="5" format="d">d</tg-time><blockquote expandable>e</blockquote>'
    text += f'<a href="tg://user?id={person}">f</a><tg-emoji emoji-id="5">g</tg-emoji>'
    sent = await call(
        "sendMessage",
        chat_id=chat,
        text=text,
        parse_mode="HTML",
        reply_parameters=reply,
        reply_markup=KEYBOARD,
        link_preview_options={"is_disabled": True},
        protect_content=True,
    )
    number = sent["message_id"]
    place = {"chat_id": chat, "message_id": number}
    await call("editMessageText", **place, text="x", reply_markup=KEYBOARD)
    await call("editMessageReplyMarkup", **place)
    await call("sendChatAction", chat_id=chat, action="typing")
    source = {"chat_id": chat, "from_chat_id": chat, "message_id": asked}
    forwarded = await call("forwardMessage", **source)
    copied = await call("copyMessage", **source)
    await call("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}])
    await call("deleteMessage", **place)
    numbers = [forwarded["message_id"], copied["message_id"]]
    await call("deleteMessages", chat_id=chat, message_ids=numbers)


async def _about_files(call: Caller, chat: int) -> None:
    sent = await call.upload("sendDocument", "document", chat_id=str(chat), caption="x")
    await call("editMessageCaption", chat_id=chat, message_id=sent["message_id"], caption="y")
    await call("getFile", file_id=sent["document"]["file_id"])
    await call.upload("sendPhoto", "photo", chat_id=str(chat))


async def _about_chats(call: Caller, group: int, forum: int) -> None:
    me = (await call("getMe"))["id"]
    for chat in (group, forum):
        await call("getChat", chat_id=chat)
        await call("getChatMember", chat_id=chat, user_id=me)
        await call("getChatAdministrators", chat_id=chat, return_bots=True)
        await call("getChatMemberCount", chat_id=chat)
    topic = await call("createForumTopic", chat_id=forum, name="x")
    place = {"chat_id": forum, "message_thread_id": topic["message_thread_id"]}
    await call("sendMessage", **place, text="x")
    for name in ("close", "reopen", "delete"):
        await call(f"{name}ForumTopic", **place)


async def _about_queries(
    call: Caller, people: SimulatorClient, group: int, other: int, person: int
) -> None:
    sent = await call("sendMessage", chat_id=group, text="x", reply_markup=KEYBOARD)
    press = await people.press(group, person, sent["message_id"], "m")
    await call("answerCallbackQuery", callback_query_id=press, text="x", show_alert=True)
    number, _ = await people.type_inline(group, person, "x")
    button = {"text": "x", "start_parameter": "x"}
    await call("answerInlineQuery", inline_query_id=number, results=[ARTICLE], button=button)
    await people.choose(number, "1")
    await call("getUpdates", offset=-1, allowed_updates=["guest_message"])
    await people.send(other, person, "@ChuchuBot x")
    (update,) = await call("getUpdates", offset=-1)
    query = update["guest_message"]["guest_query_id"]
    answered = await call("answerGuestQuery", guest_query_id=query, result=ARTICLE)
    await call("editMessageText", inline_message_id=answered["inline_message_id"], text="y")
    await call("setWebhook", url="", allowed_updates=[])


async def test_every_kind_of_update_is_as_described(
    simulator: RunningSimulator, people: SimulatorClient, private: Chat, schema: Schema
) -> None:
    call = Caller(simulator, schema)
    kinds = [field["name"] for field in schema.types["Update"]["fields"]][1:]
    await call("getUpdates", offset=-1, timeout=0, allowed_updates=kinds)
    await people.stage.drop_updates()
    await _much_happens(people, private)
    updates = await call("getUpdates")
    assert {key for update in updates for key in update} - {"update_id"} == {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "my_chat_member",
        "chat_member",
        "callback_query",
        "inline_query",
        "guest_message",
    }
    await call("getUpdates", offset=-1, timeout=0, allowed_updates=[])


async def _much_happens(people: SimulatorClient, private: Chat) -> None:
    person = private.people[0].id
    stage = people.stage
    friend = await stage.add_person("Mei", language_code="zh-hans")
    file_id = await stage.upload("a.pdf", b"%PDF", "application/pdf")
    asked = await people.send(private.id, person, "@ChuchuBot /ask #a $USD a@b.cc", quote="x")
    await people.send(private.id, person, "caption", reply_to=asked, quote="/ask", file_id=file_id)
    await people.edit(private.id, person, asked, "changed")
    await people.press(private.id, person, asked, "m")
    await people.press(private.id, person, 9999, "gone")
    small = await stage.add_group("Small", [person], kind="group")
    group = await stage.migrate(small.id)
    for status in ("restricted", "kicked", "left", "administrator"):
        await stage.set_member(group.id, status)
    for status in ("member", "restricted", "administrator", "kicked"):
        await stage.set_member(group.id, status, user_id=friend.id)
    channel = await stage.add_group("News", [person], kind="channel", linked=group.id)
    await stage.set_member(channel.id, "administrator")
    post = await people.send(channel.id, person, "post")
    await people.edit(channel.id, person, post, "edited post")
    await stage.set_member(group.id, "creator", user_id=person, is_anonymous=True)
    await people.send(group.id, person, "anonymous")
    await people.send(group.id, person, "as channel", channel=channel.id)
    forum = await stage.add_group("Forum", [person], is_forum=True)
    topic = await stage.open_topic(forum.id, person, "t")
    await people.send(forum.id, person, "@ChuchuBot x", thread=topic)
    await stage.close_topic(forum.id, topic)
    await stage.close_topic(forum.id, topic, is_closed=False)
    for message in await people.messages(private.id, asked - 1):
        await people.forward(private.id, person, message)
    await people.type_inline(private.id, person, "")
    other = await stage.add_group("Other", [person], with_bot=False)
    await people.send(other.id, person, "@ChuchuBot x")
