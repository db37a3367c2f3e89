"""Writes chats and messages for the page and for tests: simpler than the Bot API's JSON."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.faults.plan import FaultPlan
from bot.simulator.findings import Call, Finding
from bot.simulator.world import seed
from bot.simulator.world.ledger import Ledger, Question
from bot.simulator.world.state import State
from bot.simulator.world.types import Chat, ChatKind, Command, Message, Topic, User
from bot.simulator.world.wire import entities_json

_LONGEST_PREVIEW = 120


def user_view(user: User) -> dict[str, Any]:
    """Return a member of a chat."""
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "is_bot": user.is_bot,
        "language": user.language_code,
    }


def chat_view(state: State, chat: Chat) -> dict[str, Any]:
    """Return a chat with its members and the command menu that each of them sees."""
    members = [state.users[user] for user in chat.members]
    return {
        "id": chat.id,
        "kind": chat.kind.value,
        "title": chat.title or state.bot.name,
        "members": [user_view(user) for user in members],
        "admins": [user.id for user in members if chat.is_admin(user.id)],
        "anonymous": [u.id for u in members if chat.membership(u.id).is_anonymous],
        "is_forum": chat.is_forum,
        "slow_mode": chat.slow_mode,
        "topics": [_topic_view(topic) for topic in state.topics[chat.id].values()],
        "linked": chat.linked,
        "migrated_to": chat.migrated_to,
        "commands": {
            str(user.id): [_command_view(entry) for entry in state.menu_for(chat, user)]
            for user in members
            if not user.is_bot
        },
        "description": _description(state, chat),
    }


def _description(state: State, chat: Chat) -> str:
    if chat.kind is not ChatKind.PRIVATE:
        return ""
    texts = state.profile.descriptions
    return texts.get(state.users[chat.id].language_code[:2]) or texts.get("", "")


def _topic_view(topic: Topic) -> dict[str, Any]:
    return {"id": topic.id, "name": topic.name, "is_closed": topic.is_closed}


def _command_view(command: Command) -> dict[str, str]:
    return {"name": command.name, "description": command.description}


def message_view(state: State, message: Message, ledger: Ledger | None = None) -> dict[str, Any]:
    """Return a message as the page shows it; the ledger knows what it answers."""
    content = message.content
    via = state.users[content.via_bot].username if content.via_bot is not None else ""
    return {
        "id": message.id,
        "chat_id": message.chat_id,
        "from": _sender_view(state, message),
        "author": message.by.author,
        "date": message.date,
        "edited": message.edited is not None,
        "text": message.body.text,
        "entities": entities_json(state, message.body.entities),
        "buttons": [[dict(button.fields) for button in row] for row in message.keyboard],
        "reply_to": _reply_view(state, message),
        "document": _document_view(message),
        "thread": message.thread,
        "via_bot": via,
        "forwarded_from": _origin_view(content.origin),
        "extra": sorted(content.extra.keys() - {"guest_bot_caller_user"}),
        "service": dict(content.service),
        "reached_bot": (message.chat_id, message.id) in state.seen,
        "answers": ledger.question_of(message) if ledger is not None else None,
    }


def _sender_view(state: State, message: Message) -> dict[str, Any]:
    """Return who a message stands under: for anonymous ones the group or the channel."""
    if message.by.chat is None or message.by.user == seed.TELEGRAM.id:
        return user_view(state.users[message.by.user or message.by.author])
    chat = state.chats[message.by.chat]
    return {
        "id": chat.id,
        "name": chat.title,
        "username": chat.username,
        "is_bot": message.by.author == state.bot.id,
        "language": "",
    }


def _origin_view(origin: Mapping[str, Any] | None) -> str:
    if origin is None:
        return ""
    named = origin.get("sender_user") or origin.get("chat") or origin.get("sender_chat") or {}
    return str(
        origin.get("sender_user_name") or named.get("title") or named.get("first_name") or "?"
    )


def _reply_view(state: State, message: Message) -> dict[str, Any] | None:
    target = state.message(message.chat_id, message.reply_to)
    if target is None:
        return None
    quote = message.content.quote
    text = quote.body.text if quote is not None else target.body.text
    if not text and target.document is not None:
        text = target.document.name
    return {
        "id": target.id,
        "from": _sender_view(state, target),
        "text": text[:_LONGEST_PREVIEW],
        "is_quote": quote is not None,
    }


def _document_view(message: Message) -> dict[str, Any] | None:
    document = message.document
    if document is None:
        return None
    return {"name": document.name, "size": document.size, "file_id": document.file_id}


def call_view(call: Call) -> dict[str, Any]:
    """Return a Bot API call for the panel of raw calls."""
    return {
        "number": call.number,
        "method": call.method,
        "parameters": call.parameters,
        "status": call.status,
        "description": call.description,
        "ms": round(call.milliseconds, 1),
        "date": call.date,
    }


def finding_view(finding: Finding) -> dict[str, Any]:
    """Return a finding of the report."""
    return {
        "method": finding.method,
        "rule": finding.rule,
        "detail": finding.detail,
        "date": finding.date,
    }


def faults_view(plan: FaultPlan) -> dict[str, Any]:
    """Return what is planned to go wrong."""
    return {
        "planned": [
            {
                "number": number,
                "kind": fault.kind.value,
                "methods": sorted(fault.methods),
                "times": fault.times,
                "after": fault.after,
                "struck": struck,
            }
            for number, (fault, struck) in plan.planned().items()
        ],
        "rate": plan.chance.rate if plan.chance is not None else 0,
        "struck": plan.struck,
    }


def question_view(question: Question) -> dict[str, Any]:
    """Return a message that addressed the bot, and how often it was answered."""
    return {
        "chat_id": question.chat_id,
        "message_id": question.message_id,
        "text": question.text[:_LONGEST_PREVIEW],
        "answers": len(question.answers),
        "seconds": question.seconds,
    }
