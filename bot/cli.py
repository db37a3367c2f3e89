"""The console script ``chuchu``: the offline commands, and those that speak Telegram."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retrieval import cli
from retrieval.cli import app
from retrieval.options import AsJson, Config

if TYPE_CHECKING:
    from bot.settings import BotSettings
    from bot.simulator.process import RunningSimulator

Port = Annotated[
    int, typer.Option(min=0, max=65535, help="Port of the chat page; 0 takes any free one.")
]


@app.command()
def bot(config: Config = None, port: Port = 0) -> None:
    """Serve Telegram; without TELEGRAM_BOT_TOKEN, a Telegram on this machine."""
    from bot.settings import read_token

    token = read_token()
    if token is None:
        _serve_here(config, port)
    else:
        _serve(token, config, {}, simulator=None)


@app.command()
def simulate(config: Config = None, port: Port = 0) -> None:
    """Try the bot on this machine: a chat page in the browser, no token, no network."""
    _serve_here(config, port)


@app.command()
def doctor(config: Config = None) -> None:
    """Check what the bot needs, and say what to do where something is missing."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from bot.doctor import Verdict, examine
    from bot.settings import load_bot_settings
    from retrieval.settings import load_settings

    findings = examine(load_settings(config), load_bot_settings(config))
    signs = {Verdict.GOOD: "✓", Verdict.NOTE: "·", Verdict.BAD: "✗"}
    table = Table.grid(padding=(0, 2))
    for finding in findings:
        table.add_row(signs[finding.verdict], finding.what, Text(finding.detail))
    Console(highlight=False).print(table)
    if any(finding.verdict is Verdict.BAD for finding in findings):
        raise typer.Exit(1)


@app.command()
def questions(
    unanswered: Annotated[
        bool, typer.Option("--unanswered", help="Only those that the documents do not answer.")
    ] = False,
    days: Annotated[int, typer.Option(min=1, help="Of the last so many days.")] = 30,
    most: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """What people asked the bot, the most asked first: what the documents should say."""
    import json
    from dataclasses import asdict

    from bot.database import Database
    from bot.settings import load_bot_settings
    from bot.statistics import read_questions

    database = Database(load_bot_settings(config).folder)
    try:
        found = read_questions(database, days, most, only_unanswered=unanswered)
    finally:
        database.close()
    for each in found:
        if as_json:
            typer.echo(json.dumps(asdict(each), ensure_ascii=False))
        else:
            typer.echo(f"{each.count:4}  {' '.join(each.question.split())}")
    if not found and not as_json:
        typer.echo("None.", err=True)


def main() -> None:
    """Run the commands."""
    cli.main()


def _serve_here(config: Path | None, port: int) -> None:
    from tempfile import TemporaryDirectory

    from bot.errors import BotError
    from bot.simulator.errors import StartError
    from bot.simulator.process import start_simulator

    try:
        # Every simulated Telegram begins anew, and so does what is remembered of it.
        with start_simulator(port=port) as simulator, TemporaryDirectory() as folder:
            typer.echo("No TELEGRAM_BOT_TOKEN: serving a Telegram on this machine.")
            overrides = {"api_base": simulator.api, "folder": Path(folder), "webhook": ""}
            _serve(simulator.token, config, overrides, simulator)
    except StartError as error:
        raise BotError(str(error)) from None


def _serve(
    token: str,
    config: Path | None,
    overrides: dict[str, Any],
    simulator: "RunningSimulator | None",
) -> None:
    import asyncio

    from bot.logs import configure_logging
    from bot.settings import load_bot_settings

    settings = load_bot_settings(config).model_copy(update=overrides)
    configure_logging(settings.log)
    asyncio.run(_run(token, config, settings, simulator))
    typer.echo("Stopped.")


async def _run(
    token: str,
    config: Path | None,
    settings: "BotSettings",
    simulator: "RunningSimulator | None",
) -> None:
    import asyncio
    import signal
    from functools import partial

    from bot.application import Service
    from bot.indexing import run_index
    from bot.library import Collection, Library
    from bot.rehearsal import rehearse
    from retrieval.index.generation import published_name
    from retrieval.settings import load_settings

    offline = load_settings(config)
    published_name(offline.index.folder)  # say at once that nothing is indexed
    stop = asyncio.Event()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)

    async def show_the_way() -> None:
        if simulator:
            try:
                await rehearse(simulator.api, settings.sample, typer.echo)
            finally:
                typer.echo(f"\nChat page: {simulator.page}   (Ctrl-C stops)")

    library = Library({"": Collection.of(offline)}, settings.workers)
    service = Service(token, settings, library, offline.corpus.folder, partial(run_index, config))
    await service.run(stop, show_the_way)
