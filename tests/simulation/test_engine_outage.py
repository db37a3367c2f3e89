"""The engine that holds the documents goes away while people ask, and comes back."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bot.library import Collection, Library
from bot.texts import texts
from retrieval.answer import Answerer
from retrieval.embedding import Embedder
from retrieval.errors import EngineError
from retrieval.index.shelf import find_shelf
from retrieval.settings import Settings
from tests.simulation.conftest import Scene

QUESTION = "四大工程是哪四个？"
STALE = 120
WAIT = texts("zh").away_for_now.format(seconds=STALE)


@dataclass
class Remote:
    """An embedded engine as one on a server: while that is away, whoever asks is kept waiting."""

    engine: Any
    is_away: bool = False
    timeout: float = 0.2
    waited: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.engine, name)
        return self._guarded(name, found) if callable(found) else found

    def _guarded(self, name: str, work: Any) -> Any:
        import time

        def call(*arguments: Any) -> Any:
            if self.is_away:
                self.waited.append(name)
                time.sleep(self.timeout)
                raise EngineError("the server is away")
            return work(*arguments)

        return call


def remote(settings: Settings) -> Remote:
    return Remote(find_shelf(settings.index).open())


async def test_who_asks_in_an_outage_is_told_at_once_and_answered_after_it(
    scene: Scene, seed_settings: Settings, embedder: Embedder
) -> None:
    engine = remote(seed_settings)
    answerer = Answerer(seed_settings, embedder, engine=engine)
    async with scene.bot(answerer=answerer):
        person, other = await scene.person(), await scene.person("en")
        before = await scene.ask(person, QUESTION)
        engine.is_away = True
        first = await scene.ask(person, QUESTION)
        second = await scene.ask(other, QUESTION)
        assert first.text == WAIT
        assert second.text == texts("en").away_for_now.format(seconds=STALE)
        engine.is_away = False
        again = await scene.people.wait_for_edit(person.id, first, timeout=10)
        assert again.text == before.text
        await scene.people.wait_for_edit(other.id, second, timeout=10)
        assert len(await scene.said(person)) == 2
    assert (await scene.people.report()).unanswered == ()


async def test_only_the_first_in_an_outage_wait_for_the_engine(
    scene: Scene, seed_settings: Settings, embedder: Embedder
) -> None:
    engine = remote(seed_settings)
    engine.timeout = 2.0
    answerer = Answerer(seed_settings, embedder, engine=engine)
    async with scene.bot(answerer=answerer):
        people = [await scene.person() for _ in range(12)]
        await scene.ask(people[0], QUESTION)
        engine.is_away = True
        asked = [await scene.say(person, QUESTION) for person in people]
        told = [await scene.answer(p, number) for p, number in zip(people, asked, strict=True)]
        assert {message.text for message in told} == {WAIT}
        assert len(engine.waited) < 6  # two that were begun, and one that tries again
        engine.is_away = False
        async with asyncio.timeout(10):
            for person, message in zip(people, told, strict=True):
                await scene.people.wait_for_edit(person.id, message, timeout=10)


async def test_what_a_killed_bot_owes_is_answered_by_the_next(
    scene: Scene, seed_settings: Settings, embedder: Embedder
) -> None:
    engine = remote(seed_settings)
    person = await scene.person()
    async with scene.bot(answerer=Answerer(seed_settings, embedder, engine=engine)):
        await scene.ask(person, QUESTION)
        engine.is_away = True
        told = await scene.ask(person, QUESTION + "1")
    engine.is_away = False
    async with scene.bot(answerer=Answerer(seed_settings, embedder, engine=engine)):
        again = await scene.people.wait_for_edit(person.id, told, timeout=10)
    assert again.text != WAIT
    assert len(await scene.said(person)) == 2


async def test_a_bot_that_starts_in_an_outage_says_so_and_comes_up_by_itself(
    scene: Scene, seed_settings: Settings, embedder: Embedder
) -> None:
    engine = remote(seed_settings)
    engine.is_away = True

    def load() -> Answerer:
        return Answerer(seed_settings, embedder, engine=engine)

    library = Library({"": Collection(seed_settings.corpus.folder, load)}, threads=2)
    async with scene.bot(library=library):
        person = await scene.person()
        told = await scene.ask(person, QUESTION)
        assert told.text == WAIT
        assert library.state == "the server that holds the index does not answer"
        engine.is_away = False
        again = await scene.people.wait_for_edit(person.id, told, timeout=10)
    assert again.text != WAIT


async def test_an_answer_whose_question_is_edited_in_an_outage_follows_after_it(
    scene: Scene, seed_settings: Settings, embedder: Embedder
) -> None:
    engine = remote(seed_settings)
    async with scene.bot(answerer=Answerer(seed_settings, embedder, engine=engine)):
        person = await scene.person()
        asked = await scene.say(person, QUESTION)
        before = await scene.answer(person, asked)
        engine.is_away = True
        await scene.people.edit(person.id, person.id, asked, "乡村精品民宿有多少家？")
        told = await scene.people.wait_for_edit(person.id, before, timeout=10)
        assert told.text == WAIT
        engine.is_away = False
        again = await scene.people.wait_for_edit(person.id, told, timeout=10)
        assert "271家" in again.text


async def test_buttons_in_an_outage_say_so(
    scene: Scene, seed_settings: Settings, embedder: Embedder
) -> None:
    engine = remote(seed_settings)
    async with scene.bot(answerer=Answerer(seed_settings, embedder, engine=engine)):
        person = await scene.person()
        answer = await scene.ask(person, QUESTION)
        engine.is_away = True
        await scene.press(person, answer, texts("zh").button_after, person)
        calls = await scene.calls("answerCallbackQuery")
        assert calls[-1].parameters["text"] == texts("zh").away
        engine.is_away = False
