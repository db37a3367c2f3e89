"""Pushes updates to the bot's webhook: in order within a chat, again and again until taken."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from bot.simulator.world.updates import Update
from bot.simulator.world.webhook import Target
from bot.simulator.world.world import World

Answer = Callable[[dict[str, Any]], Awaitable[None]]

_PATIENCE = 20.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_IDLE = 3600.0


class WebhookSender:
    """Runs beside the server; idle while there is no webhook.

    Args:
        world: Where updates come from.
        answer: Takes a Bot API call that the bot gives as its answer.
    """

    def __init__(self, world: World, answer: Answer) -> None:
        self._world = world
        self._answer = answer
        self._queues: dict[int, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            async with aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_PATIENCE)
            ) as session:
                while True:
                    await self._serve(session)
        finally:
            for task in self._tasks:
                task.cancel()

    async def _serve(self, session: aiohttp.ClientSession) -> None:
        webhook = self._world.webhook
        webhook.changed.clear()
        target = webhook.target
        if target is None:
            await webhook.changed.wait()
            return
        free = asyncio.Semaphore(target.connections)
        changed = asyncio.ensure_future(webhook.changed.wait())
        try:
            while webhook.target is target:
                taking = asyncio.ensure_future(self._world.updates.take(_IDLE))
                await asyncio.wait({taking, changed}, return_when=asyncio.FIRST_COMPLETED)
                if not taking.done():
                    taking.cancel()
                    break
                if webhook.target is not target:
                    self._world.updates.put_back(taking.result())
                    break
                for update in taking.result():
                    self._queue(session, target, free, update)
        finally:
            changed.cancel()

    def _queue(
        self,
        session: aiohttp.ClientSession,
        target: Target,
        free: asyncio.Semaphore,
        update: Update,
    ) -> None:
        chat = _chat_of(update)
        if chat in self._queues:
            self._queues[chat].append(update)
            return
        self._queues[chat] = deque([update])
        task = asyncio.create_task(self._send_all(session, target, free, chat))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_all(
        self,
        session: aiohttp.ClientSession,
        target: Target,
        free: asyncio.Semaphore,
        chat: int,
    ) -> None:
        queue = self._queues[chat]
        pause = _FIRST_PAUSE
        try:
            while queue and self._world.webhook.target is target:
                async with free:
                    is_taken = await self._send(session, target, queue[0])
                if is_taken or queue[0].expires <= self._world.clock.now():
                    self._world.updates.confirm(queue.popleft())
                    pause = _FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            del self._queues[chat]
            # What the webhook did not take waits for the next one, or for a poller.
            self._world.updates.put_back(queue)

    async def _send(self, session: aiohttp.ClientSession, target: Target, update: Update) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": target.secret} if target.secret else {}
        self._world.updates.deliver([update])
        try:
            async with session.post(target.url, json=update.to_json(), headers=headers) as response:
                if not response.ok:
                    self._complain(f"Wrong response from the webhook: {response.status}")
                    return False
                if response.content_type == "application/json":
                    call = await response.json()
                    if isinstance(call, dict) and "method" in call:
                        await self._answer(call)
                return True
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self._complain(str(error) or type(error).__name__)
            return False

    def _complain(self, reason: str) -> None:
        self._world.webhook.last_error = (self._world.clock.seconds(), reason)


def _chat_of(update: Update) -> int:
    content = update.content
    message = content.get("message", content)
    place = message.get("chat") or content.get("from") or {}
    return int(place.get("id", 0))
