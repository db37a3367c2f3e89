"""Sets the scene: people, chats, topics, time, files, updates, faults."""

import base64
from dataclasses import replace

from aiohttp import web

from bot.simulator.events import EventKind
from bot.simulator.faults.plan import Chance, Fault, FaultKind
from bot.simulator.server.control.bodies import (
    Action,
    Body,
    ChatAction,
    on_chat,
    on_world,
    optional_int,
)
from bot.simulator.world.flood import NO_LIMITS, FloodLimits
from bot.simulator.world.places import group_of
from bot.simulator.world.types import MEMBER, Chat, ChatKind, Membership, Status, User
from bot.simulator.world.updates import MESSAGE_LIFETIME
from bot.simulator.world.view import chat_view, faults_view, user_view
from bot.simulator.world.world import World


def add_routes(app: web.Application, world: World) -> None:
    """Register the paths that set the scene."""
    actions: dict[str, Action] = {
        "people": _add_person,
        "people/change": _change_person,
        "groups": _add_group,
        "files": _add_file,
        "bot": _change_bot,
        "limits": _set_limits,
        "updates": _change_updates,
        "clock": _move_clock,
        "faults": _add_fault,
        "faults/remove": _remove_faults,
        "faults/chance": _set_chance,
    }
    for name, action in actions.items():
        app.router.add_post(f"/sim/{name}", on_world(world, action))
    in_chat: dict[str, ChatAction] = {
        "members": _set_member,
        "change": _change_chat,
        "migrate": _migrate,
        "topics": _change_topic,
    }
    for name, chat_action in in_chat.items():
        app.router.add_post(f"/sim/chats/{{id}}/{name}", on_chat(world, chat_action))


# -- people and chats --------------------------------------------------------------------------


def _add_person(world: World, body: Body) -> Body:
    user = User(
        int(body.get("id", 0)),
        str(body["first_name"]),
        str(body.get("last_name", "")),
        str(body.get("username", "")),
        str(body.get("language_code", "")),
        is_bot=bool(body.get("is_bot", False)),
    )
    return {"user": user_view(world.places.add_person(user)[0])}


def _change_person(world: World, body: Body) -> Body:
    user = world.state.user(int(body["id"]))
    world.state.add_user(replace(user, is_deactivated=bool(body["is_deactivated"])))
    return {}


def _add_group(world: World, body: Body) -> Body:
    members = {int(user): MEMBER for user in body["members"]}
    if body.get("with_bot", True):
        members[world.state.bot.id] = MEMBER
    chat = group_of(ChatKind(body.get("kind", "supergroup")), str(body["title"]), members)
    chat = replace(
        chat,
        is_forum=bool(body.get("is_forum", False)),
        username=str(body.get("username", "")),
        linked=optional_int(body, "linked"),
    )
    return {"chat": chat_view(world.state, world.places.add_chat(chat))}


def _set_member(world: World, chat: Chat, body: Body) -> Body:
    user_id = int(body["user"]) if "user" in body else world.state.bot.id
    is_anonymous = bool(body.get("is_anonymous", False))
    membership = Membership(Status(body["status"]), is_anonymous)
    by = int(body.get("by", chat.members[0]))
    return {"chat": chat_view(world.state, world.places.set_member(chat, user_id, membership, by))}


def _change_chat(world: World, chat: Chat, body: Body) -> Body:
    changed = replace(
        chat,
        title=str(body.get("title", chat.title)),
        is_read_only=bool(body.get("is_read_only", chat.is_read_only)),
        slow_mode=int(body.get("slow_mode", chat.slow_mode)),
        is_deleted=bool(body.get("is_deleted", chat.is_deleted)),
    )
    return {"chat": chat_view(world.state, world.places.change_chat(changed))}


def _migrate(world: World, chat: Chat, _: Body) -> Body:
    return {"chat": chat_view(world.state, world.places.migrate(chat))}


def _change_topic(world: World, chat: Chat, body: Body) -> Body:
    user_id = int(body.get("from", chat.members[0]))
    if "name" in body:
        topic = world.places.open_topic(chat, user_id, str(body["name"]))
        return {"topic_id": topic.id}
    topic_id = int(body["topic_id"])
    if body.get("is_deleted"):
        world.places.delete_topic(chat, topic_id)
    else:
        is_closed = bool(body["is_closed"])
        world.places.set_topic(chat, user_id, topic_id, is_closed=is_closed)
    return {"topic_id": topic_id}


def _add_file(world: World, body: Body) -> Body:
    content = base64.b64decode(str(body["content"]), validate=True)
    name, mime_type = str(body["name"]), str(body.get("mime_type", "application/octet-stream"))
    document = world.state.store_file(name, mime_type, content, int(body.get("size", 0)))
    return {"file_id": document.file_id}


# -- the bot and what reaches it ---------------------------------------------------------------


def _change_bot(world: World, body: Body) -> Body:
    abilities = world.state.abilities
    named = {name: bool(value) for name, value in body.items() if hasattr(abilities, name)}
    unknown = sorted(body.keys() - named.keys())
    if unknown:
        raise ValueError(f"a bot has no ability {unknown[0]!r}")
    world.state.abilities = replace(abilities, **named)
    return {}


def _set_limits(world: World, body: Body) -> Body:
    world.flood.set_limits(FloodLimits() if body["are_enforced"] else NO_LIMITS)
    return {}


def _change_updates(world: World, body: Body) -> Body:
    updates = world.updates
    match str(body["action"]):
        case "raw":
            kind, content = str(body["kind"]), dict(body["content"])
            return {"update_id": updates.force(kind, content, MESSAGE_LIFETIME)}
        case "repeat":
            return {"repeated": updates.repeat(int(body.get("count", 1)))}
        case "shuffle":
            updates.shuffle(int(body.get("seed", 0)))
        case "skip":
            updates.skip(int(body["count"]))
        case "restart":
            updates.restart(int(body["update_id"]))
        case "drop":
            updates.drop_all()
        case other:
            raise ValueError(f"unknown action {other!r}")
    return {}


def _move_clock(world: World, body: Body) -> Body:
    world.clock.advance(float(body["advance"]))
    return {"now": world.clock.seconds()}


# -- faults ------------------------------------------------------------------------------------


def _add_fault(world: World, body: Body) -> Body:
    fault = Fault(
        FaultKind(body["kind"]),
        frozenset(str(name) for name in body.get("methods", ())),
        optional_int(body, "chat_id"),
        int(body.get("skip", 0)),
        int(body.get("times", 1)),
        bool(body.get("after", False)),
        float(body.get("seconds", 1.0)),
        str(body.get("description", "")),
    )
    number = world.faults.add(fault)
    _tell_page(world)
    return {"number": number}


def _remove_faults(world: World, body: Body) -> Body:
    if "number" in body:
        world.faults.remove(int(body["number"]))
    else:
        world.faults.clear()
    _tell_page(world)
    return {}


def _set_chance(world: World, body: Body) -> Body:
    names = frozenset(str(name).lower() for name in body.get("methods", ()))
    chance = Chance(int(body["seed"]), float(body["rate"]), methods=names)
    if "kinds" in body:
        chance.kinds = tuple(FaultKind(kind) for kind in body["kinds"])
    world.faults.chance = chance
    _tell_page(world)
    return {}


def _tell_page(world: World) -> None:
    world.events.tell(EventKind.FAULTS, faults_view(world.faults))
