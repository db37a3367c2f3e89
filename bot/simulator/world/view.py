"""Writes chats and messages for the page and for tests: simpler than the Bot API's JSON."""

from typing import Any

from bot.simulator.findings import Call, Finding
from bot.simulator.world.state import State
from bot.simulator.world.types import Chat, ChatKind, Command, Message, User
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
    title = chat.title or state.bot.name
    languages = {user.id: user.language_code[:2] for user in members}
    person = members[0]
    return {
        "id": chat.id,
        "kind": chat.kind.value,
        "title": title,
        "members": [user_view(user) for user in members],
        "commands": {
            str(user.id): [_command_view(entry) for entry in state.menu_for(chat, user)]
            for user in members
            if not user.is_bot
        },
        "description": _description(state, languages[person.id])
        if chat.kind is ChatKind.PRIVATE
        else "",
    }


def _description(state: State, language: str) -> str:
    return state.descriptions.get(language) or state.descriptions.get("", "")


def _command_view(command: Command) -> dict[str, str]:
    return {"name": command.name, "description": command.description}


def message_view(state: State, message: Message) -> dict[str, Any]:
    """Return a message as the page shows it."""
    return {
        "id": message.id,
        "chat_id": message.chat_id,
        "from": user_view(state.users[message.sender]),
        "date": message.date,
        "edited": message.edited is not None,
        "text": message.body.text,
        "entities": entities_json(state, message.body.entities),
        "buttons": [[dict(button.fields) for button in row] for row in message.keyboard],
        "reply_to": _reply_view(state, message),
        "document": _document_view(message),
        "joined": [state.users[user].name for user in message.joined],
    }


def _reply_view(state: State, message: Message) -> dict[str, Any] | None:
    target = state.message(message.chat_id, message.reply_to)
    if target is None:
        return None
    text = message.quote.body.text if message.quote is not None else target.body.text
    if not text and target.document is not None:
        text = target.document.name
    sender = state.users[target.sender]
    return {
        "id": target.id,
        "from": user_view(sender),
        "text": text[:_LONGEST_PREVIEW],
        "is_quote": message.quote is not None,
    }


def _document_view(message: Message) -> dict[str, Any] | None:
    if message.document is None:
        return None
    return {"name": message.document.name, "size": message.document.size}


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
