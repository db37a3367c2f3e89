"""The console script ``chuchu``: the offline commands, and those that speak Telegram."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval import cli
from retrieval.cli import app
from retrieval.options import Config

if TYPE_CHECKING:
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
        _serve(token, config, simulator=None)


@app.command()
def simulate(config: Config = None, port: Port = 0) -> None:
    """Try the bot on this machine: a chat page in the browser, no token, no network."""
    _serve_here(config, port)


def main() -> None:
    """Run the commands."""
    cli.main()


def _serve_here(config: Path | None, port: int) -> None:
    from bot.errors import BotError
    from bot.simulator.errors import StartError
    from bot.simulator.process import start_simulator

    try:
        with start_simulator(port=port) as simulator:
            _serve(simulator.token, config, simulator)
    except StartError as error:
        raise BotError(str(error)) from None


def _serve(token: str, config: Path | None, simulator: "RunningSimulator | None") -> None:
    import asyncio
    from functools import partial

    from bot.application import build_application, serve
    from bot.logs import configure_logging
    from bot.rehearsal import rehearse
    from bot.settings import load_bot_settings
    from bot.watch import build_apart, watch
    from retrieval.answer import Answerer
    from retrieval.settings import load_settings

    configure_logging()
    settings = load_bot_settings(config)
    offline = load_settings(config)
    answerer = Answerer.load(offline)

    async def beside() -> None:
        folders = [offline.of(name).corpus.folder for name in offline.collection_names]
        build = partial(build_apart, config)
        await asyncio.gather(show_the_way(), watch(folders, build, answerer.follow))

    async def show_the_way() -> None:
        if simulator:
            try:
                await rehearse(simulator.api, settings.sample, typer.echo)
            finally:
                typer.echo(f"\nChat page: {simulator.page}   (Ctrl-C stops)")

    if simulator:
        typer.echo("No TELEGRAM_BOT_TOKEN: serving a Telegram on this machine.")
        settings = settings.model_copy(update={"api_base": simulator.api})
    serve(build_application(token, settings, answerer, beside))
    typer.echo("Stopped.")
