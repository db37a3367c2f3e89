"""``chuchu playground``: a page to look at one question."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.options import GOLDEN, Config, Labels

if TYPE_CHECKING:
    from retrieval.evaluation.playground.looking import Bench

app = typer.Typer()


@app.command()
def playground(
    labels: Labels = GOLDEN,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes any free one.")
    ] = 0,
    config: Config = None,
) -> None:
    """Look at one question in the browser: passages, features, weights; tick what answers it."""
    from retrieval.evaluation.playground.looking import Bench
    from retrieval.evaluation.subject import Subject
    from retrieval.settings import load_settings

    bench = Bench(Subject.open(load_settings(config)), labels)
    asyncio.run(_serve(bench, port))


async def _serve(bench: "Bench", port: int) -> None:
    import signal

    from retrieval.evaluation.playground.server import Playground

    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    serving = Playground(bench)
    typer.echo(f"Playground: {await serving.start(port)}   (Ctrl-C stops)")
    typer.echo(f"Labels go to {bench.labels}; weights are never saved.")
    try:
        await stopped.wait()
    finally:
        await serving.stop()
