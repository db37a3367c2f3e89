"""The bot in front of a Telegram on this machine: by hand, with transcripts, under load.

At the end of every run stands what must hold of it.
"""

import asyncio
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.loading import Crowd, drive
from bot.logs import configure_logging
from bot.metrics import Metrics
from bot.rehearsal import rehearse
from bot.serving import serve
from bot.settings import BotSettings, load_bot_settings
from bot.simulator.accelerated import accelerated
from bot.simulator.client import Report, SimulatorClient
from bot.simulator.community.cast import OWNER_ID
from bot.simulator.process import RunningSimulator, start_simulator
from bot.simulator.transcripts.reader import Transcript, read_transcript
from bot.simulator.transcripts.replay import Outcome, Replay
from bot.verdict import WARM_UP, Witness, rules_of, write_rules
from retrieval.settings import load_settings

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Errand:
    """What the bot is started for; without transcripts and crowd, for people at the chat page."""

    transcripts: Sequence[Transcript] = ()
    crowd: Crowd | None = None
    pace: float = 1.0
    """Seconds that pass in a true one, for the bot and its Telegram."""
    fault_rate: float = 0.0
    fault_seed: int = 0
    host: str = "127.0.0.1"
    port: int = 0

    @property
    def is_by_hand(self) -> bool:
        """Whether it lasts until someone stops it."""
        return not self.transcripts and self.crowd is None


def read_transcripts(files: Sequence[Path]) -> list[Transcript]:
    """Read files, and all that end in .txt in folders.

    Raises:
        OSError: A file cannot be read.
        TranscriptError: A file is no transcript.
    """
    found: list[Path] = []
    for file in files:
        found += sorted(file.glob("*.txt")) if file.is_dir() else [file]
    return [read_transcript(file.stem, file.read_text("utf-8")) for file in found]


def perform(config: Path | None, errand: Errand, say: Say) -> bool:
    """Serve a Telegram on this machine, do the errand, and report.

    Returns:
        Whether everything went as it should; by hand, that is always so.

    Raises:
        StartError: The simulator cannot start.
        BotError: The bot cannot start or go on.
        RetrievalError: Nothing is indexed.
    """
    # Every simulated Telegram begins anew, and so does what is remembered of it.
    with (
        start_simulator(
            host=errand.host,
            port=errand.port,
            fault_rate=errand.fault_rate,
            fault_seed=errand.fault_seed,
            pace=errand.pace,
        ) as simulator,
        TemporaryDirectory() as folder,
        _documents(config, errand, Path(folder)),
    ):
        say("No TELEGRAM_BOT_TOKEN: serving a Telegram on this machine.")
        settings = _settings(config, errand, simulator, Path(folder))
        _configure_logging(settings, errand)
        witness = Witness(simulator.token, logging.getLogger().handlers[0], errand.pace)
        logging.getLogger().addHandler(witness)
        try:
            with asyncio.Runner(loop_factory=accelerated(errand.pace)) as runner:
                is_done = runner.run(_run(config, settings, simulator, errand, witness, say))
            report = asyncio.run(_last_report(simulator))
        finally:
            logging.getLogger().removeHandler(witness)
        # Whom a transcript or a crowd leaves without an answer, they judge themselves.
        rules = [*rules_of(report)[not errand.is_by_hand :], *witness.rules()]
        write_rules(rules, say)
        say("Stopped.")
        return errand.is_by_hand or (is_done and all(rule.holds for rule in rules))


