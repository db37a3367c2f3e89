"""``chuchu sweep``: many settings on the same questions."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.bars import bar
from retrieval.options import GOLDEN, Config, Labels

if TYPE_CHECKING:
    from rich.table import Table

    from retrieval.evaluation.sweeping.trying import Result

app = typer.Typer()

_FOLDER = Path(".chuchu/sweep")
_FIGURES = {
    "right": ".3f",
    "hit@1": ".3f",
    "marked": ".2f",
    "false replies": ".2f",
    "latency p50": ".1f",
    "marked: first sentence": ".2f",
}
_SHORT = {"BM25 alone": "BM25", "dense alone": "dense", "random": "rand"}
_HEADS = ("right", "hit@1", "mark", "false", "ms", "first")


@app.command()
def sweep(
    grid: Annotated[Path, typer.Argument(help="Settings with lists of values to try, TOML.")],
    labels: Labels = GOLDEN,
    folder: Annotated[Path, typer.Option(help="Where results and indexes are kept.")] = _FOLDER,
    plot: Annotated[
        Path | None, typer.Option(help="Picture of the front: .svg, .png, .pdf.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Forget what is known, and try all anew.")
    ] = False,
    config: Config = None,
) -> None:
    """Try every combination of settings; after a stop, the same command goes on.

    The table begins with the best; a star marks what nothing beats in quality and latency both.
    """
    from rich.console import Console

    from retrieval.evaluation.labels import read_labels
    from retrieval.evaluation.sweeping.grid import read_grid
    from retrieval.evaluation.sweeping.plot import draw_front
    from retrieval.evaluation.sweeping.trying import Sweep
    from retrieval.settings import load_settings

    base = load_settings(config)
    points = read_grid(grid, base)
    results_file = folder / f"{grid.stem}.jsonl"
    if again:
        results_file.unlink(missing_ok=True)
    sweeping = Sweep(folder, results_file, read_labels(labels), base)
    typer.echo(f"{len(points)} combinations, {sweeping.left(points)} to try", err=True)
    with bar("combinations") as progress:
        results = list(sweeping.run(points, progress))
    Console(highlight=False).print(_table(results))
    picture = plot or folder / f"{grid.stem}.svg"
    draw_front(picture, results)
    typer.echo(f"written: {results_file}, {picture}", err=True)


def _table(results: "Sequence[Result]") -> "Table":
    from rich import box
    from rich.table import Table

    from retrieval.evaluation.sweeping.trying import front

    best = {result.key for result in front(results)}
    caption = "BM25, dense, rand(om): their hit@1; first: marking the first sentence; ms: p50"
    table = Table(caption=caption, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for choice in results[0].varied:
        table.add_column(choice.key, overflow="fold")
    plain = [_SHORT[figure.name] for figure in results[0].baselines]
    for head in (*_HEADS, *plain):
        table.add_column(head, justify="right", no_wrap=True)
    for result in sorted(results, key=lambda one: (-one.value("right"), one.value("latency p50"))):
        own = (f"{result.value(name):{form}}" for name, form in _FIGURES.items())
        others = (f"{figure.value:.2f}" for figure in result.baselines)
        star = "*" if result.key in best else ""
        table.add_row(star, *(choice.shown for choice in result.varied), *own, *others)
    return table
