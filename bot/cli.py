"""The console script ``chuchu``: the offline commands, and those that speak Telegram."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval import cli
from retrieval.cli import app
from retrieval.evaluation.cli import benchmarks
from retrieval.options import AsJson, Config

if TYPE_CHECKING:
    from bot.simulation import Errand

_QUESTIONS, _ACTS = 30.0, 2.0
"""A second, where nothing else is said: Telegram's ceiling, and a lively community."""

Port = Annotated[
    int, typer.Option(min=0, max=65535, help="Port of the chat page; 0 takes any free one.")
]


@app.command()
def bot(config: Config = None, port: Port = 0) -> None:
    """Serve Telegram; without TELEGRAM_BOT_TOKEN, a Telegram on this machine."""
    from bot.settings import read_token

    token = read_token()
    if token is None:
        from bot.simulation import Errand

        _serve_here(config, Errand(port=port))
    else:
        _serve(token, config)


@app.command()
def simulate(
    config: Config = None,
    port: Port = 0,
    host: Annotated[
        str, typer.Option(help="Address of the chat page; whoever reaches it can use it.")
    ] = "127.0.0.1",
    transcript: Annotated[
        list[Path] | None,
        typer.Option(help="Replay a conversation, or a folder of them, and tell who was answered."),
    ] = None,
    load: Annotated[bool, typer.Option("--load", help="Let a crowd ask, and measure.")] = False,
    users: Annotated[int, typer.Option(min=1, help="With --load: people.")] = 600,
    groups: Annotated[int, typer.Option(min=0, help="With --load: groups.")] = 40,
    mixed: Annotated[
        bool,
        typer.Option("--mixed", help="With --load: people also edit, press, upload, come and go."),
    ] = False,
    rate: Annotated[
        float | None,
        typer.Option(min=0.1, help="With --load: questions a second, 30; mixed acts, 2."),
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="With --load: for so long.")] = 60.0,
    burst: Annotated[
        int, typer.Option(min=0, help="With --load: so many questions at once instead.")
    ] = 0,
    faults: Annotated[
        float, typer.Option(min=0, max=1, help="Share of Telegram's answers that go wrong.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="Which of them, and how; and what people do.")] = 0,
    pace: Annotated[
        float, typer.Option(min=1, max=60, help="With --load: so many seconds pass in a true one.")
    ] = 1.0,
) -> None:
    """Try the bot on this machine: a chat page in the browser, no token, no network."""
    from bot.errors import BotError
    from bot.loading import Crowd
    from bot.simulation import Errand, read_transcripts
    from bot.simulator.transcripts.reader import TranscriptError

    try:
        conversations = read_transcripts(transcript or [])
    except (OSError, UnicodeDecodeError, TranscriptError) as error:
        raise BotError(str(error)) from None
    rate = rate or (_ACTS if mixed else _QUESTIONS)
    crowd = Crowd(users, groups, rate, seconds, burst, mixed, seed) if load else None
    errand = Errand(
        transcripts=conversations,
        crowd=crowd,
        pace=pace if load else 1.0,
        fault_rate=faults,
        fault_seed=seed,
        host=host,
        port=port,
    )
    _serve_here(config, errand)


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

    from bot.database import open_database
    from bot.settings import load_bot_settings
    from bot.statistics import read_questions

    settings = load_bot_settings(config)
    database = open_database(settings.database, settings.folder)
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


@benchmarks.command("addressing")
def benchmark_addressing() -> None:
    """How long it takes to dismiss what a group's members write to each other."""
    from bot.benchmark import measure_dismissals

    for each in measure_dismissals():
        typer.echo(f"{each.microseconds:6.1f} µs  {each.kind}")


@benchmarks.command("start")
def benchmark_start(
    runs: Annotated[int, typer.Option(min=1, help="How often the bot is started.")] = 10,
    config: Config = None,
) -> None:
    """From the bot's process to its first answer, the model loaded; and its memory at rest."""
    from statistics import median

    from bot.errors import BotError
    from bot.settings import load_bot_settings
    from bot.simulator.errors import StartError
    from bot.starting import Start, measure_starts

    def told(start: Start) -> None:
        typer.echo(f"{start.seconds:6.2f} s {start.megabytes:6.0f} MB")

    question = load_bot_settings(config).sample
    try:
        starts = measure_starts(config, question, runs, told)
    except StartError as error:
        raise BotError(str(error)) from None
    seconds = [start.seconds for start in starts]
    most = max(start.megabytes for start in starts)
    typer.echo(f"median {median(seconds):.2f} s, worst {max(seconds):.2f} s, at most {most:.0f} MB")


def main() -> None:
    """Run the commands."""
    cli.main()


def _serve_here(config: Path | None, errand: "Errand") -> None:
    from bot.errors import BotError
    from bot.simulation import perform
    from bot.simulator.errors import StartError

    try:
        is_well = perform(config, errand, typer.echo)
    except StartError as error:
        raise BotError(str(error)) from None
    if not is_well:
        raise typer.Exit(1)


def _serve(token: str, config: Path | None) -> None:
    import asyncio

    from bot.logs import configure_logging
    from bot.serving import serve
    from bot.settings import load_bot_settings

    settings = load_bot_settings(config)
    configure_logging(settings.log)
    asyncio.run(serve(token, config, settings))
    typer.echo("Stopped.")