@contextmanager
def _documents(config: Path | None, errand: Errand, folder: Path) -> Iterator[None]:
    """Copies of documents and index, where owners send documents in and take them out."""
    if errand.crowd is None or not errand.crowd.is_mixed:
        yield
        return
    offline = load_settings(config)
    copies = {"CORPUS": offline.corpus.folder, "INDEX": offline.index.folder}
    before = dict(os.environ)
    for name, original in copies.items():
        shutil.copytree(original, folder / name, symlinks=True)
        # The environment wins over the file, and is handed on to whoever builds the index.
        os.environ[f"CHUCHU_{name}__FOLDER"] = str(folder / name)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _configure_logging(settings: BotSettings, errand: Errand) -> None:
    configure_logging(settings.log)
    if not errand.is_by_hand:
        # What is printed says what happened; only what is wrong comes beside it.
        for handler in logging.getLogger().handlers:
            handler.setLevel(logging.WARNING)


def _settings(
    config: Path | None, errand: Errand, simulator: RunningSimulator, folder: Path
) -> BotSettings:
    changes: dict[str, object] = {"api_base": simulator.api, "folder": folder}
    changes |= {"database": "", "webhook": ""}
    if errand.crowd is not None and errand.crowd.is_mixed:
        changes |= {"owners": (OWNER_ID,)}
    if errand.transcripts:
        # How often someone may ask is no matter of etiquette.
        changes |= {"per_user": 1000, "per_chat": 10_000}
    return load_bot_settings(config).model_copy(update=changes)


async def _run(
    config: Path | None,
    settings: BotSettings,
    simulator: RunningSimulator,
    errand: Errand,
    witness: Witness,
    say: Say,
) -> bool:
    stop, metrics = asyncio.Event(), Metrics()
    outcome = asyncio.get_running_loop().create_future()
    watching = [asyncio.create_task(witness.wait_for_stop(stop))]

    async def beside() -> None:
        watching.append(asyncio.create_task(witness.watch()))
        async with SimulatorClient(simulator.api) as client:
            try:
                outcome.set_result(await _do(client, errand, simulator, settings, metrics, say))
            except Exception as error:
                outcome.set_exception(error)
        if not errand.is_by_hand:
            stop.set()

    await serve(simulator.token, config, settings, beside, stop, metrics)
    for task in watching:
        task.cancel()
    witness.stopped()
    return await outcome if outcome.done() else False


async def _do(
    client: SimulatorClient,
    errand: Errand,
    simulator: RunningSimulator,
    settings: BotSettings,
    metrics: Metrics,
    say: Say,
) -> bool:
    if errand.crowd is not None:
        # What is measured is a bot at work, not one that still loads its model.
        await asyncio.sleep(WARM_UP * errand.pace)
        return await drive(client, errand.crowd, settings.sample, metrics, say)
    if errand.transcripts:
        return await _replay(client, errand.transcripts, say)
    try:
        await rehearse(client, settings.sample, say)
    finally:
        say(f"\nChat page: {simulator.page}   (Ctrl-C stops)")
    return True


async def _replay(client: SimulatorClient, transcripts: Sequence[Transcript], say: Say) -> bool:
    replay = Replay(client)
    failed = 0
    for transcript in transcripts:
        say(f"\n{transcript.name}")
        outcomes = await replay.run(transcript)
        for outcome in outcomes:
            say(_line(outcome))
        failed += sum(not outcome.holds for outcome in outcomes)
    total = sum(len(transcript.lines) for transcript in transcripts)
    say(f"\n{total} messages, {failed} not as expected")
    return not failed


async def _last_report(simulator: RunningSimulator) -> Report:
    async with SimulatorClient(simulator.api) as client:
        return await client.report()


def _line(outcome: Outcome) -> str:
    sign = " " if outcome.holds else "✗"
    done = "reply  " if outcome.replies else "silence"
    if len(outcome.replies) > 1:
        done = f"{len(outcome.replies)} replies"
    said = " ".join(outcome.line.text.split())
    answer = " ".join(outcome.replies[0].split()) if outcome.replies else ""
    told = f"\n          {answer[:80]}" if answer else ""
    place = ", under another message" if outcome.is_elsewhere else ""
    why = f"({outcome.reason}{place})"
    return f"{sign} {outcome.line.number:3} {done}  {outcome.line.who}: {said}  {why}{told}"
