"""Lets people act: write, edit, delete, forward, press, type after the bot's name."""

from aiohttp import web

from bot.simulator.server.control.bodies import Body, ChatAction, on_chat, on_world, optional_int
from bot.simulator.world.inline import answer_view
from bot.simulator.world.types import Chat, Document, Speech
from bot.simulator.world.world import World


def add_routes(app: web.Application, world: World) -> None:
    """Register the paths that act."""
    actions: dict[str, ChatAction] = {
        "messages": _post,
        "burst": _burst,
        "edit": _edit,
        "delete": _delete,
        "forward": _forward,
        "press": _press,
        "inline": _type,
    }
    for name, action in actions.items():
        app.router.add_post(f"/sim/chats/{{id}}/{name}", on_chat(world, action))
    app.router.add_post("/sim/choose", on_world(world, _choose))


def _post(world: World, chat: Chat, body: Body) -> Body:
    message = world.people.post(chat, int(body["from"]), _speech(world, body))
    world.inline.call_as_guest(message)
    return {"message_id": message.id}


def _burst(world: World, chat: Chat, body: Body) -> Body:
    """Say the same many times at once, numbered where the text has a place for it."""
    last = 0
    for number in range(int(body["count"])):
        text = str(body["text"]).replace("{n}", str(number))
        last = world.people.post(chat, int(body["from"]), Speech(text)).id
    return {"message_id": last}


def _edit(world: World, chat: Chat, body: Body) -> Body:
    text = body.get("text")
    message = world.people.rewrite(
        chat, int(body["from"]), int(body["message_id"]), None if text is None else str(text)
    )
    return {"message_id": message.id}


def _delete(world: World, chat: Chat, body: Body) -> Body:
    world.people.withdraw(chat, int(body["from"]), int(body["message_id"]))
    return {}


def _forward(world: World, chat: Chat, body: Body) -> Body:
    source = world.state.message(int(body["from_chat"]), int(body["message_id"]))
    if source is None:
        raise ValueError("message to forward not found")
    message = world.people.forward(chat, int(body["from"]), source, optional_int(body, "thread"))
    return {"message_id": message.id}


def _press(world: World, chat: Chat, body: Body) -> Body:
    press = world.people.press(chat, int(body["from"]), int(body["message_id"]), str(body["data"]))
    return {"press_id": press.id}


def _type(world: World, chat: Chat, body: Body) -> Body:
    query, answer = world.inline.ask(
        chat, int(body["from"]), str(body["query"]), str(body.get("offset", ""))
    )
    return {"query_id": query.id, "answer": answer_view(answer) if answer is not None else None}


def _choose(world: World, body: Body) -> Body:
    message = world.inline.choose(str(body["query_id"]), str(body["result_id"]))
    return {"message_id": message.id, "chat_id": message.chat_id}


def _speech(world: World, body: Body) -> Speech:
    return Speech(
        str(body.get("text", "")),
        reply_to=optional_int(body, "reply_to"),
        thread=optional_int(body, "thread"),
        channel=optional_int(body, "channel"),
        quote=str(body.get("quote", "")),
        document=_document(world, body.get("file_id")),
        origin=body.get("origin"),
        extra=body.get("extra") or {},
        date=optional_int(body, "date"),
        via=optional_int(body, "via"),
        mentions=tuple((int(o), int(n), int(user)) for o, n, user in body.get("mentions") or ()),
    )


def _document(world: World, file_id: object) -> Document | None:
    if file_id is None:
        return None
    stored = world.state.files.get(str(file_id))
    if stored is None:
        raise ValueError("file not found; upload it first to /sim/files")
    return stored.document
